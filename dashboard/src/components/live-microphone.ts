import { html, nothing, type TemplateResult } from "lit";
import type { MicrophoneState } from "../data/live-desk.ts";
import { t } from "../locales/translate.ts";
import { icon } from "./icon.ts";
import { microphoneHelp } from "./level-meter.ts";

/** Asks for the microphone again, or for another. */
type Listen = (deviceId?: string) => void;

function choice(state: MicrophoneState & { kind: "open" }, listen: Listen): TemplateResult | typeof nothing {
  if (state.devices.length < 2) return nothing;
  return html`<div class="field">
    <label for="live-microphone">${t("record.microphone")}</label>
    <select
      id="live-microphone"
      @change=${(event: Event) => listen((event.target as HTMLSelectElement).value)}
    >
      ${state.devices.map(
        (
          { deviceId, label },
          i,
        ) => html`<option value=${deviceId} ?selected=${deviceId === state.voice.deviceId}>
          ${label || t("record.microphoneN", { n: i + 1 })}
        </option>`,
      )}
    </select>
  </div>`;
}

/** Why there is no microphone and what to do, or the choice among several. `listen` asks for it; `onAir`: live speech is open. */
export function microphoneState(
  state: MicrophoneState,
  listen: Listen,
  onAir = false,
): TemplateResult | typeof nothing {
  if (state.kind === "open") return choice(state, listen);
  if (state.kind === "asking")
    return html`<div class="notice" role="status">${icon("microphone")}<div><strong>${t("record.asking")}</strong>${t("record.askingHint")}</div></div>`;
  if (state.problem !== "gone") return microphoneHelp(state.problem, () => listen());
  return html`<div class="notice bad" role="alert" data-testid="microphone-problem" data-problem="gone">
    ${icon("error")}
    <div><strong>${t("live.gone")}</strong>${t("live.goneHelp")} ${onAir ? t("live.goneOnAir") : nothing}</div>
    <button class="button" @click=${() => listen()}>${t("failure.retry")}</button>
  </div>`;
}
