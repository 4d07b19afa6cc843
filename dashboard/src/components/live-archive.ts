import type { LiveSummary } from "@loa/protocol/http/live";
import { html, nothing, type TemplateResult } from "lit";
import { api } from "../data/api.ts";
import { feed } from "../data/feed.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { lengthText, timeWithDay } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const PAGE = 20;

/** Where live speech sounded, in words. */
export const placesOf = ({ areaIds }: LiveSummary): string => {
  const names = areaIds.map((id) => world.areas.get(id)?.name ?? id);
  return names.length > 3
    ? t("list.andPlaces", { items: names.slice(0, 3).join(", "), n: names.length - 3 })
    : names.join(", ");
};

/** How live speech stands or ended. */
export function liveState({ state, end }: LiveSummary): TemplateResult {
  if (state === "speaking") return badge("air", "air", t("live.state.speaking"), true);
  if (state === "waiting" || state === "lost") return badge("warn", "clock", t(`live.state.${state}`), true);
  const good = end === "speaker" || end === "stopped" || end === "time";
  return badge(good ? "plain" : "warn", good ? "check" : "warning", t(`live.end.${end ?? "speaker"}`), true);
}

/** What was spoken live before, newest first. */
export class LiveArchive extends View {
  #limit = PAGE;
  readonly #stored = new Resource<{ items: LiveSummary[]; next: string | null }>(this, () =>
    api.get("/live", { limit: this.#limit }),
  );

  protected override sources() {
    const follow = () =>
      feed.on((events) => {
        if (events.some(({ kind }) => kind === "live" || kind === "reset")) this.#stored.refreshSoon();
      });
    return [world.areas, { subscribe: follow }];
  }

  #more(): void {
    this.#limit += PAGE * 2;
    void this.#stored.refresh();
  }

  #row(live: LiveSummary): TemplateResult {
    const { startedAt, endedAt, createdAt, by, counts, recording, transcript } = live;
    return html`<li data-testid="live-row">
      <a href="/live/${live.id}">
        <b>${timeWithDay(startedAt ?? createdAt)} · ${by.name}</b>
        <span class="muted">${placesOf(live)} · ${t("stations", { n: counts.stations })}${startedAt === undefined || endedAt === undefined ? "" : ` · ${lengthText(endedAt - startedAt)}`}</span>
      </a>
      <span class="live-row-marks">
        ${recording ? html`<span title=${t("live.recorded")}>${icon("play")}<span class="visually-hidden">${t("live.recorded")}</span></span>` : nothing}
        ${transcript ? html`<span title=${t("live.transcribed")}>${icon("template")}<span class="visually-hidden">${t("live.transcribed")}</span></span>` : nothing}
        ${liveState(live)}
      </span>
    </li>`;
  }

  #list({ items, next }: { items: LiveSummary[]; next: string | null }): TemplateResult {
    if (items.length === 0) return html`<p class="body muted">${t("live.archive.none")}</p>`;
    return html`<ul class="live-rows">
        ${items.map((live) => this.#row(live))}
      </ul>
      ${next === null ? nothing : html`<button class="button quiet wide" @click=${() => this.#more()}>${t("list.more")}</button>`}`;
  }

  protected override render(): TemplateResult {
    const { value, error } = this.#stored;
    return html`<section class="card live-archive" aria-labelledby="archive-title">
      <header><h2 id="archive-title">${t("live.archive")}</h2></header>
      ${error ? html`<div class="body">${failureNotice(error, () => void this.#stored.refresh())}</div>` : nothing}
      ${value ? this.#list(value) : error ? nothing : html`<div class="body">${skeleton(3, 3)}</div>`}
    </section>`;
  }
}
customElements.define("loa-live-archive", LiveArchive);
