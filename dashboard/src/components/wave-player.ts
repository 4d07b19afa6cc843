import type { Peaks, SoundFinding } from "@loa/protocol/http/announcements";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { audioAddress, peaksPath } from "../data/announcement-desk.ts";
import { api } from "../data/api.ts";
import { t } from "../locales/translate.ts";
import { playerTime } from "../words/time-text.ts";
import { waveBars } from "../words/wave.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const BARS = 120;
const STEP_MS = 100;
const BIG_STEP_MS = 5_000;

/** Only one announcement sounds at a time. */
let sounding: HTMLAudioElement | null = null;

/** Plays an announcement over its waveform; a slider lies over the drawing for mouse, touch and keys. */
export class WavePlayer extends View {
  static override properties = {
    announcementId: {},
    version: { type: Number },
    durationMs: { type: Number },
    findings: { attribute: false },
    compact: { type: Boolean },
    name: {},
  };
  declare announcementId: string;
  /** An older version; absent: the newest. */
  declare version: number | undefined;
  declare durationMs: number;
  /** Silence and cut-off peaks to mark on the drawing. */
  declare findings: readonly SoundFinding[];
  declare compact: boolean;
  /** What is played, for those who cannot see where the player stands. */
  declare name: string;
  #bars: readonly number[] = [];
  #position = 0;
  #playing = false;
  #failed = false;

  constructor() {
    super();
    this.findings = [];
    this.compact = false;
    this.name = "";
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("announcementId") || changed.has("version") || changed.has("durationMs"))
      void this.#load(this.announcementId, this.version);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.querySelector("audio")?.pause();
  }

  async #load(id: string, version: number | undefined): Promise<void> {
    const peaks = await api.get<Peaks>(peaksPath(id, version)).catch(() => null);
    if (id !== this.announcementId || version !== this.version) return;
    this.change(() => {
      this.#bars = peaks === null ? [] : waveBars(peaks.peaks, BARS);
      [this.#position, this.#playing, this.#failed] = [0, false, false];
    });
  }

  get #audio(): HTMLAudioElement {
    return this.querySelector("audio") as HTMLAudioElement;
  }

  #toggle(): void {
    if (!this.#audio.paused) this.#audio.pause();
    else {
      if (sounding !== this.#audio) sounding?.pause();
      sounding = this.#audio;
      void this.#audio.play().catch(() => this.#show());
    }
  }

  /** Jumps to a place, e.g. one that a finding names. */
  seek(ms: number): void {
    this.#audio.currentTime = ms / 1_000;
    this.#position = ms;
    this.requestUpdate();
  }

  #key(event: KeyboardEvent): void {
    const way = { PageUp: BIG_STEP_MS, PageDown: -BIG_STEP_MS }[event.key];
    if (way !== undefined) {
      event.preventDefault();
      this.seek(Math.min(this.durationMs, Math.max(0, this.#position + way)));
    }
    if (event.key === " ") {
      event.preventDefault();
      this.#toggle();
    }
  }

  #show(): void {
    this.change(() => {
      this.#position = this.#audio.currentTime * 1_000;
      this.#playing = !this.#audio.paused;
    });
  }

  #marks(): TemplateResult[] {
    if (this.durationMs === 0) return [];
    return this.findings
      .filter(({ fromMs, toMs }) => fromMs !== undefined && toMs !== undefined)
      .map(({ code, fromMs = 0, toMs = 0 }) => {
        const left = (fromMs / this.durationMs) * 100;
        const width = Math.max(0.6, ((toMs - fromMs) / this.durationMs) * 100);
        return html`<i class="mark ${code === "CLIPPED" ? "clip" : "silence"}" data-testid="wave-mark" title=${t(`finding.${code}`)} style="left:${left}%;width:${width}%"></i>`;
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
      ${this.#marks()} ${layer("rest")}${layer("done")}<i class="cursor"></i>
      <input
        type="range"
        min="0"
        max=${this.durationMs}
        step=${STEP_MS}
        .value=${String(this.#position)}
        aria-label=${this.name === "" ? t("player.position") : `${t("player.position")}: ${this.name}`}
        aria-valuetext=${playerTime(this.#position)}
        @input=${(event: Event) => this.seek(Number((event.target as HTMLInputElement).value))}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
      />
    </div>`;
  }

  protected override render(): TemplateResult {
    const show = () => this.#show();
    const verb = this.#playing ? t("player.pause") : t("player.play");
    return html`<div class="player ${this.compact ? "compact" : ""}">
        <button
          class="button ${this.compact ? "" : "primary"} round"
          aria-label=${this.name === "" ? verb : `${verb}: ${this.name}`}
          @click=${() => this.#toggle()}
        >
          ${icon(this.#playing ? "pause" : "play")}
        </button>
        ${this.#drawing()}
        <span class="player-time">${playerTime(this.#position)} / ${playerTime(this.durationMs)}</span>
        <audio
          preload="none"
          src=${audioAddress(this.announcementId, this.version)}
          @timeupdate=${show}
          @play=${show}
          @pause=${show}
          @ended=${show}
          @error=${() =>
            this.change(() => {
              this.#failed = true;
            })}
        ></audio>
      </div>
      ${this.#failed ? html`<p class="error-text" role="alert">${t("player.failed")}</p>` : nothing}`;
  }
}
customElements.define("loa-wave-player", WavePlayer);
