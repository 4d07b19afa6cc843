import "../styles/schedule-form.css";
import type { Announcement } from "@loa/protocol/http/announcements";
import type { Preview, Schedule, Target } from "@loa/protocol/http/schedules";
import { html, nothing, type TemplateResult } from "lit";
import "../components/programme-picker.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { readBack } from "../components/read-back.ts";
import { say } from "../components/toast.ts";
import "../components/target-tree.ts";
import { View } from "../components/view.ts";
import { whenFields } from "../components/when-fields.ts";
import { api, getAll } from "../data/api.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { hubNow } from "../data/hub-clock.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { hubZone } from "../data/zone.ts";
import { t } from "../locales/translate.ts";
import { go } from "../router.ts";
import { changeOf, type Draft, draftOf, missingOf, newDraft, requestOf } from "../words/draft.ts";

/** Pause after the last change before the hub is asked what would sound. */
const ASK_AFTER_MS = 350;

/** Makes or changes a schedule; while it is edited the hub reads back what will sound. */
export class ScheduleFormPage extends View {
  static override properties = { scheduleId: {}, announcementId: {} };
  declare scheduleId: string;
  declare announcementId: string;
  #draft: Draft | null = null;
  #preview: Preview | null = null;
  #refusal: ApiError | null = null;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #tried = false;
  #saving = false;
  readonly #library = new Resource<Announcement[]>(this, () =>
    getAll("/announcements", { state: "approved" }),
  );
  readonly #stored = new Resource<Draft>(this, () => this.#begin());

  protected override sources() {
    return [world.loaded];
  }

  get #isNew(): boolean {
    return this.scheduleId === "new";
  }

  async #begin(): Promise<Draft> {
    const draft = this.#isNew
      ? this.#fresh()
      : draftOf(await api.get<Schedule>(`/schedules/${this.scheduleId}`));
    this.#take(draft);
    return draft;
  }

  #fresh(): Draft {
    const empty = newDraft(hubNow(), hubZone());
    return this.announcementId === "" ? empty : { ...empty, announcementIds: [this.announcementId] };
  }

  #take(draft: Draft): void {
    this.change(() => {
      this.#draft = draft;
      this.#refusal = null;
    });
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => void this.#ask(draft), ASK_AFTER_MS);
  }

  #edit(part: Partial<Draft>): void {
    if (this.#draft) this.#take({ ...this.#draft, ...part });
  }

  /** Without a title the read-back already helps; the hub just wants one. */
  async #ask(draft: Draft): Promise<void> {
    const turn = ++this.#turn;
    const enough = missingOf(draft).every((missing) => missing === "title");
    const title = draft.title.trim() || t("form.untitled");
    const stored = this.#isNew ? {} : { scheduleId: this.scheduleId };
    try {
      const preview = enough
        ? await api.post<Preview>("/schedules/preview", { ...requestOf({ ...draft, title }), ...stored })
        : await api.get<Preview>("/schedules/preview");
      if (turn === this.#turn) this.#answer(preview, null);
    } catch (thrown) {
      if (turn === this.#turn) this.#answer(this.#preview, toApiError(thrown));
    }
  }

  #answer(preview: Preview | null, refusal: ApiError | null): void {
    this.change(() => {
      this.#preview = preview;
      this.#refusal = refusal;
    });
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const draft = this.#draft;
    this.change(() => {
      this.#tried = true;
    });
    if (draft === null || this.#saving) return;
    if (missingOf(draft).length > 0) return this.#showFirstMissing();
    await this.#send(draft);
  }

  async #send(draft: Draft): Promise<void> {
    this.#saving = true;
    this.requestUpdate();
    try {
      if (this.#isNew) await api.post<Schedule>("/schedules", requestOf(draft));
      else await api.patch<Schedule>(`/schedules/${this.scheduleId}`, changeOf(draft));
      say(t("form.saved", { title: draft.title.trim() }));
      go("/schedules");
    } catch (thrown) {
      this.#answer(this.#preview, toApiError(thrown));
    } finally {
      this.#saving = false;
      this.requestUpdate();
    }
  }

  async #showFirstMissing(): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(".error-text")?.scrollIntoView({ block: "center", behavior: "smooth" });
    this.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  #error(which: "title" | "announcements" | "targets"): TemplateResult | typeof nothing {
    const bad = this.#tried && this.#draft !== null && missingOf(this.#draft).includes(which);
    return bad
      ? html`<p class="error-text" role="alert">${icon("error")}${t(`form.missing.${which}`)}</p>`
      : nothing;
  }

  #fields(draft: Draft): TemplateResult {
    const library = this.#library;
    return html`<section class="card form-part">
        <div class="field">
          <label for="schedule-title">${t("form.title")}</label>
          <input
            id="schedule-title"
            type="text"
            maxlength="200"
            autocomplete="off"
            .value=${draft.title}
            aria-invalid=${this.#tried && draft.title.trim() === ""}
            @input=${(event: Event) => this.#edit({ title: (event.target as HTMLInputElement).value })}
          />
          ${this.#error("title")}
        </div>
      </section>
      <section class="card form-part">
        <h2>${t("form.what")}</h2>
        ${
          library.error
            ? failureNotice(library.error, () => void library.refresh())
            : html`<loa-programme-picker
                .library=${library.value ?? null}
                .chosen=${draft.announcementIds}
                @programme-changed=${(event: CustomEvent<string[]>) => this.#edit({ announcementIds: event.detail })}
              ></loa-programme-picker>`
        }
        ${this.#error("announcements")}
        <label class="check"
          ><input
            type="checkbox"
            .checked=${draft.chime}
            @change=${(event: Event) => this.#edit({ chime: (event.target as HTMLInputElement).checked })}
          /><span>${t("form.chime")}</span></label
        >
      </section>
      <section class="card form-part">
        <h2>${t("form.where")}</h2>
        <loa-target-tree
          .targets=${draft.targets}
          @targets-changed=${(event: CustomEvent<Target[]>) => this.#edit({ targets: event.detail })}
        ></loa-target-tree>
        ${this.#error("targets")}
      </section>
      <section class="card form-part">
        <h2>${t("form.when")}</h2>
        ${whenFields(draft, this.#tried ? missingOf(draft) : [], (part) => this.#edit(part))}
      </section>`;
  }

  protected override render(): TemplateResult {
    const draft = this.#draft;
    const { error } = this.#stored;
    return html`<a class="back" href="/schedules">${icon("left")}${t("schedules.title")}</a>
      <header class="page-head">
        <div><h1 tabindex="-1">${t(this.#isNew ? "form.newTitle" : "form.editTitle")}</h1></div>
      </header>
      ${error ? failureNotice(error, () => void this.#stored.refresh()) : nothing}
      ${
        draft === null
          ? error
            ? nothing
            : skeleton(5, 10, 12)
          : html`<form class="schedule-form" novalidate @submit=${(event: Event) => void this.#save(event)}>
              <div class="form-main">${this.#fields(draft)}</div>
              <aside class="form-side">
                ${readBack(draft, this.#preview, this.#refusal)}
                <button class="button primary wide" data-testid="save-schedule" ?disabled=${this.#saving}>
                  ${t(this.#saving ? "form.saving" : "form.save")}
                </button>
              </aside>
            </form>`
      }`;
  }
}
customElements.define("loa-schedule-form-page", ScheduleFormPage);
