import "../styles/speech.css";
import type { Announcement } from "@loa/protocol/http/announcements";
import type { Reading, SpeechSettings, VoiceList } from "@loa/protocol/http/speech";
import { html, nothing, type TemplateResult } from "lit";
import { desk } from "../data/announcement-desk.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { hubNow } from "../data/hub-clock.ts";
import { user } from "../data/session.ts";
import { preview, reading, voices } from "../data/speech.ts";
import { keepTextDraft, type TextDraft, textDraft } from "../data/text-drafts.ts";
import { t } from "../locales/translate.ts";
import { readingMs } from "../words/reading.ts";
import { lengthText, number } from "../words/time-text.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import "./lexicon-sheet.ts";
import type { LexiconSheet } from "./lexicon-sheet.ts";
import { playOnce, stopPlaying } from "./play-once.ts";
import { draftNotes, noVoice } from "./speech-notes.ts";
import { paceFields } from "./speech-pace.ts";
import { readingPanel } from "./speech-reading.ts";
import type { FilledTemplate } from "./template-form.ts";
import { emit, View } from "./view.ts";

const LONGEST_TEXT = 10_000;
const READ_AFTER_MS = 400;
const KEEP_AFTER_MS = 500;

/** A text that a machine will read: write, see how it is read, listen, save. Emits `made` with the announcement. */
export class SpeechEditor extends View {
  static override properties = { announcement: { attribute: false }, begin: { attribute: false } };
  /** The announcement that gets a new version; null for a new one. */
  declare announcement: Announcement | null;
  /** Title and text to begin with, from a template. */
  declare begin: FilledTemplate | null;
  #title = "";
  #text = "";
  #settings: SpeechSettings = {};
  #voices: VoiceList | null = null;
  #reading: Reading | null = null;
  #readText = "";
  #readError: ApiError | null = null;
  #selected = "";
  #listening: "fetching" | "playing" | null = null;
  #restoredAt: number | null = null;
  #earlier: TextDraft | null = null;
  #templateId: string | undefined;
  #missing: "title" | "text" | null = null;
  #saving = false;
  #error: ApiError | null = null;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.announcement = null;
    this.begin = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#start();
    void voices().then(
      (list) =>
        this.change(() => {
          this.#voices = list;
        }),
      () => undefined,
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
    this.#keepNow();
    stopPlaying();
  }

