import "../styles/announcements.css";
import type { Announcement, AnnouncementState } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "../components/announcement-detail.ts";
import { announcementBadge, badge } from "../components/badge.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import "../components/upload-sheet.ts";
import type { UploadSheet } from "../components/upload-sheet.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { api } from "../data/api.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { go } from "../router.ts";
import { dayAndTime, playerTime } from "../words/time-text.ts";

interface Page {
  readonly items: Announcement[];
  readonly next: string | null;
}

const FILTERS: readonly (AnnouncementState | "")[] = [
  "",
  "submitted",
  "approved",
  "draft",
  "rejected",
  "archived",
];

/** The library: search and filter on the left, one announcement on the right; one of the two on a phone. */
export class AnnouncementsPage extends View {
  static override properties = { chosen: {} };
  declare chosen: string | undefined;
  #query = "";
  #state: AnnouncementState | "" = "";
  #typing: ReturnType<typeof setTimeout> | undefined;
  readonly #list = new Resource<Page>(this, () =>
    api.get("/announcements", { q: this.#query, state: this.#state || undefined }),
  );

  protected override sources() {
    return [
      world.announcements,
      { subscribe: () => world.announcements.subscribe(() => this.#list.refreshSoon()) },
    ];
  }

  #search(event: Event): void {
    this.#query = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#list.refresh(), 250);
  }

  #filter(state: AnnouncementState | ""): void {
    this.#state = state;
    void this.#list.restart();
    this.requestUpdate();
  }

  async #more(): Promise<void> {
    const shown = this.#list.value;
    if (!shown?.next) return;
    const page = await api.get<Page>("/announcements", {
      q: this.#query,
      state: this.#state || undefined,
      cursor: shown.next,
    });
    this.change(() => {
      this.#list.value = { items: [...shown.items, ...page.items], next: page.next };
    });
  }

  #upload(file?: File): void {
    void this.querySelector<UploadSheet>("loa-upload-sheet")?.open(file);
  }

  #drop(event: DragEvent): void {
    event.preventDefault();
    this.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file && may("author")) this.#upload(file);
  }

  #drag(event: DragEvent, over: boolean): void {
    if (!may("author")) return;
    event.preventDefault();
    this.classList.toggle("dropping", over);
  }

  #row(stored: Announcement): TemplateResult {
    const announcement = world.announcements.get(stored.id) ?? stored;
    const { id, title, ingest, state, durationMs, createdBy, createdAt } = announcement;
    const failed = ingest.state === "failed";
    return html`<li>
      <a class="row" href="/announcements/${id}" aria-current=${id === this.chosen ? "true" : nothing}>
        <b>${title}</b>
        <span>${failed ? badge("bad", "error", t("announcement.unusable")) : announcementBadge(state)}</span>
        <small class="muted">
          ${durationMs === undefined ? "" : `${playerTime(durationMs)} · `}${createdBy.name} · ${dayAndTime(createdAt)}
        </small>
      </a>
    </li>`;
  }

  #empty(): TemplateResult {
    const filtered = this.#query !== "" || this.#state !== "";
    return html`<div class="empty">
      ${icon(filtered ? "search" : "announcement")}
      <strong>${t(filtered ? "announcements.noMatch" : "announcements.none")}</strong>
      ${filtered ? nothing : html`<p>${t("announcements.noneHint")}</p>`}
    </div>`;
  }

  #items(): TemplateResult {
    const { value, error } = this.#list;
    if (error) return failureNotice(error, () => void this.#list.refresh());
    if (!value) return html`<div class="body">${skeleton(4, 4, 4, 4)}</div>`;
    if (value.items.length === 0) return this.#empty();
    return html`<ul class="rows">
        ${repeat(
          value.items,
          ({ id }) => id,
          (item) => this.#row(item),
        )}
      </ul>
      ${value.next === null ? nothing : html`<button class="button quiet wide" @click=${() => void this.#more()}>${t("list.more")}</button>`}`;
  }

  #library(): TemplateResult {
    return html`<section class="card library" aria-label=${t("announcements.title")}>
      <div class="library-tools">
        <div class="search">
          ${icon("search")}
          <input
            type="search"
            aria-label=${t("announcements.search")}
            placeholder=${t("announcements.search")}
            @input=${(event: Event) => this.#search(event)}
          />
        </div>
        <div class="chips" role="group" aria-label=${t("announcements.filter")}>
          ${FILTERS.map(
            (
              state,
            ) => html`<button class="chip" aria-pressed=${state === this.#state} @click=${() => this.#filter(state)}>
              ${state === "" ? t("announcements.all") : t(`announcement.${state}`)}
            </button>`,
          )}
        </div>
      </div>
      ${this.#items()}
    </section>`;
  }

  #detail(): TemplateResult {
    if (this.chosen)
      return html`<loa-announcement-detail .announcementId=${this.chosen}></loa-announcement-detail>`;
    return html`<div class="card empty placeholder">
      ${icon("announcement")}
      <p>${t(may("author") ? "announcements.chooseOrDrop" : "announcements.choose")}</p>
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`<div
      class="announcements ${this.chosen ? "has-chosen" : ""}"
      @dragover=${(event: DragEvent) => this.#drag(event, true)}
      @dragleave=${(event: DragEvent) => this.#drag(event, false)}
      @drop=${(event: DragEvent) => this.#drop(event)}
    >
      <header class="page-head">
        <div><h1 tabindex="-1">${t("announcements.title")}</h1></div>
        ${
          may("author")
            ? html`<button class="button primary" data-testid="upload" @click=${() => this.#upload()}>
                ${icon("upload")}${t("upload.button")}
              </button>`
            : nothing
        }
      </header>
      <div class="split">${this.#library()}${this.#detail()}</div>
      <loa-upload-sheet
        @uploaded=${(event: CustomEvent<Announcement>) => {
          void this.#list.refresh();
          go(`/announcements/${event.detail.id}`);
        }}
      ></loa-upload-sheet>
      <div class="drop-hint" aria-hidden="true">${icon("upload")}${t("upload.dropHere")}</div>
    </div>`;
  }
}
customElements.define("loa-announcements-page", AnnouncementsPage);
