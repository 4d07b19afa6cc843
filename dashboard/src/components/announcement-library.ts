import type { Announcement, AnnouncementSource, AnnouncementState } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { may } from "../data/access.ts";
import { api } from "../data/api.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime, playerTime } from "../words/time-text.ts";
import { expired } from "./announcement-facts.ts";
import { announcementBadge, badge } from "./badge.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { type IconName, icon } from "./icon.ts";
import { sayError } from "./toast.ts";
import { View } from "./view.ts";

interface Page {
  readonly items: Announcement[];
  readonly next: string | null;
}

/** What expired is approved still, but will not sound. */
type Shown = AnnouncementState | "expired" | "";

const SHOWN: readonly Shown[] = ["", "submitted", "approved", "draft", "rejected", "expired", "archived"];
const SOURCES: readonly AnnouncementSource[] = ["recording", "upload", "speech"];
const PAGE = 40;
/** More waiting ones than this are "so many and more". */
const COUNTED = 50;
const TYPED_MS = 250;

const DRAWING: Record<AnnouncementSource, IconName> = {
  upload: "upload",
  recording: "microphone",
  speech: "edit",
};

/** The library: search, filter and scroll through every announcement. `chosen`: the one that is open beside it. */
export class AnnouncementLibrary extends View {
  static override properties = { chosen: {} };
  declare chosen: string | undefined;
  #query = "";
  #shown: Shown = "";
  #source: AnnouncementSource | "" = "";
  #area = "";
  #typing: ReturnType<typeof setTimeout> | undefined;
  #loadingMore = false;
  #sentinel: IntersectionObserver | null = null;
  readonly #list: Resource<Page> = new Resource<Page>(this, () => this.#page(this.#list.value?.items.length));
  readonly #waiting = new Resource<Page>(this, () =>
    api.get("/announcements", { state: "submitted", limit: COUNTED }),
  );

  protected override sources() {
    const refresh = () => {
      this.#list.refreshSoon();
      this.#waiting.refreshSoon();
    };
    return [world.announcements, world.areas, { subscribe: () => world.announcements.subscribe(refresh) }];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sentinel?.disconnect();
    this.#sentinel = null;
  }

  /** As many as are shown already, so that a refresh does not shorten the list under somebody's eyes. */
  #page(shown = 0, cursor?: string): Promise<Page> {
    return api.get("/announcements", {
      q: this.#query,
      ...(this.#shown === "expired" ? { expired: "true" } : { state: this.#shown || undefined }),
      source: this.#source || undefined,
      areaId: this.#area || undefined,
      limit: cursor ? PAGE : Math.min(500, Math.max(PAGE, shown)),
      cursor,
    });
  }

  #search(event: Event): void {
    this.#query = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#list.refresh(), TYPED_MS);
  }

  #filter(apply: () => void): void {
    this.change(apply);
    void this.#list.restart();
  }

  async #more(): Promise<void> {
    const shown = this.#list.value;
    if (!shown?.next || this.#loadingMore) return;
    this.#loadingMore = true;
    try {
      const page = await this.#page(0, shown.next);
      if (this.#list.value === shown)
        this.change(() => {
          this.#list.value = { items: [...shown.items, ...page.items], next: page.next };
        });
    } catch (thrown) {
      sayError(thrown);
    } finally {
      this.#loadingMore = false;
    }
  }

  /** Reads on as soon as the end of the list comes near. */
  protected override updated(): void {
    this.#sentinel ??= new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void this.#more();
      },
      { rootMargin: "400px" },
    );
    this.#sentinel.disconnect();
    const end = this.querySelector(".list-end");
    if (end) this.#sentinel.observe(end);
  }

  /** Arrow keys walk through the list. */
  #walk(event: KeyboardEvent): void {
    const rows = [...this.querySelectorAll<HTMLElement>("a.row")];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || at === -1) return;
    event.preventDefault();
    rows[Math.min(rows.length - 1, Math.max(0, to))]?.focus();
  }

  #badge(announcement: Announcement): TemplateResult {
    if (announcement.ingest.state === "failed") return badge("bad", "error", t("announcement.unusable"));
    if (announcement.state === "approved" && expired(announcement))
      return badge("warn", "clock", t("expiry.expired"));
    return announcementBadge(announcement.state);
  }

  #row(stored: Announcement): TemplateResult {
    const announcement = world.announcements.get(stored.id) ?? stored;
    const { id, title, source, durationMs, createdBy, createdAt } = announcement;
    return html`<li>
      <a class="row" href="/announcements/${id}" aria-current=${id === this.chosen ? "true" : nothing}>
        <b>${title}</b>
        <span>${this.#badge(announcement)}</span>
        <small class="muted">
          ${icon(DRAWING[source])}<span class="visually-hidden">${t(`source.${source}`)}</span>
          ${durationMs === undefined ? "" : `${playerTime(durationMs)} · `}${createdBy.name} · ${dayAndTime(createdAt)}
        </small>
      </a>
    </li>`;
  }

  get #filtered(): boolean {
    return this.#query !== "" || this.#shown !== "" || this.#source !== "" || this.#area !== "";
  }

  #clear(): void {
    const field = this.querySelector<HTMLInputElement>('input[type="search"]');
    if (field) field.value = "";
    this.#filter(() => {
      [this.#query, this.#shown, this.#source, this.#area] = ["", "", "", ""];
    });
  }

  #empty(): TemplateResult {
    if (this.#filtered)
      return html`<div class="empty" data-testid="none-found">
        ${icon("search")}<strong>${t("announcements.noMatch")}</strong>
        <p>${t("announcements.noMatchHint")}</p>
        <button class="button" @click=${() => this.#clear()}>${t("announcements.showAll")}</button>
      </div>`;
    return html`<div class="empty" data-testid="none-at-all">
      ${icon("announcement")}<strong>${t("announcements.none")}</strong>
      <p>${t("announcements.noneHint")}</p>
      ${may("author") ? html`<a class="button primary" href="/announcements/new">${icon("plus")}${t("new.title")}</a>` : nothing}
    </div>`;
  }

  #items(): TemplateResult {
    const { value, error } = this.#list;
    if (error) return failureNotice(error, () => void this.#list.refresh());
    if (!value) return html`<div class="body">${skeleton(4, 4, 4, 4)}</div>`;
    if (value.items.length === 0) return this.#empty();
    return html`<ul class="rows" @keydown=${(event: KeyboardEvent) => this.#walk(event)}>
        ${repeat(
          value.items,
          ({ id }) => id,
          (item) => this.#row(item),
        )}
      </ul>
      ${value.next === null ? nothing : html`<div class="list-end"><button class="button quiet wide" @click=${() => void this.#more()}>${t("list.more")}</button></div>`}`;
  }

  #chipText(shown: Shown): string {
    if (shown === "") return t("announcements.all");
    return shown === "expired" ? t("expiry.expired") : t(`announcement.${shown}`);
  }

  #chip(shown: Shown): TemplateResult {
    const waiting = shown === "submitted" ? this.#waiting.value : undefined;
    const count = waiting?.items.length ?? 0;
    return html`<button class="chip" aria-pressed=${shown === this.#shown} @click=${() =>
      this.#filter(() => {
        this.#shown = shown;
      })}>
      ${this.#chipText(shown)}
      ${count === 0 ? nothing : html`<span class="count">${count}${waiting?.next ? "+" : ""}</span>`}
    </button>`;
  }

  #select(
    label: string,
    all: string,
    value: string,
    options: readonly (readonly [string, string])[],
    choose: (value: string) => void,
  ): TemplateResult {
    return html`<select aria-label=${label} @change=${(event: Event) => this.#filter(() => choose((event.target as HTMLSelectElement).value))}>
      <option value="" ?selected=${value === ""}>${all}</option>
      ${options.map(([id, name]) => html`<option value=${id} ?selected=${id === value}>${name}</option>`)}
    </select>`;
  }

  #narrow(): TemplateResult {
    const areas = world.areas.all;
    const sources = SOURCES.map((source) => [source, t(`source.${source}`)] as const);
    return html`<div class="two-fields">
      ${this.#select(
        t("announcements.bySource"),
        t("announcements.anySource"),
        this.#source,
        sources,
        (value) => {
          this.#source = value as AnnouncementSource | "";
        },
      )}
      ${
        areas.length < 2
          ? nothing
          : this.#select(
              t("announcements.byArea"),
              t("announcements.anyArea"),
              this.#area,
              areas.map(({ id, name }) => [id, name] as const),
              (value) => {
                this.#area = value;
              },
            )
      }
    </div>`;
  }

  protected override render(): TemplateResult {
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
        ${this.#narrow()}
        <div class="chips" role="group" aria-label=${t("announcements.filter")}>${SHOWN.map((shown) => this.#chip(shown))}</div>
      </div>
      ${this.#items()}
    </section>`;
  }
}
customElements.define("loa-announcement-library", AnnouncementLibrary);
