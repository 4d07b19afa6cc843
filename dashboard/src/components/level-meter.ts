import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { type Level, type LevelHint, LevelMemory, meterPlace } from "../sound/level.ts";
import type { MicrophoneProblem } from "../sound/microphone.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** How loud the microphone is, with a light for cut-off peaks and a hint in words. */
export class LevelMeter extends View {
  #memory = new LevelMemory();
  #level: Level = { peak: 0, rms: 0 };
  #told: LevelHint | "clipped" | null = null;

  /** Takes what the microphone heard last. Writes to the page directly: it comes twenty times a second. */
  hear(level: Level): void {
    this.#level = level;
    this.#memory.add(level);
    this.#draw();
    const told = this.#memory.clipped ? "clipped" : this.#memory.hint;
    if (told !== this.#told)
      this.change(() => {
        this.#told = told;
      });
  }

  #draw(): void {
    const meter = this.querySelector<HTMLElement>(".meter");
    if (!meter) return;
    meter.style.setProperty("--level", String(meterPlace(this.#level.rms)));
    meter.style.setProperty("--peak", String(meterPlace(this.#memory.peak)));
    meter.dataset.peak = this.#memory.peak.toFixed(3);
  }

  #hint(): TemplateResult {
    const told = this.#told;
    if (told === null) return html`<p class="meter-hint muted">${t("level.listening")}</p>`;
    const good = told === "good";
    return html`<p class="meter-hint ${good ? "ok" : "warn"}">
      ${icon(good ? "check" : "warning")}${t(`level.${told}`)}
    </p>`;
  }

  protected override render(): TemplateResult {
    return html`<div class="meter" data-testid="level-meter">
        <div class="meter-bar" role="img" aria-label=${t("level.label")}><i></i><b></b></div>
        <span class="clip-light ${this.#told === "clipped" ? "on" : ""}">${t("level.clip")}</span>
      </div>
      <div role="status">${this.#hint()}</div>`;
  }
}
customElements.define("loa-level-meter", LevelMeter);

/** Browsers that people here use, each with its own place for the permission. */
function browserName(): "chrome" | "firefox" | "safari" | "other" {
  const agent = navigator.userAgent;
  if (agent.includes("Firefox/")) return "firefox";
  if (agent.includes("Chrome/") || agent.includes("CriOS/")) return "chrome";
  return agent.includes("Safari/") ? "safari" : "other";
}

/** Why there is no microphone and what to do about it. */
export function microphoneHelp(problem: MicrophoneProblem, again: () => void): TemplateResult {
  return html`<div class="notice bad" role="alert" data-testid="microphone-problem" data-problem=${problem}>
    ${icon("error")}
    <div>
      <strong>${t(`microphone.${problem}`)}</strong>
      <p>${problem === "denied" ? t(`microphone.allow.${browserName()}`) : t(`microphone.help.${problem}`)}</p>
    </div>
    <button class="button" @click=${again}>${t("failure.retry")}</button>
  </div>`;
}
