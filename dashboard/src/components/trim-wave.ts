import { html, type PropertyValues, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import type { TakeSound } from "../sound/take-player.ts";
import { moveEdge, peaksOf, type Trim, voicePart } from "../sound/trim.ts";
import { number, playerTime } from "../words/time-text.ts";
import { waveBars } from "../words/wave.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

const BARS = 160;
const STEP_MS = 100;
const BIG_STEP_MS = 1_000;
const KEYS: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** A take as a waveform with two handles: what lies outside them is not kept. Emits `trimmed` with the new `Trim`. */
export class TrimWave extends View {
  static override properties = { sound: { attribute: false }, trim: { attribute: false } };
  declare sound: TakeSound;
  declare trim: Trim;
  #bars: readonly number[] = [];
  #position = 0;
  #frame = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("sound")) return;
    this.#bars = waveBars(peaksOf(this.sound.samples, BARS), BARS);
    this.#position = this.trim.startMs;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.sound.stop();
  }

  #move(edge: keyof Trim, toMs: number): void {
    const trim = moveEdge(this.trim, edge, toMs, this.sound.durationMs);
    this.sound.stop();
    this.#position = trim.startMs;
    this.trim = trim;
    emit(this, "trimmed", trim);
  }

  #drag(event: PointerEvent, edge: keyof Trim): void {
    const handle = event.currentTarget as HTMLElement;
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { left, width } = (handle.parentElement as HTMLElement).getBoundingClientRect();
    this.#move(edge, ((event.clientX - left) / width) * this.sound.durationMs);
  }

  #key(event: KeyboardEvent, edge: keyof Trim): void {
    const way = KEYS[event.key];
    const ends: Record<string, number> = { Home: 0, End: this.sound.durationMs };
    const to =
      way === undefined ? ends[event.key] : this.trim[edge] + way * (event.shiftKey ? BIG_STEP_MS : STEP_MS);
    if (to === undefined) return;
    event.preventDefault();
    this.#move(edge, to);
  }

  #toggle(): void {
    if (this.sound.playing) this.sound.stop();
    else this.#play();
    this.requestUpdate();
  }

  #play(): void {
    const { startMs, endMs } = this.trim;
    const resumable = this.#position > startMs && this.#position < endMs - STEP_MS;
    this.sound.play(resumable ? this.#position : startMs, endMs, () => this.requestUpdate());
    const follow = () => {
      this.#position = Math.min(this.sound.positionMs, this.trim.endMs);
      this.requestUpdate();
      if (this.sound.playing) this.#frame = requestAnimationFrame(follow);
    };
    follow();
  }

  #cutSilence(): void {
    const part = voicePart(this.sound.samples, this.sound.sampleRate);
    this.#move("startMs", part.startMs);
    this.#move("endMs", part.endMs);
  }

  #handle(edge: keyof Trim): TemplateResult {
    const at = this.trim[edge];
    return html`<div
      class="trim-handle ${edge}"
      role="slider"
      tabindex="0"
      style="left:${(at / this.sound.durationMs) * 100}%"
      aria-label=${t(`trim.${edge}`)}
      aria-valuemin="0"
      aria-valuemax=${this.sound.durationMs}
      aria-valuenow=${at}
      aria-valuetext=${t("length.tenths", { s: number(at / 1_000, 1) })}
      @pointerdown=${(event: PointerEvent) => (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)}
      @pointermove=${(event: PointerEvent) => this.#drag(event, edge)}
      @keydown=${(event: KeyboardEvent) => this.#key(event, edge)}
    ></div>`;
  }

  #seconds(edge: keyof Trim): TemplateResult {
    return html`<label class="trim-seconds">
      <span>${t(`trim.${edge}`)}</span>
      <input
        type="number"
        inputmode="decimal"
        min="0"
        max=${this.sound.durationMs / 1_000}
        step="0.1"
        .value=${(this.trim[edge] / 1_000).toFixed(1)}
        @change=${(event: Event) => this.#move(edge, Number((event.target as HTMLInputElement).value) * 1_000)}
      />
      <span aria-hidden="true">${t("trim.seconds")}</span>
    </label>`;
  }

  #wave(): TemplateResult {
    const { durationMs } = this.sound;
    const path = this.#bars
      .map((height, i) => `M${i + 0.5} ${(50 - height * 46).toFixed(1)}V${(50 + height * 46).toFixed(1)}`)
      .join("");
    const place = (ms: number) => `${(ms / durationMs) * 100}%`;
    return html`<div
      class="trim-wave"
      style="--from:${place(this.trim.startMs)};--to:${place(this.trim.endMs)};--at:${place(this.#position)}"
    >
      <svg viewBox="0 0 ${BARS} 100" preserveAspectRatio="none" aria-hidden="true"><path d=${path} /></svg>
      <i class="cut before"></i><i class="cut after"></i><i class="cursor"></i>
      ${this.#handle("startMs")}${this.#handle("endMs")}
    </div>`;
  }

  protected override render(): TemplateResult {
    const { playing } = this.sound;
    const kept = this.trim.endMs - this.trim.startMs;
    return html`<div class="trimmer" role="group" aria-label=${t("trim.label")}>
      ${this.#wave()}
      <div class="trim-tools">
        <button class="button" data-testid="take-play" @click=${() => this.#toggle()}>
          ${icon(playing ? "pause" : "play")}${t(playing ? "player.pause" : "trim.play")}
        </button>
        <button class="button quiet" data-testid="cut-silence" @click=${() => this.#cutSilence()}>
          ${icon("scissors")}${t("trim.cutSilence")}
        </button>
        <span class="trim-kept">${t("trim.kept", { kept: playerTime(kept), of: playerTime(this.sound.durationMs) })}</span>
      </div>
      <div class="trim-fields">${this.#seconds("startMs")}${this.#seconds("endMs")}</div>
      <p class="hint">${t("trim.hint")}</p>
    </div>`;
  }
}
customElements.define("loa-trim-wave", TrimWave);