  get #owner(): string {
    return user.value?.id ?? "";
  }
  get #subject(): string {
    return this.announcement?.id ?? "new";
  }
  get #areaId(): string {
    return this.announcement?.areaId ?? user.value?.areaId ?? "";
  }

  get #language(): string | undefined {
    return this.#voices?.items.find(({ id }) => id === this.#settings.voice)?.language;
  }

  /** From a template, else what was being written, else what is stored. */
  #start(): void {
    const kept = textDraft(this.#owner, this.#subject);
    if (this.begin) this.#startFrom(this.begin, kept);
    else this.#startStored(kept);
  }

  #startStored(kept: TextDraft | null): void {
    const { text = "", spoken: _, ...settings } = this.announcement?.speech ?? { spoken: "" };
    const stored = { title: this.announcement?.title ?? "", text, settings };
    this.#restoredAt = kept && kept.text !== stored.text ? kept.savedAt : null;
    this.#take(kept ?? stored);
  }

  /** A template fills the editor once; what was being written before it can be had back. */
  #startFrom({ title, text, templateId }: FilledTemplate, kept: TextDraft | null): void {
    this.#templateId = templateId;
    this.#earlier = kept && kept.text.trim() !== "" && kept.text !== text ? kept : null;
    const draft = { title, text, settings: {}, savedAt: hubNow() };
    keepTextDraft(this.#owner, this.#subject, draft);
    this.#take(draft);
    emit(this, "begun", null);
  }

  #take({ title, text, settings }: Omit<TextDraft, "savedAt">): void {
    this.change(() => {
      [this.#title, this.#text, this.#settings] = [title, text, settings];
    });
    void this.#read();
  }

  #backToEarlier(earlier: TextDraft): void {
    [this.#earlier, this.#templateId] = [null, undefined];
    keepTextDraft(this.#owner, this.#subject, earlier);
    this.#take(earlier);
  }

  #discard(): void {
    keepTextDraft(this.#owner, this.#subject, null);
    this.#start();
  }

  #changed(apply: () => void): void {
    this.change(() => {
      apply();
      this.#error = null;
    });
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => this.#keepNow(), KEEP_AFTER_MS);
  }

  #keepNow(): void {
    if (this.#keeping === undefined) return;
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    const empty = this.#text.trim() === "" && this.#title.trim() === "";
    const draft = {
      title: this.#title,
      text: this.#text,
      settings: this.#settings,
      savedAt: hubNow(),
    };
    keepTextDraft(this.#owner, this.#subject, empty ? null : draft);
  }

  #write(text: string): void {
    this.#changed(() => {
      this.#text = text;
    });
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#read(), READ_AFTER_MS);
  }

  #choosePace(settings: SpeechSettings): void {
    this.#changed(() => {
      this.#settings = { ...this.#settings, ...settings };
    });
    if (settings.voice !== undefined) void this.#read();
  }

  async #read(): Promise<void> {
    const text = this.#text;
    if (text.trim() === "") return this.#show(null, text);
    try {
      const read = await reading(text, this.#areaId, this.#language);
      if (text === this.#text) this.#show(read, text);
    } catch (thrown) {
      if (text === this.#text) this.#show(null, text, toApiError(thrown));
    }
  }

  #show(read: Reading | null, text: string, error: ApiError | null = null): void {
    this.change(() => {
      [this.#reading, this.#readText, this.#readError] = [read, text, error];
    });
  }

  #select(event: Event): void {
    const { value, selectionStart, selectionEnd } = event.target as HTMLTextAreaElement;
    const selected = value.slice(selectionStart, selectionEnd).trim();
    if (selected !== this.#selected)
      this.change(() => {
        this.#selected = selected;
      });
  }

  async #listen(text: string): Promise<void> {
    if (this.#listening) {
      stopPlaying();
      return this.#heard();
    }
    this.change(() => {
      this.#listening = "fetching";
    });
    const audio = await playOnce(
      () => preview(text, this.#settings, this.#areaId),
      () => this.#heard(),
    );
    if (audio)
      this.change(() => {
        this.#listening = "playing";
      });
  }

  #heard(): void {
    this.change(() => {
      this.#listening = null;
    });
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const [title, text] = [this.#title.trim(), this.#text.trim()];
    this.change(() => {
      this.#missing = title === "" ? "title" : text === "" ? "text" : null;
    });
    if (this.#missing !== null) return this.querySelector<HTMLElement>(`#speech-${this.#missing}`)?.focus();
    this.change(() => {
      [this.#saving, this.#error] = [true, null];
    });
    try {
      const body = { title, text, ...this.#settings };
      const templateId = this.#templateId;
      const made = this.announcement
        ? await desk.revise(this.announcement.id, body)
        : await desk.speak({ ...body, ...(templateId && { templateId }) });
      clearTimeout(this.#keeping);
      this.#keeping = undefined;
      keepTextDraft(this.#owner, this.#subject, null);
      emit<Announcement>(this, "made", made);
    } catch (thrown) {
      this.#error = toApiError(thrown);
    }
    this.change(() => {
      this.#saving = false;
    });
  }

  #lexicon(word: string): void {
    void this.querySelector<LexiconSheet>("loa-lexicon-sheet")?.open(word);
  }

  #fields(): TemplateResult {
    const { length } = this.#text;
    const spoken = this.#reading?.spoken ?? this.#text;
    return html`<div class="field">
        <label for="speech-title">${t("upload.name")}</label>
        <input
          id="speech-title"
          type="text"
          maxlength="200"
          autocomplete="off"
          .value=${this.#title}
          aria-invalid=${this.#missing === "title"}
          @input=${(event: Event) =>
            this.#changed(() => {
              this.#title = (event.target as HTMLInputElement).value;
            })}
        />
        ${this.#missing === "title" ? html`<p class="error-text" role="alert">${t("upload.nameMissing")}</p>` : nothing}
      </div>
      <div class="field">
        <label for="speech-text">${t("speech.text")}</label>
        <textarea
          id="speech-text"
          maxlength=${LONGEST_TEXT}
          .value=${this.#text}
          aria-invalid=${this.#missing === "text"}
          aria-describedby="speech-count"
          @input=${(event: Event) => this.#write((event.target as HTMLTextAreaElement).value)}
          @select=${(event: Event) => this.#select(event)}
          @keyup=${(event: Event) => this.#select(event)}
          @mouseup=${(event: Event) => this.#select(event)}
        ></textarea>
        ${this.#missing === "text" ? html`<p class="error-text" role="alert">${t("speech.textMissing")}</p>` : nothing}
        <p class="hint speech-count" id="speech-count">
          <span>${t("speech.count", { n: number(length), of: number(LONGEST_TEXT) })}</span>
          ${length === 0 ? nothing : html`<span data-testid="estimate">${t("speech.lasts", { length: lengthText(readingMs(spoken, this.#settings)) })}</span>`}
        </p>
      </div>`;
  }

  #listenButtons(): TemplateResult {
    const text = this.#text.trim();
    const part = this.#selected;
    const label =
      this.#listening === "fetching" ? "speech.fetching" : this.#listening ? "speech.stop" : "speech.listen";
    return html`<div class="buttons">
      <button
        type="button"
        class="button"
        data-testid="listen"
        ?disabled=${text === "" || this.#listening === "fetching"}
        @click=${() => void this.#listen(text)}
      >
        ${icon(this.#listening === "playing" ? "stop" : "play")}${t(label)}
      </button>
      <button
        type="button"
        class="button quiet"
        data-testid="listen-part"
        ?disabled=${part === "" || this.#listening !== null}
        @click=${() => void this.#listen(part)}
      >
        ${icon("speaker")}${t("speech.listenPart")}
      </button>
      <button type="button" class="button quiet" data-testid="say-as" @click=${() => this.#lexicon(part.slice(0, 80))}>
        ${icon("edit")}${part === "" || part.length > 80 ? t("speech.lexicon") : t("speech.sayAs", { word: part.length > 24 ? `${part.slice(0, 24)}…` : part })}
      </button>
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`<form class="speech" novalidate @submit=${(event: Event) => void this.#save(event)}>
        <div class="speech-write">${draftNotes({
          restoredAt: this.#restoredAt,
          earlier: this.#earlier,
          discard: () => this.#discard(),
          open: (draft) => this.#backToEarlier(draft),
        })}
          ${this.#voices?.default === null ? noVoice() : nothing} ${this.#fields()} ${this.#listenButtons()}</div>
        ${readingPanel(this.#readText, this.#reading, this.#readError, () => void this.#read())}
        ${paceFields(this.#voices, this.#settings, (settings) => this.#choosePace(settings))}
        <div class="speech-save">
          ${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div>${errorText(this.#error)}</div></div>` : nothing}
          <div class="buttons end">
            <button class="button primary" data-testid="speech-save" ?disabled=${this.#saving}>
              ${icon("check")}${t(this.#saving ? "speech.saving" : this.announcement ? "speech.saveVersion" : "speech.save")}
            </button>
          </div>
        </div>
      </form>
      <loa-lexicon-sheet .areaId=${this.#areaId} @lexicon-changed=${() => void this.#read()}></loa-lexicon-sheet>`;
  }
}
customElements.define("loa-speech-editor", SpeechEditor);
