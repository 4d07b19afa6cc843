import { html, nothing, type TemplateResult } from "lit";
import { hubNow } from "../data/hub-clock.ts";
import { user } from "../data/session.ts";
import type { Take } from "../data/takes.ts";
import { TakeKeeper } from "../data/takes.ts";
import { t } from "../locales/translate.ts";
import {
  type Microphone,
  MicrophoneError,
  type MicrophoneProblem,
  microphones,
  openMicrophone,
} from "../sound/microphone.ts";
import { TakeRecorder } from "../sound/take-recorder.ts";
import { lengthText, playerTime } from "../words/time-text.ts";
import { icon } from "./icon.ts";
import "./level-meter.ts";
import { type LevelMeter, microphoneHelp } from "./level-meter.ts";
import { emit, View } from "./view.ts";

/** Two sessions of a town's day; longer news are several announcements. */
const LONGEST_MS = 20 * 60_000;
const WARN_MS = 60_000;
const COUNT_FROM = 3;
const COUNT_MS = 800;

/** Speaks with the microphone: choice, level, countdown, recording. Emits `taken` with the take. */
export class TakeBooth extends View {
  #problem: MicrophoneProblem | null = null;
  #microphone: Microphone | null = null;
  #devices: readonly MediaDeviceInfo[] = [];
  #count = 0;
  #recorder: TakeRecorder | null = null;
  #keeper: TakeKeeper | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    void this.#recorder?.stop();
    this.#microphone?.close();
    [this.#microphone, this.#recorder, this.#count] = [null, null, 0];
  }

  /** Whether something is being recorded that would be lost. */
  get recording(): boolean {
    return this.#recorder !== null;
  }

  async #open(deviceId?: string): Promise<void> {
    this.#microphone?.close();
    try {
      const opened = await openMicrophone(deviceId);
      if (!this.isConnected) return opened.close();
      opened.onLevel = (level) => this.querySelector<LevelMeter>("loa-level-meter")?.hear(level);
      const devices = await microphones();
      this.change(() => {
        [this.#microphone, this.#problem, this.#devices] = [opened, null, devices];
      });
    } catch (thrown) {
      this.change(() => {
        this.#microphone = null;
        this.#problem = thrown instanceof MicrophoneError ? thrown.problem : "failed";
      });
    }
  }

  /** 3, 2, 1, then it records. */
  #countDown(): void {
    this.#count = COUNT_FROM;
    this.requestUpdate();
    this.#timer = setInterval(() => {
      this.change(() => {
        this.#count -= 1;
      });
      if (this.#count > 0) return;
      clearInterval(this.#timer);
      this.#record();
    }, COUNT_MS);
  }

  #cancelCount(): void {
    clearInterval(this.#timer);
    this.change(() => {
      this.#count = 0;
    });
  }

  #record(): void {
    if (!this.#microphone) return;
    const recorder = new TakeRecorder(this.#microphone);
    const keeper = new TakeKeeper(user.value?.id ?? "", recorder.type, hubNow());
    recorder.start((part) => keeper.add(part));
    [this.#recorder, this.#keeper] = [recorder, keeper];
    this.#timer = setInterval(() => this.#tick(), 250);
    this.requestUpdate();
  }

  #tick(): void {
    if ((this.#recorder?.elapsedMs ?? 0) >= LONGEST_MS) void this.#stop();
    else this.requestUpdate();
  }

  #pause(): void {
    const recorder = this.#recorder;
    if (recorder?.running) recorder.pause();
    else recorder?.resume();
    this.requestUpdate();
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#recorder?.stop();
    const take = this.#keeper?.take;
    this.#recorder = null;
    if (take) emit<Take>(this, "taken", take);
  }

  #choice(): TemplateResult | typeof nothing {
    if (this.#devices.length < 2) return nothing;
    return html`<div class="field">
      <label for="microphone">${t("record.microphone")}</label>
      <select
        id="microphone"
        ?disabled=${this.#recorder !== null}
        @change=${(event: Event) => void this.#open((event.target as HTMLSelectElement).value)}
      >
        ${this.#devices.map(
          (
            { deviceId, label },
            i,
          ) => html`<option value=${deviceId} ?selected=${deviceId === this.#microphone?.deviceId}>
            ${label || t("record.microphoneN", { n: i + 1 })}
          </option>`,
        )}
      </select>
    </div>`;
  }

  #controls(): TemplateResult {
    if (this.#count > 0)
      return html`<p class="count-down" role="alert" aria-live="assertive">${this.#count}</p>
        <button class="button" @click=${() => this.#cancelCount()}>${t("confirm.no")}</button>`;
    const recorder = this.#recorder;
    if (!recorder)
      return html`<button class="record-button" data-testid="record-start" @click=${() => this.#countDown()}>
          <i></i><span>${t("record.start")}</span>
        </button>
        <p class="muted small">${t("record.longest", { length: lengthText(LONGEST_MS) })}</p>`;
    return this.#running(recorder);
  }

  #running(recorder: TakeRecorder): TemplateResult {
    const { elapsedMs, running } = recorder;
    const left = LONGEST_MS - elapsedMs;
    return html`<p class="record-time ${running ? "on" : ""}" data-testid="record-time">
        <i></i><b>${playerTime(elapsedMs)}</b><small>/ ${playerTime(LONGEST_MS)}</small>
      </p>
      <p role="status" class=${left < WARN_MS ? "error-text" : "muted small"}>
        ${left < WARN_MS ? t("record.almostOver") : t(running ? "record.running" : "record.paused")}
      </p>
      <div class="buttons">
        <button class="button" data-testid="record-pause" @click=${() => this.#pause()}>
          ${icon(running ? "pause" : "microphone")}${t(running ? "record.pause" : "record.resume")}
        </button>
        <button class="button stop" data-testid="record-stop" @click=${() => void this.#stop()}>
          ${icon("stop")}${t("record.stop")}
        </button>
      </div>`;
  }

  protected override render(): TemplateResult {
    if (this.#problem) return microphoneHelp(this.#problem, () => void this.#open());
    if (!this.#microphone)
      return html`<div class="notice" role="status">${icon("microphone")}<div><strong>${t("record.asking")}</strong>${t("record.askingHint")}</div></div>`;
    return html`${this.#choice()}
      <loa-level-meter></loa-level-meter>
      <div class="booth">${this.#controls()}</div>`;
  }
}
customElements.define("loa-take-booth", TakeBooth);
