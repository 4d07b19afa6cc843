import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { type LevelHint, LevelMemory, meterPlace } from "../sound/level.ts";
import type { VoiceReading } from "../voice/voice-chain.ts";
import { badge } from "./badge.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** Readings of 20 ms that are shown as one. */
const TOGETHER = 3;
const amplitude = (db: number): number => (db <= -100 ? 0 : 10 ** (db / 20));

/** How loud the microphone is and what of it goes out, with words: too quiet, cut off, nobody speaks. */
export class LiveMeters extends View {
  static override properties = { onAir: { type: Boolean } };
  /** Something goes out now. */
  declare onAir: boolean;
  #memory = new LevelMemory();
  #some: VoiceReading[] = [];
  #told: LevelHint | "clipped" | null = null;
  #open = false;

  /** Takes a reading; writes to the page directly, for there are fifty a second. */
  hear(reading: VoiceReading): void {
    this.#some.push({ ...reading });
    if (this.#some.length < TOGETHER) return;
    const some = this.#some;
    this.#some = [];
    this.#draw(some);
    if (some.some(({ gateOpen }) => gateOpen) || this.#memory.hint === null)
      this.#memory.add({ peak: Math.max(...some.map(({ inPeak }) => inPeak)), rms: 0 });
    const told = this.#memory.clipped ? "clipped" : this.#memory.hint;
    const open = some.some(({ gateOpen }) => gateOpen);
    if (told !== this.#told || open !== this.#open)
      this.change(() => {
        [this.#told, this.#open] = [told, open];
      });
  }

  #draw(some: readonly VoiceReading[]): void {
    const loudest = (read: (one: VoiceReading) => number) => Math.max(...some.map(read));
    const bars = {
      in: [loudest(({ inDb }) => amplitude(inDb)), loudest(({ inPeak }) => inPeak)],
      out: [loudest(({ outDb }) => amplitude(outDb)), loudest(({ outPeak }) => outPeak)],
    };
    for (const [name, [level = 0, peak = 0]] of Object.entries(bars)) {
      const bar = this.querySelector<HTMLElement>(`.meter-${name}`);
      bar?.style.setProperty("--level", String(meterPlace(level)));
      bar?.style.setProperty("--peak", String(meterPlace(peak)));
    }
  }

  #bar(name: "in" | "out"): TemplateResult {
    return html`<div class="live-bar meter-${name} ${name === "out" && !this.onAir ? "off" : ""}">
      <span>${t(`live.meter.${name}`)}</span>
      <div class="meter-bar" role="img" aria-label=${t(`live.meter.${name}Label`)}><i></i><b></b></div>
    </div>`;
  }

  #words(): TemplateResult {
    const told = this.#told;
    if (told === null) return html`<p class="meter-hint muted">${t("level.listening")}</p>`;
    const good = told === "good";
    return html`<p class="meter-hint ${good ? "ok" : "warn"}" data-testid="live-hint" data-hint=${told}>
      ${icon(good ? "check" : "warning")}${t(`level.${told}`)}
    </p>`;
  }

  protected override render(): TemplateResult {
    return html`<div class="live-meters" data-testid="live-meters">
      ${this.#bar("in")} ${this.#bar("out")}
      <div class="live-meter-words">
        <div role="status">${this.#words()}</div>
        <span data-testid="gate" data-open=${this.#open}
          >${this.#open ? badge("ok", "air", t("live.gate.open"), true) : badge("plain", "silent", t("live.gate.closed"), true)}</span
        >
      </div>
    </div>`;
  }
}
customElements.define("loa-live-meters", LiveMeters);
