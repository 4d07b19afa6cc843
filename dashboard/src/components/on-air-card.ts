import type { Broadcast } from "@loa/protocol/http/broadcasts";
import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { feed } from "../data/feed.ts";
import { everySecond, hubNow } from "../data/hub-clock.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { clockTime, dayAndTime, playerTime, roughLength } from "../words/time-text.ts";
import { icon } from "./icon.ts";
import { liveNow } from "./live-now.ts";
import { stopArea, stopBroadcast } from "./stop.ts";
import { View } from "./view.ts";

/** What sounds now, each with Stop; otherwise when it will sound next. */
export class OnAirNow extends View {
  static override properties = { next: { attribute: false } };
  declare next: Broadcast | null;

  protected override sources() {
    return [world.broadcasts, world.live, feed.link, everySecond];
  }

  #card(broadcast: Broadcast): TemplateResult {
    const now = hubNow();
    const share = Math.min(1, Math.max(0, (now - broadcast.startAt) / (broadcast.endAt - broadcast.startAt)));
    const { counts } = broadcast;
    const { state, since } = feed.link.value;
    const away = state === "away";
    return html`<article class="air-card" data-testid="on-air">
      <div class="air-text">
        <p class="air-kicker"><span class="pulse">${icon("air")}</span>${away ? t("onAir.asOf", { time: clockTime(since) }) : t("onAir.now")}</p>
        <h2><a href="/broadcasts/${broadcast.id}">${broadcast.title}</a></h2>
        <p>
          ${t("onAir.stations", { n: counts.onAir, of: counts.stations })}${
            counts.failed + counts.unconfirmed > 0
              ? html` · <strong>${t("onAir.silent", { n: counts.failed + counts.unconfirmed })}</strong>`
              : nothing
          }
        </p>
        <div class="air-progress">
          <span>${clockTime(broadcast.startAt)}</span>
          <div class="bar"><i style="width:${share * 100}%"></i></div>
          <span>${t("onAir.left", { time: playerTime(broadcast.endAt - now) })}</span>
        </div>
      </div>
      ${
        may("stop")
          ? html`<button class="button stop big-stop" data-testid="stop" @click=${() => void stopBroadcast(broadcast)}>
              ${icon("stop")}${t("stop.button")}
            </button>`
          : nothing
      }
    </article>`;
  }

  /** One touch for everything in the user's own area, where that is more than one commune. */
  #stopAll(): TemplateResult | typeof nothing {
    const own = world.areas.get(user.value?.areaId ?? "");
    const wide = world.areas.all.some(({ parentId }) => parentId === own?.id);
    if (own === undefined || !wide || !may("stop")) return nothing;
    return html`<button class="button quiet bad stop-all" data-testid="stop-all" @click=${() => void stopArea(own)}>
      ${icon("stop")}${t("stop.areaButtonLabel", { area: own.name })}
    </button>`;
  }

  #quiet(): TemplateResult {
    const next = this.next;
    return html`<div class="card air-quiet">
      ${icon("speaker")}
      <p>
        <strong>${t(feed.link.value.state === "away" ? "onAir.unknown" : "onAir.nothing")}</strong>
        ${
          next === null
            ? html`<span class="muted">${t("onAir.nothingPlanned")}</span>`
            : html`<a href="/broadcasts/${next.id}"
                >${t("onAir.next", { time: dayAndTime(next.startAt), title: next.title, in: roughLength(next.startAt - hubNow()) })}</a
              >`
        }
      </p>
    </div>`;
  }

  protected override render(): TemplateResult {
    const sounding = world.broadcasts.all.filter(
      ({ state, endAt }) => state === "onAir" && (feed.link.value.state !== "away" || endAt > hubNow()),
    );
    const spoken = liveNow();
    return html`<section aria-label=${t("onAir.label")} class="air-list">
      ${spoken}
      ${sounding.length === 0 && spoken.length === 0 ? this.#quiet() : sounding.length === 0 ? this.#stopAll() : [sounding.map((broadcast) => this.#card(broadcast)), this.#stopAll()]}
    </section>`;
  }
}
customElements.define("loa-on-air", OnAirNow);
