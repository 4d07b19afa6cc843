import type { Peaks } from "@loa/protocol/http/announcements";
import { html, type PropertyValues, type TemplateResult } from "lit";
import { address, api } from "../data/api.ts";
import { t } from "../locales/translate.ts";
import { playerTime } from "../words/time-text.ts";
import { waveBars } from "../words/wave.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const BARS = 120;

/** Plays an announcement over its waveform; a slider lies over the drawing for mouse, touch and keys. */
export class WavePlayer extends View {
  static override properties = { announcementId: {}, durationMs: { type: Number } };
  declare announcementId: string;
  declare durationMs: number;
  #bars: readonly number[] = [];
  #position = 0;
  #playing = false;

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("announcementId")) void this.#load(this.announcementId);
  }

  async #load(id: string): Promise<void> {
    const peaks = await api.get<Peaks>(`/announcements/${id}/peaks`).catch(() => null);
    if (id !== this.announcementId) return;
    this.change(() => {
      this.#bars = peaks === null ? [] : waveBars(peaks.peaks, BARS);
      this.#position = 0;
      this.#playing = false;
    });
  }

  get #audio(): HTMLAudioElement {
    return this.querySelector("audio") as HTMLAudioElement;
  }

  #toggle(): void {
    if (this.#audio.paused) void this.#audio.play().catch(() => this.#show());
    else this.#audio.pause();
  }

  #seek(event: Event): void {
    this.#audio.currentTime = Number((event.target as HTMLInputElement).value) / 1_000;
    this.#show();
  }

  #show(): void {
    this.change(() => {
      this.#position = this.#audio.currentTime * 1_000;
      this.#playing = !this.#audio.paused;
    });
  }

  #drawing(): TemplateResult {
    const path = this.#bars
      .map((height, i) => `M${i + 0.5} ${(50 - height * 46).toFixed(1)}V${(50 + height * 46).toFixed(1)}`)
      .join("");
    const done = this.durationMs === 0 ? 0 : Math.min(100, (this.#position / this.durationMs) * 100);
    const layer = (
      name: string,
    ) => html`<svg class=${name} viewBox="0 0 ${BARS} 100" preserveAspectRatio="none" aria-hidden="true">
      <path d=${path} />
    </svg>`;
    return html`<div class="wave" style="--done:${done}%">
      ${layer("rest")}${layer("done")}
      <input
        type="range"
        min="0"
        max=${this.durationMs}
        step="100"
        .value=${String(this.#position)}
        aria-label=${t("player.position")}
        aria-valuetext=${playerTime(this.#position)}
        @input=${(event: Event) => this.#seek(event)}
      />
    </div>`;
  }

  protected override render(): TemplateResult {
    const show = () => this.#show();
    return html`<div class="player">
      <button
        class="button primary round"
        aria-label=${this.#playing ? t("player.pause") : t("player.play")}
        @click=${() => this.#toggle()}
      >
        ${icon(this.#playing ? "pause" : "play")}
      </button>
      ${this.#drawing()}
      <span class="player-time">${playerTime(this.#position)} / ${playerTime(this.durationMs)}</span>
      <audio
        preload="none"
        src=${address(`/announcements/${this.announcementId}/audio`)}
        @timeupdate=${show}
        @play=${show}
        @pause=${show}
        @ended=${show}
      ></audio>
    </div>`;
  }
}
customElements.define("loa-wave-player", WavePlayer);
