import "../styles/announcements.css";
import { html, nothing, type TemplateResult } from "lit";
import "../components/announcement-library.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { t } from "../locales/translate.ts";
import { go, route } from "../router.ts";

/** In the place of an id: a new announcement. */
const NEW = "new";

/** What comes only when it is needed. */
const PARTS = {
  desk: () => import("../components/announcement-new.ts"),
  detail: () => import("../components/announcement-detail.ts"),
};

/** The library on the left, one announcement on the right (one of the two on a phone), or the desk for a new one. */
export class AnnouncementsPage extends View {
  static override properties = { chosen: {} };
  declare chosen: string | undefined;
  #failure: unknown = null;
  readonly #loaded = new Set<keyof typeof PARTS>();
  #over = false;
  #left: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("dragover", this.#dragOver);
    addEventListener("drop", this.#drop);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("dragover", this.#dragOver);
    removeEventListener("drop", this.#drop);
    clearTimeout(this.#left);
  }

  protected override willUpdate(): void {
    const wanted = this.#wanted;
    if (wanted !== null && !this.#loaded.has(wanted) && this.#failure === null) void this.#load(wanted);
  }

  get #wanted(): keyof typeof PARTS | null {
    if (!this.chosen) return null;
    return this.chosen === NEW ? "desk" : "detail";
  }

  /** An element is shown only once its code is here: before that it would not know what it was given. */
  async #load(part: keyof typeof PARTS): Promise<void> {
    try {
      await PARTS[part]();
      this.change(() => {
        this.#loaded.add(part);
      });
    } catch (thrown) {
      this.change(() => {
        this.#failure = thrown;
      });
    }
  }

  /** `dragover` comes all the time while something is over the page, so its absence tells that it left. */
  #dragOver = (event: DragEvent): void => {
    if (!may("author") || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    clearTimeout(this.#left);
    this.#left = setTimeout(() => this.#hover(false), 200);
    this.#hover(true);
  };

  #drop = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])];
    clearTimeout(this.#left);
    this.#hover(false);
    if (files.length === 0 || !may("author")) return;
    event.preventDefault();
    void this.#upload(files);
  };

  #hover(over: boolean): void {
    if (over !== this.#over)
      this.change(() => {
        this.#over = over;
      });
  }

  /** Files dropped anywhere on the page; those for a new version go there. */
  async #upload(files: readonly File[]): Promise<void> {
    const { uploads } = await import("../data/uploads.ts");
    const revise = this.chosen === NEW ? route.value.query.get("revise") : null;
    if (revise === null) uploads.add(files);
    else uploads.add(files.slice(0, 1), `/announcements/${revise}/revisions`);
    go(`/announcements/new?way=upload${revise === null ? "" : `&revise=${encodeURIComponent(revise)}`}`);
  }

  #detail(): TemplateResult {
    if (this.#failure) return failureNotice(this.#failure, () => location.reload());
    if (this.chosen && !this.#loaded.has("detail"))
      return html`<div class="card"><div class="body">${skeleton(2, 6, 4)}</div></div>`;
    if (this.chosen)
      return html`<loa-announcement-detail .announcementId=${this.chosen}></loa-announcement-detail>`;
    return html`<div class="card empty placeholder">
      ${icon("announcement")}
      <p>${t(may("author") ? "announcements.chooseOrDrop" : "announcements.choose")}</p>
    </div>`;
  }

  #desk(): TemplateResult {
    if (this.#failure) return failureNotice(this.#failure, () => location.reload());
    return this.#loaded.has("desk") ? html`<loa-announcement-new></loa-announcement-new>` : skeleton(3, 6);
  }

  #library(): TemplateResult {
    return html`<header class="page-head split-page-head">
        <div><h1 tabindex="-1">${t("announcements.title")}</h1></div>
        ${
          may("author")
            ? html`<a class="button primary" data-testid="new-announcement" href="/announcements/new">
                ${icon("plus")}${t("new.title")}
              </a>`
            : nothing
        }
      </header>
      <div class="split">
        <loa-announcement-library .chosen=${this.chosen}></loa-announcement-library>
        <div class="split-detail">${this.#detail()}</div>
      </div>`;
  }

  protected override render(): TemplateResult {
    return html`<div class="announcements ${this.chosen ? "has-chosen" : ""} ${this.#over ? "dropping" : ""}">
      ${this.chosen === NEW ? this.#desk() : this.#library()}
      <div class="drop-hint" aria-hidden="true">${icon("upload")}<b>${t("upload.dropHere")}</b><span>${t("upload.dropHint")}</span></div>
    </div>`;
  }
}
customElements.define("loa-announcements-page", AnnouncementsPage);
