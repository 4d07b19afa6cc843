import type { Announcement, AnnouncementVersion } from "@loa/protocol/http/announcements";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { desk } from "../data/announcement-desk.ts";
import { Resource } from "../data/resource.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime, lengthText } from "../words/time-text.ts";
import { announcementBadge, badge } from "./badge.ts";
import { confirmed } from "./confirm.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { say, sayError } from "./toast.ts";
import { View } from "./view.ts";
import "./wave-player.ts";

/** Every version of an announcement: hear it, read it, make it the newest again. */
export class AnnouncementVersions extends View {
  static override properties = { announcement: { attribute: false } };
  declare announcement: Announcement;
  #open: number | null = null;
  readonly #versions = new Resource<readonly AnnouncementVersion[]>(this, () =>
    desk.versions(this.announcement.id),
  );

  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get("announcement") as Announcement | undefined;
    if (!before) return;
    if (before.id !== this.announcement.id) void this.#versions.restart();
    else if (before.version !== this.announcement.version || before.state !== this.announcement.state)
      this.#versions.refreshSoon();
  }

  async #revert({ version }: AnnouncementVersion): Promise<void> {
    const yes = await confirmed({
      title: t("versions.revertTitle", { n: version }),
      facts: [t("versions.revertFact", { n: version })],
      yes: t("versions.revert"),
    });
    if (!yes) return;
    try {
      await desk.revert(this.announcement.id);
      say(t("versions.reverted", { n: version }));
    } catch (thrown) {
      sayError(thrown);
    }
  }

  /** Only to what stations play, and only while something newer is being worked on. */
  #revertible({ version }: AnnouncementVersion): boolean {
    const { approvedVersion, state } = this.announcement;
    return (
      may("author") &&
      state !== "archived" &&
      version === approvedVersion &&
      version < this.announcement.version
    );
  }

  #body(version: AnnouncementVersion): TemplateResult {
    const { ingest, durationMs, speech, reason } = version;
    const label = t("versions.n", { n: version.version });
    return html`<div class="version-body">
      ${
        ingest.state === "ready"
          ? html`<loa-wave-player compact .announcementId=${this.announcement.id} .version=${version.version} .durationMs=${durationMs ?? 0} .name=${label}></loa-wave-player>`
          : nothing
      }
      ${speech ? html`<blockquote class="version-text">${speech.text}</blockquote>` : nothing}
      ${reason ? html`<p class="muted">${t("versions.reason", { reason })}</p>` : nothing}
      ${
        this.#revertible(version)
          ? html`<button class="button" data-testid="revert" @click=${() => void this.#revert(version)}>${icon("repeat")}${t("versions.revert")}</button>`
          : nothing
      }
    </div>`;
  }

  #row(version: AnnouncementVersion): TemplateResult {
    const { version: n, title, state, createdBy, createdAt, durationMs } = version;
    const open = n === this.#open;
    return html`<li class="version" data-testid="version" data-version=${n}>
      <button class="version-head" aria-expanded=${open} @click=${() =>
        this.change(() => {
          this.#open = open ? null : n;
        })}>
        ${icon(open ? "up" : "down")}
        <span>
          <b>${t("versions.n", { n })}: ${title}</b>
          <small class="muted">${createdBy.name} · ${dayAndTime(createdAt)}${durationMs === undefined ? "" : ` · ${lengthText(durationMs)}`}</small>
        </span>
        ${n === this.announcement.approvedVersion ? badge("air", "speaker", t("versions.onStations")) : announcementBadge(state)}
      </button>
      ${open ? this.#body(version) : nothing}
    </li>`;
  }

  protected override render(): TemplateResult {
    const { value, error } = this.#versions;
    if (error) return failureNotice(error, () => void this.#versions.refresh());
    if (!value) return skeleton(3);
    return html`<section class="versions" aria-label=${t("versions.title")}>
      <h3>${t("versions.title")} <span class="count">${value.length}</span></h3>
      <ol>${value.map((version) => this.#row(version))}</ol>
    </section>`;
  }
}
customElements.define("loa-announcement-versions", AnnouncementVersions);
