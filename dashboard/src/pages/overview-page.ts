import "../styles/overview.css";
import { html, nothing, type TemplateResult } from "lit";
import "../components/area-group.ts";
import "../components/on-air-card.ts";
import "../components/timeline.ts";
import { skeleton } from "../components/error-text.ts";
import { openFaultList } from "../components/fault-list.ts";
import { type IconName, icon } from "../components/icon.ts";
import { overviewSentence } from "../components/overview-sentence.ts";
import { View } from "../components/view.ts";
import { feed } from "../data/feed.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { throttled } from "../data/signal.ts";
import { world } from "../data/world.ts";
import { type MessageId, t } from "../locales/translate.ts";
import { glanceAt, openFaults } from "../words/glance.ts";
import { longDate } from "../words/time-text.ts";
import { groupByArea, needsHelp, type WallFilter } from "../words/wall.ts";

const FILTERS: readonly { filter: WallFilter; text: MessageId; drawing?: IconName }[] = [
  { filter: "all", text: "wall.all" },
  { filter: "trouble", text: "wall.trouble", drawing: "warning" },
  { filter: "onAir", text: "wall.onAir", drawing: "air" },
];

/** Counts and sentence may lag behind the tiles by this: thousands of stations are counted anew each time. */
const COUNT_EVERY_MS = 1_000;

/** Whether everything is all right, what sounds now, and what comes. */
export class OverviewPage extends View {
  filter: WallFilter = "all";

  protected override sources() {
    return [
      throttled(world.stations, COUNT_EVERY_MS),
      world.areas,
      world.broadcasts,
      world.loaded,
      feed.link,
      everyQuarterMinute,
    ];
  }

  #wall(): TemplateResult {
    const stations = world.stations.all;
    const counts = {
      all: stations.length,
      trouble: stations.filter(needsHelp).length,
      onAir: stations.filter((station) => station.onAir !== null).length,
    };
    const groups = groupByArea(world.areas.all, stations, this.filter);
    return html`<section aria-labelledby="wall-title">
      <div class="section-head">
        <h2 id="wall-title">${t("wall.title")}</h2>
        <div class="chips" role="group" aria-label=${t("wall.filter")}>
          ${FILTERS.map(
            ({ filter, text, drawing }) => html`<button
              class="chip"
              aria-pressed=${this.filter === filter}
              @click=${() =>
                this.change(() => {
                  this.filter = filter;
                })}
            >
              ${drawing ? icon(drawing) : nothing}${t(text)} ${counts[filter]}
            </button>`,
          )}
        </div>
      </div>
      ${
        groups.length === 0
          ? html`<div class="card empty">
              ${icon(this.filter === "trouble" ? "check" : "speaker")}
              <strong>${t(this.filter === "all" ? "wall.noStations" : this.filter === "trouble" ? "wall.noTrouble" : "wall.noneOnAir")}</strong>
            </div>`
          : groups.map((group) => html`<loa-area-group .group=${group}></loa-area-group>`)
      }
    </section>`;
  }

  protected override render(): TemplateResult {
    if (!world.loaded.value) return skeleton(3, 5, 12, 12);
    const now = hubNow();
    const glance = glanceAt(world.stations.all, world.broadcasts.all, now);
    const faults = openFaults(world.stations.all);
    return html`<header class="overview-head">
        <p class="kicker">${longDate(now)}</p>
        <h1 tabindex="-1" data-testid="overview-sentence">${overviewSentence(glance)}</h1>
      </header>
      <div class="overview">
        <div class="overview-main">
          <loa-on-air .next=${glance.next}></loa-on-air>
          ${this.#wall()}
        </div>
        <aside class="overview-side">
          <loa-timeline></loa-timeline>
          ${openFaultList(faults)}
        </aside>
      </div>`;
  }
}
customElements.define("loa-overview-page", OverviewPage);
