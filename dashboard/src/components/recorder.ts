import "../styles/recorder.css";
import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { user } from "../data/session.ts";
import { forgetTake, type Take, unsavedTake } from "../data/takes.ts";
import { sendSound } from "../data/upload.ts";
import { t } from "../locales/translate.ts";
import { TakeSound } from "../sound/take-player.ts";
import type { Trim } from "../sound/trim.ts";
import { dayAndTime } from "../words/time-text.ts";
import { confirmed } from "./confirm.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import "./take-booth.ts";
import type { TakeBooth } from "./take-booth.ts";
import "./trim-wave.ts";
import { emit, View } from "./view.ts";

/** File endings by type, so that the hub and people know the format. */
const ENDINGS: Record<string, string> = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/wav": "wav" };

/** Records an announcement, from the microphone to the hub. Emits `made` with it. `path`: where it goes. */
export class Recorder extends View {
  static override properties = { path: {}, proposed: {} };
  declare path: string;
  /** Title to begin with. */
  declare proposed: string;
  #take: Take | null = null;
  #sound: TakeSound | null = null;
  #trim: Trim = { startMs: 0, endMs: 0 };
  #recovered = false;
  #attempt = { content: "", key: "" };
  #sent: number | null = null;
  #error: ApiError | null = null;
  #missing = false;

  constructor() {
    super();
    this.path = "/announcements";
    this.proposed = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("beforeunload", this.#guard);
    void unsavedTake(this.#owner).then((take) => {
      if (take && !this.#take) return this.#show(take, true);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.#guard);
    this.#sound?.close();
  }

  get #owner(): string {
    return user.value?.id ?? "";
  }

  /** The take is kept, but whoever records does not know that. */
  #guard = (event: Event): void => {
    const recording = this.querySelector<TakeBooth>("loa-take-booth")?.recording ?? false;
    if (recording || this.#take !== null) event.preventDefault();
  };

  async #show(take: Take, recovered: boolean): Promise<void> {
    const sound = await TakeSound.read(take.file).catch(() => null);
    if (sound === null || sound.durationMs === 0)
      return recovered ? forgetTake(this.#owner) : this.#unreadable();
    this.change(() => {
      [this.#take, this.#sound, this.#recovered] = [take, sound, recovered];
      this.#trim = { startMs: 0, endMs: sound.durationMs };
      this.#error = null;
    });
  }

  #unreadable(): void {
    this.change(() => {
      this.#error = toApiError(new Error(t("record.unreadable")));
    });
  }

  async #again(): Promise<void> {
    const yes = await confirmed({
      title: t("record.againTitle"),
      facts: [t("record.againFact")],
      yes: t("record.again"),
    });
    if (!yes) return;
    await this.#forget();
  }

  async #forget(): Promise<void> {
    await forgetTake(this.#owner);
    this.#sound?.close();
    this.change(() => {
      [this.#take, this.#sound, this.#error, this.#recovered] = [null, null, null, false];
    });
  }

  #trimmed(trim: Trim): void {
    this.change(() => {
      this.#trim = trim;
    });
  }

  /** The same key for the same content, however often it is sent. */
  #keyOf(content: string): string {
    if (content !== this.#attempt.content) this.#attempt = { content, key: crypto.randomUUID() };
    return this.#attempt.key;
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const title = this.querySelector<HTMLInputElement>("#record-title")?.value.trim() ?? "";
    this.change(() => {
      this.#missing = title === "";
    });
    if (title === "" || this.#take === null || this.#sent !== null) return;
    this.#sound?.stop();
    await this.#send(title, this.#take);
  }

  async #send(title: string, take: Take): Promise<void> {
    const show = (sent: number | null, error: ApiError | null = null) =>
      this.change(() => {
        [this.#sent, this.#error] = [sent, error];
      });
    show(0);
    try {
      const made = await sendSound(this.#upload(title, take), (sent) => show(sent));
      this.#take = null;
      await forgetTake(this.#owner);
      emit<Announcement>(this, "made", made);
    } catch (thrown) {
      show(null, toApiError(thrown));
    }
  }

  #upload(title: string, { file, type }: Take) {
    const { startMs, endMs } = this.#trim;
    const fields = {
      title,
      source: "recording",
      ...(startMs > 0 && { trimStartMs: startMs }),
      ...(endMs < (this.#sound?.durationMs ?? 0) && { trimEndMs: endMs }),
    };
    return {
      path: this.path,
      fields,
      audio: file,
      name: `${t("record.fileName")}.${ENDINGS[type] ?? "webm"}`,
      idempotencyKey: this.#keyOf(JSON.stringify([fields, file.size])),
    };
  }

  #recoveredNote(take: Take): TemplateResult | typeof nothing {
    if (!this.#recovered) return nothing;
    return html`<div class="notice warn" data-testid="recovered">
      ${icon("info")}<div><strong>${t("record.recovered", { time: dayAndTime(take.recordedAt) })}</strong>${t("record.recoveredHint")}</div>
    </div>`;
  }

  #review(take: Take, sound: TakeSound): TemplateResult {
    return html`${this.#recoveredNote(take)}
      <loa-trim-wave
        .sound=${sound}
        .trim=${this.#trim}
        @trimmed=${({ detail }: CustomEvent<Trim>) => this.#trimmed(detail)}
      ></loa-trim-wave>
      <form class="record-save" novalidate @submit=${(event: Event) => void this.#save(event)}>
        <div class="field">
          <label for="record-title">${t("upload.name")}</label>
          <input id="record-title" type="text" maxlength="200" autocomplete="off" .value=${this.proposed} aria-invalid=${this.#missing} />
          ${this.#missing ? html`<p class="error-text" role="alert">${t("upload.nameMissing")}</p>` : nothing}
        </div>
        ${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div><strong>${errorText(this.#error)}</strong>${t("record.kept")}</div></div>` : nothing}
        ${this.#sent === null ? nothing : html`<div role="status" class="field"><span class="label">${t("upload.sending", { n: Math.floor(this.#sent * 100) })}</span><div class="bar"><i style="width:${this.#sent * 100}%"></i></div></div>`}
        <div class="buttons end">
          <button type="button" class="button" data-testid="record-again" ?disabled=${this.#sent !== null} @click=${() => void this.#again()}>
            ${icon("repeat")}${t("record.again")}
          </button>
          <button class="button primary" data-testid="record-save" ?disabled=${this.#sent !== null}>
            ${icon("check")}${t("record.save")}
          </button>
        </div>
      </form>`;
  }

  protected override render(): TemplateResult {
    if (this.#take && this.#sound) return this.#review(this.#take, this.#sound);
    return html`${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div>${this.#error.message}</div></div>` : nothing}
      <p class="muted">${t("record.intro")}</p>
      <loa-take-booth @taken=${({ detail }: CustomEvent<Take>) => void this.#show(detail, false)}></loa-take-booth>`;
  }
}
customElements.define("loa-recorder", Recorder);
