import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { hubZone } from "../data/zone.ts";
import { t } from "../locales/translate.ts";
import { clockTime, lengthText, roughLength } from "../words/time-text.ts";
import { dayOf, type Moment } from "../words/timeline.ts";
import { wallTime } from "../words/zoned.ts";
import { broadcastBadge } from "./badge.ts";
import { type IconName, icon } from "./icon.ts";
import { View } from "./view.ts";

/** Of what is over, so many stay in sight; the rest of the day is ahead. */
const PAST_SHOWN = 3;

const NODE: Record<Moment["tone"], IconName> = {
  bad: "error",
  warn: "warning",
  ok: "check",
  air: "air",
  plain: "dashed",
};

/** Today from morning to night: what sounded and how it went, what sounds, the present, what comes. */
export class Timeline extends View {
  whole = false;

  protected override sources() {
    return [world.broadcasts, world.have, everyQuarterMinute];
  }

  /** How many heard it, how long it lasts, or how soon it begins. */
  #facts({ broadcast, next }: Moment, now: number): string {
    const { counts, state, startAt, endAt } = broadcast;
    const length = lengthText(endAt - startAt);
    if (state === "done")
      return `${length} · ${t("timeline.played", { n: counts.played, of: counts.stations })}`;
    const stations = t("stations", { n: counts.stations });
    if (endAt < now && state !== "cancelled") return `${stations} · ${t("timeline.unknown")}`;
    return next
      ? `${t("timeline.in", { time: roughLength(startAt - now) })} · ${stations}`
      : `${length} · ${stations}`;
  }

  #moment(moment: Moment, now: number): TemplateResult {
    const { broadcast, tone, next } = moment;
    const { id, state, title, startAt, endAt } = broadcast;
    const share = Math.min(1, Math.max(0, (now - startAt) / (endAt - startAt)));
    return html`<li class="moment ${state} ${tone} ${next ? "next" : ""}" data-testid="moment" data-state=${state}>
      <a href="/broadcasts/${id}">
        <time datetime=${new Date(startAt).toISOString()}>${clockTime(startAt)}</time>
        <span class="node">${icon(state === "planned" ? "clock" : NODE[tone])}</span>
        <span class="what">
          <b>${title}</b>
          <small class="muted">${this.#facts(moment, now)}</small>
          ${state === "planned" ? nothing : broadcastBadge(broadcast)}
          ${state === "onAir" ? html`<span class="bar"><i style="width:${share * 100}%"></i></span>` : nothing}
        </span>
      </a>
    </li>`;
  }

  #list(past: readonly Moment[], ahead: readonly Moment[], now: number): TemplateResult {
    const folded = this.whole ? 0 : Math.max(0, past.length - PAST_SHOWN);
    return html`<ol>
      ${
        folded > 0
          ? html`<li class="earlier">
              <button
                class="button quiet"
                @click=${() =>
                  this.change(() => {
                    this.whole = true;
                  })}
              >
                ${icon("up")}${t("timeline.earlier", { n: folded })}
              </button>
            </li>`
          : nothing
      }
      ${past.slice(folded).map((moment) => this.#moment(moment, now))}
      <li class="now" aria-label=${t("timeline.now", { time: clockTime(now) })}><span>${clockTime(now)}</span></li>
      ${ahead.map((moment) => this.#moment(moment, now))}
      ${ahead.length === 0 ? html`<li class="muted small over">${t("timeline.over")}</li>` : nothing}
    </ol>`;
  }

  #empty(): TemplateResult {
    return html`<div class="empty">
      ${icon("calendar")}<strong>${t("timeline.empty")}</strong>
      ${may("schedule") ? html`<a class="button" href="/schedules/new">${icon("plus")}${t("schedules.new")}</a>` : nothing}
    </div>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!world.have.value.has("broadcasts")) return nothing;
    const now = hubNow();
    const zone = hubZone();
    const { past, ahead } = dayOf(world.broadcasts.all, now, (at) => wallTime(at, zone).date);
    return html`<section class="card timeline" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">${t("timeline.title")}</h2>
        <a class="small" href="/schedules">${t("timeline.all")}</a>
      </header>
      ${past.length + ahead.length === 0 ? this.#empty() : this.#list(past, ahead, now)}
    </section>`;
  }
}
customElements.define("loa-timeline", Timeline);
