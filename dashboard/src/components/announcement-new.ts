import "../styles/announcement-new.css";
import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { desk } from "../data/announcement-desk.ts";
import { Resource } from "../data/resource.ts";
import { t } from "../locales/translate.ts";
import { go, route } from "../router.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { type IconName, icon } from "./icon.ts";
import type { FilledTemplate } from "./template-form.ts";
import { View } from "./view.ts";

/** How an announcement comes to be. */
const WAYS = ["record", "upload", "text", "template"] as const;
type Way = (typeof WAYS)[number];

const DRAWING: Record<Way, IconName> = {
  record: "microphone",
  upload: "upload",
  text: "edit",
  template: "template",
};

/** Code of each way comes when it is chosen. */
const LOAD: Record<Way, () => Promise<unknown>> = {
  record: () => import("./recorder.ts"),
  upload: () => import("./upload-desk.ts"),
  text: () => import("./speech-editor.ts"),
  template: () => import("./template-desk.ts"),
};

/**
 * A new announcement by one of four ways; `/announcements/new?way=…`. With `revise=<id>` it becomes the next version of that one instead.
 */
export class AnnouncementNew extends View {
  #loaded: Way | null = null;
  #failure: unknown = null;
  #begin: FilledTemplate | null = null;
  readonly #revised = new Resource<Announcement | null>(this, async () => {
    const id = route.value.query.get("revise");
    return id === null ? null : desk.get(id);
  });

  protected override sources() {
    return [route];
  }

  get #way(): Way | null {
    const wanted = route.value.query.get("way");
    return WAYS.find((way) => way === wanted) ?? null;
  }

  protected override willUpdate(): void {
    const way = this.#way;
    if (way !== null && way !== this.#loaded && this.#failure === null) void this.#load(way);
  }

  async #load(way: Way): Promise<void> {
    try {
      await LOAD[way]();
      this.change(() => {
        this.#loaded = way;
      });
    } catch (thrown) {
      this.change(() => {
        this.#failure = thrown;
      });
    }
  }

  #address(way: Way): string {
    const revise = route.value.query.get("revise");
    return `/announcements/new?way=${way}${revise === null ? "" : `&revise=${encodeURIComponent(revise)}`}`;
  }

  #made({ detail }: CustomEvent<Announcement>): void {
    go(`/announcements/${detail.id}`, { replace: true });
  }

  #filled({ detail }: CustomEvent<FilledTemplate>): void {
    this.#begin = detail;
    go(this.#address("text"));
  }

  #ways(chosen: Way | null): TemplateResult {
    return html`<nav class="ways ${chosen === null ? "big" : ""}" aria-label=${t("new.ways")}>
      ${WAYS.map(
        (
          way,
        ) => html`<a class="way" href=${this.#address(way)} data-testid="way-${way}" aria-current=${way === chosen ? "true" : nothing}>
          ${icon(DRAWING[way])}
          <span><b>${t(`new.${way}`)}</b>${chosen === null ? html`<small>${t(`new.${way}Hint`)}</small>` : nothing}</span>
        </a>`,
      )}
    </nav>`;
  }

  #tool(way: Way): TemplateResult {
    if (this.#failure) return failureNotice(this.#failure, () => location.reload());
    const revised = this.#revised.value;
    if (this.#loaded !== way || revised === undefined) return skeleton(4, 3);
    const path = revised ? `/announcements/${revised.id}/revisions` : "/announcements";
    switch (way) {
      case "record":
        return html`<loa-recorder .path=${path} .proposed=${revised?.title ?? ""}></loa-recorder>`;
      case "upload":
        return html`<loa-upload-desk .path=${path} ?single=${revised !== null}></loa-upload-desk>`;
      case "text":
        return html`<loa-speech-editor .announcement=${revised} .begin=${this.#begin} @begun=${() => {
          this.#begin = null;
        }}></loa-speech-editor>`;
      case "template":
        return html`<loa-template-desk @filled=${(event: CustomEvent) => this.#filled(event)}></loa-template-desk>`;
    }
  }

  protected override render(): TemplateResult {
    const way = this.#way;
    const { value: revised, error } = this.#revised;
    return html`<section class="new-announcement" @made=${(event: CustomEvent<Announcement>) => this.#made(event)}>
      <a class="back shown" href=${revised ? `/announcements/${revised.id}` : "/announcements"}>${icon("left")}${t("announcements.back")}</a>
      <header class="page-head">
        <div>
          <h1 tabindex="-1">${revised ? t("new.versionTitle", { title: revised.title }) : t("new.title")}</h1>
          ${revised ? html`<p class="muted">${t("new.versionHint")}</p>` : way === null ? html`<p class="muted">${t("new.hint")}</p>` : nothing}
        </div>
      </header>
      ${error ? failureNotice(error, () => void this.#revised.refresh()) : nothing}
      ${this.#ways(way)} ${way === null ? nothing : html`<div class="card new-tool"><div class="body">${this.#tool(way)}</div></div>`}
    </section>`;
  }
}
customElements.define("loa-announcement-new", AnnouncementNew);
