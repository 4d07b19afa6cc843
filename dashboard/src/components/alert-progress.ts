import type { AlertStationState, AlertSummary } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { STATE_ORDER, STATE_TONE } from "../words/alert-rows.ts";
import { stationDrawing } from "./alert-badge.ts";
import { icon } from "./icon.ts";

/** Who has confirmed that it is silent, after a recall. */
const ANSWERED: readonly AlertStationState[] = ["received", "ready", "sounding", "done"];

/** How far the alert is, in one sentence. */
export function progressSentence({
  state,
  counts,
  revision,
}: Pick<AlertSummary, "state" | "counts" | "revision">): string {
  const of = counts.stations;
  if (state === "awaitingConfirmation") return t("board.waits", { of });
  if (revision === 0) return t(state === "recalled" ? "board.withdrawn" : "board.neverConfirmed");
  if (state === "recalled") {
    const n = ANSWERED.reduce((sum, one) => sum + counts[one], 0);
    return n === of ? t("board.silencedAll", { n }) : t("board.silenced", { n, of, m: of - n });
  }
  const heard = counts.sounding + counts.done;
  const lost = counts.failed + counts.unreachable;
  if (heard === 0 && state === "sent") return t("board.none", { of });
  const sentence = t(counts.sounding > 0 ? "board.sounding" : "board.heard", { n: heard, of });
  return lost === 0 ? sentence : `${sentence} ${t("board.lost", { n: lost })}`;
}

/** The states as a bar and as switches that choose which stations the list shows. */
export function alertProgress(
  { counts }: Pick<AlertSummary, "counts">,
  chosen: ReadonlySet<AlertStationState>,
  toggle: (state: AlertStationState) => void,
): TemplateResult {
  const states = STATE_ORDER.filter((state) => counts[state] > 0);
  return html`<div class="share" aria-hidden="true">
      ${states.map((state) => html`<i class="${STATE_TONE[state]} ${state}" style="flex:${counts[state]}"></i>`)}
    </div>
    <div class="chips" role="group" aria-label=${t("board.filter")}>
      ${STATE_ORDER.map((state) =>
        counts[state] === 0 && !chosen.has(state)
          ? nothing
          : html`<button
              class="chip ${STATE_TONE[state]}"
              aria-pressed=${chosen.has(state)}
              data-testid="count-${state}"
              data-count=${counts[state]}
              @click=${() => toggle(state)}
            >
              ${icon(stationDrawing(state))}${t(`alertStation.${state}`)} <b>${counts[state]}</b>
            </button>`,
      )}
    </div>`;
}
