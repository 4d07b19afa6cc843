import type { Broadcast } from "@loa/protocol/http/broadcasts";
import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { hubZone } from "../data/zone.ts";
import { t } from "../locales/translate.ts";
import { clockTime, lengthText } from "../words/time-text.ts";
import { wallTime } from "../words/zoned.ts";
import { broadcastBadge } from "./badge.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** Today's broadcasts from morning to night, with the present among them. */
export class Timeline extends View {
  protected override sources() {
    return [world.broadcasts, everyQuarterMinute];
  }

  #row(broadcast: Broadcast): TemplateResult {
    return html`<li class="moment ${broadcast.state}">
      <a href="/broadcasts/${broadcast.id}">
        <time datetime=${new Date(broadcast.startAt).toISOString()}>${clockTime(broadcast.startAt)}</time>
        <span>
          <b>${broadcast.title}</b>
          <small class="muted"
            >${lengthText(broadcast.endAt - broadcast.startAt)} · ${t("stations", { n: broadcast.counts.stations })}</small
          >
          ${broadcastBadge(broadcast)}
        </span>
      </a>
    </li>`;
  }

  protected override render(): TemplateResult {
    const now = hubNow();
    const today = wallTime(now, hubZone()).date;
    const rows = world.broadcasts.all
      .filter(({ startAt }) => wallTime(startAt, hubZone()).date === today)
      .sort((a, b) => a.startAt - b.startAt);
    const firstAhead = rows.findIndex(({ startAt }) => startAt > now);
    const place = firstAhead < 0 ? rows.length : firstAhead;
    const present = html`<li class="now" aria-label=${t("timeline.now", { time: clockTime(now) })}>
      <span>${clockTime(now)}</span>
    </li>`;
    return html`<section class="card timeline" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">${t("timeline.title")}</h2>
        <a class="small" href="/schedules">${t("timeline.all")}</a>
      </header>
      ${
        rows.length === 0
          ? html`<div class="empty">
              ${icon("calendar")}<strong>${t("timeline.empty")}</strong>
              ${may("schedule") ? html`<a class="button" href="/schedules/new">${icon("plus")}${t("schedules.new")}</a>` : nothing}
            </div>`
          : html`<ol>
              ${rows.slice(0, place).map((row) => this.#row(row))}${present}${rows.slice(place).map((row) => this.#row(row))}
            </ol>`
      }
    </section>`;
  }
}
customElements.define("loa-timeline", Timeline);
