import type { Announcement } from "@loa/protocol/http/announcements";
import { html, type nothing, type PropertyValues, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { api } from "../data/api.ts";
import { Resource } from "../data/resource.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { dayAndTime, lengthText, number } from "../words/time-text.ts";
import { loudnessVerdict, reviewStep } from "../words/verdict.ts";
import { reviewPanel } from "./announcement-review.ts";
import { announcementBadge } from "./badge.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { type IconName, icon } from "./icon.ts";
import { View } from "./view.ts";
import "./wave-player.ts";

/** Without an event for this long, an announcement in work is asked for. */
const POLL_MS = 2_000;

const VERDICT: Record<ReturnType<typeof loudnessVerdict>, readonly [tone: string, drawing: IconName]> = {
  veryQuiet: ["warn", "warning"],
  quiet: ["ok", "check"],
  good: ["ok", "check"],
  loud: ["warn", "warning"],
  unknown: ["", "info"],
};

/** One announcement: hear it, see its verdict, and take its next step. */
export class AnnouncementDetail extends View {
  static override properties = { announcementId: {} };
  declare announcementId: string;
  #poll: ReturnType<typeof setInterval> | undefined;
  readonly #stored = new Resource<Announcement>(this, () => api.get(`/announcements/${this.announcementId}`));

  protected override sources() {
    return [world.announcements];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#poll = setInterval(() => {
      const state = this.#stored.value?.ingest.state;
      if (state === "queued" || state === "processing") void this.#refresh();
    }, POLL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#poll);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get("announcementId") !== undefined) void this.#stored.restart();
  }

  async #refresh(): Promise<void> {
    await this.#stored.refresh();
    if (this.#stored.value) world.announcements.merge([this.#stored.value]);
  }

  #facts(announcement: Announcement): TemplateResult {
    const { createdBy, createdAt, durationMs, sourceName, areaId } = announcement;
    const facts = [
      [t("announcement.by"), `${createdBy.name}, ${dayAndTime(createdAt)}`],
      [t("announcement.area"), world.areas.get(areaId)?.name ?? areaId],
      [t("announcement.length"), durationMs === undefined ? "–" : lengthText(durationMs)],
      [t("announcement.file"), sourceName ?? "–"],
    ];
    return html`<dl class="facts-grid">
      ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>`;
  }

  #loudness(announcement: Announcement): TemplateResult {
    const verdict = loudnessVerdict(announcement);
    const [tone, drawing] = VERDICT[verdict];
    const { sourceLoudnessLufs, loudnessLufs, truePeakDb } = announcement;
    const figures = [
      sourceLoudnessLufs === undefined ? "" : t("loudness.source", { n: number(sourceLoudnessLufs, 1) }),
      loudnessLufs === undefined ? "" : t("loudness.stored", { n: number(loudnessLufs, 1) }),
      truePeakDb === undefined ? "" : t("loudness.peak", { n: number(truePeakDb, 1) }),
    ].filter((text) => text !== "");
    return html`<div class="notice ${tone}" data-testid="loudness">
      ${icon(drawing)}
      <div>
        <strong>${tCode("loudness", verdict)}</strong>
        <span class="small muted">${figures.join(" · ")}</span>
      </div>
    </div>`;
  }

  #sound(announcement: Announcement): TemplateResult {
    const { ingest, id, durationMs } = announcement;
    if (ingest.state === "failed")
      return html`<div class="notice bad" role="alert" data-testid="ingest-failed">
        ${icon("error")}
        <div><strong>${t("ingest.failed")}</strong>${tCode("error", ingest.code ?? "INGEST_FAILED")}</div>
      </div>`;
    if (ingest.state !== "ready")
      return html`<div class="field" role="status" data-testid="ingest">
        <span class="label">${t("ingest.working", { n: Math.round(ingest.progress * 100) })}</span>
        <div class="bar"><i style="width:${Math.max(4, ingest.progress * 100)}%"></i></div>
        <p class="hint">${t("ingest.hint")}</p>
      </div>`;
    return html`<loa-wave-player .announcementId=${id} .durationMs=${durationMs ?? 0}></loa-wave-player>
      ${this.#loudness(announcement)}`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const announcement = world.announcements.get(this.announcementId) ?? this.#stored.value;
    if (!announcement) {
      const { error } = this.#stored;
      return error
        ? failureNotice(error, () => void this.#stored.restart())
        : html`<div class="card"><div class="body">${skeleton(2, 6, 4)}</div></div>`;
    }
    const step = reviewStep(announcement, user.value?.id ?? "", may("approve"));
    return html`<article class="card announcement" data-testid="announcement" data-state=${announcement.state} data-ingest=${announcement.ingest.state}>
      <a class="back" href="/announcements">${icon("left")}${t("announcements.back")}</a>
      <div class="announcement-head">
        <h2>${announcement.title}</h2>
        ${announcementBadge(announcement.state, true)}
      </div>
      ${this.#sound(announcement)} ${reviewPanel(announcement, step)} ${this.#facts(announcement)}
    </article>`;
  }
}
customElements.define("loa-announcement-detail", AnnouncementDetail);
