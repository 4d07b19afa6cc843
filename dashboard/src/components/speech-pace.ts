import type { SpeechSettings, VoiceList } from "@loa/protocol/http/speech";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { number } from "../words/time-text.ts";

const PAUSES_MS = [300, 600, 1_000, 2_000] as const;
const DEFAULT_PAUSE_MS = 600;
const DEFAULT_SPEED = 100;

/** Who reads, how fast, and how long the voice rests between paragraphs. */
export function paceFields(
  voices: VoiceList | null,
  { voice, speed = DEFAULT_SPEED, pauseMs = DEFAULT_PAUSE_MS }: SpeechSettings,
  choose: (settings: SpeechSettings) => void,
): TemplateResult {
  const value = (event: Event) => (event.target as HTMLInputElement).value;
  return html`<div class="pace">
    ${voices === null || voices.items.length === 0 ? nothing : voiceField(voices, voice, choose)}
    <div class="field">
      <label for="speech-speed">${t("speech.speed")}: ${speedWords(speed)}</label>
      <input
        id="speech-speed"
        type="range"
        min="60"
        max="160"
        step="5"
        .value=${String(speed)}
        aria-valuetext=${speedWords(speed)}
        @input=${(event: Event) => choose({ speed: Number(value(event)) })}
      />
    </div>
    <div class="field">
      <label for="speech-pause">${t("speech.pause")}</label>
      <select id="speech-pause" @change=${(event: Event) => choose({ pauseMs: Number(value(event)) })}>
        ${[...new Set([...PAUSES_MS, pauseMs])]
          .sort((a, b) => a - b)
          .map(
            (ms) =>
              html`<option value=${ms} ?selected=${ms === pauseMs}>${t("length.tenths", { s: number(ms / 1_000, 1) })}</option>`,
          )}
      </select>
    </div>
  </div>`;
}

function voiceField(
  { items, default: first }: VoiceList,
  voice: string | undefined,
  choose: (settings: SpeechSettings) => void,
): TemplateResult {
  const chosen = voice ?? first;
  return html`<div class="field">
    <label for="speech-voice">${t("speech.voice")}</label>
    <select
      id="speech-voice"
      @change=${(event: Event) => choose({ voice: (event.target as HTMLSelectElement).value })}
    >
      ${items.map(({ id, name }) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`)}
    </select>
  </div>`;
}

function speedWords(speed: number): string {
  const word = speed < 95 ? "speech.slow" : speed > 105 ? "speech.fast" : "speech.normal";
  return `${t(word)} (${speed} %)`;
}
