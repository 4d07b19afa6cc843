import type { Announcement, AnnouncementDiff } from "@loa/protocol/http/announcements";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { desk } from "../data/announcement-desk.ts";
import { Resource } from "../data/resource.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { reviewStep } from "../words/verdict.ts";
import { announcementFacts, spokenText } from "./announcement-facts.ts";
import { findingList, loudnessNote } from "./announcement-findings.ts";
import "./announcement-schedules.ts";
import { announcementMenu } from "./announcement-menu.ts";
import { reviewPanel } from "./announcement-review.ts";
import { announcementBadge } from "./badge.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";
import "./wave-player.ts";
import type { WavePlayer } from "./wave-player.ts";

/** Without an event for this long, an announcement in work is asked for. */
const POLL_MS = 2_000;

/** One announcement: hear it, see its verdict, and take its next step. */
export class AnnouncementDetail extends View {
  static override properties = { announcementId: {} };
  declare announcementId: string;
  #poll: ReturnType<typeof setInterval> | undefined;
  #diff: { key: string; view: TemplateResult | typeof nothing } = { key: "", view: nothing };
  readonly #stored = new Resource<Announcement>(this, () => desk.get(this.announcementId));

  protected override sources() {
    return [world.announcements, world.areas];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#poll = setInterval(() => {
      const state = this.#current?.ingest.state;
      if (state === "queued" || state === "processing") void this.#stored.refresh();
    }, POLL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#poll);
  }

  get #current(): Announcement | undefined {
    return world.announcements.get(this.announcementId) ?? this.#stored.value;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get("announcementId") !== undefined) void this.#stored.restart();
    void this.#compare();
  }

  /** Whoever decides on a later version sees what it changes. */
  async #compare(): Promise<void> {
    const current = this.#current;
    if (!current) return;
    const key = `${current.id} ${current.version} ${current.state} ${current.ingest.state}`;
    if (key === this.#diff.key) return;
    this.change(() => {
      this.#diff = { key, view: nothing };
    });
    if (current.version === 1 || current.state !== "submitted") return;
    const [diff, { diffView }] = await Promise.all([
      desk.diff(current.id).catch((): AnnouncementDiff | null => null),
      import("./announcement-diff.ts"),
    ]);
    if (key !== this.#diff.key || diff === null) return;
    this.change(() => {
      this.#diff = { key, view: diffView(current.id, diff) };
    });
  }

  #jump(ms: number): void {
    this.querySelector<WavePlayer>(".announcement > loa-wave-player")?.seek(ms);
  }

  #sound(announcement: Announcement): TemplateResult {
    const { ingest, id, version, durationMs, findings } = announcement;
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
    return html`<loa-wave-player
        .announcementId=${id}
        .version=${version}
        .durationMs=${durationMs ?? 0}
        .findings=${findings}
      ></loa-wave-player>
      ${loudnessNote(announcement)} ${findingList(findings, (ms) => this.#jump(ms))}`;
  }

  #versions(announcement: Announcement): TemplateResult | typeof nothing {
    if (announcement.version === 1) return nothing;
    if (customElements.get("loa-announcement-versions") === undefined) {
      void import("./announcement-versions.ts").then(() => this.requestUpdate());
      return nothing;
    }
    return html`<loa-announcement-versions .announcement=${announcement}></loa-announcement-versions>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const announcement = this.#current;
    if (!announcement) {
      const { error } = this.#stored;
      return error
        ? failureNotice(error, () => void this.#stored.restart())
        : html`<div class="card"><div class="body">${skeleton(2, 6, 4)}</div></div>`;
    }
    const step = reviewStep(announcement, user.value?.id ?? "", may("approve"));
    return html`<article
        class="card announcement"
        data-testid="announcement"
        data-state=${announcement.state}
        data-ingest=${announcement.ingest.state}
        data-version=${announcement.version}
      >
        <a class="back" href="/announcements">${icon("left")}${t("announcements.back")}</a>
        <div class="announcement-head">
          <h2>${announcement.title}</h2>
          <div class="buttons nowrap">${announcementBadge(announcement.state, true)}${announcementMenu(announcement)}</div>
        </div>
        ${this.#sound(announcement)} ${reviewPanel(announcement, step, this.#diff.view)} ${spokenText(announcement)}
        ${announcement.approvedVersion === undefined ? nothing : html`<loa-announcement-schedules .announcement=${announcement}></loa-announcement-schedules>`}
        ${this.#versions(announcement)} ${announcementFacts(announcement)}
      </article>
      <loa-submit-sheet></loa-submit-sheet><loa-reject-sheet></loa-reject-sheet><loa-expiry-sheet></loa-expiry-sheet><loa-rename-sheet></loa-rename-sheet><loa-template-editor></loa-template-editor>`;
  }
}
customElements.define("loa-announcement-detail", AnnouncementDetail);
