import "../styles/overview.css";
import "../styles/timeline.css";
import "../styles/wall.css";
import { html, nothing, type TemplateResult } from "lit";
import "../components/fault-list.ts";
import "../components/first-steps-card.ts";
import "../components/map-card.ts";
import "../components/on-air-card.ts";
import "../components/standing-alerts.ts";
import "../components/station-wall.ts";
import "../components/timeline.ts";
import { skeleton } from "../components/error-text.ts";
import { type IconName, icon } from "../components/icon.ts";
import { overviewSentence } from "../components/overview-sentence.ts";
import { View } from "../components/view.ts";
import { feed } from "../data/feed.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { throttled } from "../data/signal.ts";
import { narrow } from "../data/viewport.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { glanceAt, openFaults } from "../words/glance.ts";
import { longDate } from "../words/time-text.ts";

/** Sentence and faults may lag behind the tiles by this: thousands of stations are counted anew each time. */
const COUNT_EVERY_MS = 1_000;

type Look = "wall" | "map";
const LOOKS: readonly { look: Look; drawing: IconName }[] = [
  { look: "wall", drawing: "overview" },
  { look: "map", drawing: "pin" },
];

/** Whether everything is all right, what sounds now, and what comes. */
export class OverviewPage extends View {
  /** On a phone one of the two; a larger screen has room for both. */
  look: Look = "wall";

  protected override sources() {
    return [
      throttled(world.stations, COUNT_EVERY_MS),
      world.areas,
      world.broadcasts,
      world.have,
      world.loaded,
      narrow,
      feed.link,
      everyQuarterMinute,
    ];
  }

  #switch(): TemplateResult {
    return html`<div class="segmented look" role="radiogroup" aria-label=${t("look.label")}>
      ${LOOKS.map(
        ({ look, drawing }) => html`<label data-testid="look-${look}"
          ><input
            type="radio"
            name="look"
            .checked=${this.look === look}
            @change=${() =>
              this.change(() => {
                this.look = look;
              })}
          /><span>${icon(drawing)}${t(`look.${look}`)}</span></label
        >`,
      )}
    </div>`;
  }

  #stations(): TemplateResult {
    const wall = html`<loa-station-wall></loa-station-wall>`;
    const map = html`<loa-map-card></loa-map-card>`;
    if (!narrow.value) return html`<div class="places">${map}${wall}</div>`;
    const some = world.stations.all.length > 0;
    return html`<div class="places">${some ? this.#switch() : nothing}${this.look === "wall" ? wall : map}</div>`;
  }

  protected override render(): TemplateResult {
    if (!world.loaded.value) return skeleton(3, 5, 12, 12);
    const now = hubNow();
    const glance = glanceAt(world.stations.all, world.broadcasts.all, now);
    return html`<header class="overview-head">
        <p class="kicker">${longDate(now)}</p>
        <h1 tabindex="-1" data-testid="overview-sentence">${overviewSentence(glance)}</h1>
      </header>
      <div class="overview">
        <div class="overview-main">
          <loa-standing-alerts only="waiting"></loa-standing-alerts>
          <loa-on-air .next=${glance.next}></loa-on-air>
          <loa-first-steps></loa-first-steps>
          ${this.#stations()}
        </div>
        <aside class="overview-side">
          <loa-timeline></loa-timeline>
          <loa-fault-list .faults=${openFaults(world.stations.all)}></loa-fault-list>
        </aside>
      </div>`;
  }
}
customElements.define("loa-overview-page", OverviewPage);
