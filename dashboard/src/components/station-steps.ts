import type { StationDetail } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { icon } from "./icon.ts";

type Step = "registered" | "label" | "scanned" | "online";
const STEPS: readonly Step[] = ["registered", "label", "scanned", "online"];

/** How many steps of putting a station into service are done. */
export function stepsDone({ status, enrolment, lastSeenAt }: StationDetail): number {
  if (status === "online" || status === "degraded" || lastSeenAt !== null) return 4;
  if (enrolment.state === "used") return 3;
  return enrolment.state === "open" ? 2 : 1;
}

function hintOf(step: Step, station: StationDetail): string {
  const { expiresAt } = station.enrolment;
  if (step === "scanned" && station.enrolment.state === "open" && expiresAt !== undefined)
    return t("steps.scannedUntil", { time: dayAndTime(expiresAt) });
  return t(`steps.${step}Hint`);
}

/** From the desk to the pole: what is done, what comes next. It ticks by itself as the hub hears of it. */
export function stationSteps(station: StationDetail): TemplateResult {
  const done = stepsDone(station);
  return html`<section class="card steps" aria-labelledby="steps-title" data-testid="steps" data-done=${done}>
    <header><h2 id="steps-title">${t(done === 4 ? "steps.allDone" : "steps.title")}</h2></header>
    <ol class="body" role="list" aria-live="polite">
      ${STEPS.map(
        (
          step,
          i,
        ) => html`<li class=${i < done ? "done" : i === done ? "next" : ""} aria-current=${i === done ? "step" : nothing}>
          <span class="step-mark" aria-hidden="true">${i < done ? icon("check") : html`${i + 1}`}</span>
          <div>
            <b>${t(`steps.${step}`)}</b>
            ${i < done ? html`<span class="visually-hidden">${t("steps.done")}</span>` : nothing}
            ${i === done || (step === "scanned" && i === done) ? html`<p class="muted small">${hintOf(step, station)}</p>` : nothing}
            ${
              step === "label" && done <= 2
                ? html`<a class="button ${done === 1 ? "primary" : ""}" href="/admin/stations/labels?ids=${station.id}" data-testid="step-label"
                    >${icon("print")}${t(done === 1 ? "labels.makeOne" : "labels.makeAnother")}</a
                  >`
                : nothing
            }
            ${
              step === "online" && done === 4
                ? html`<a class="button" href="/stations/${station.id}">${icon("speaker")}${t("steps.openStation")}</a>`
                : nothing
            }
          </div>
        </li>`,
      )}
    </ol>
  </section>`;
}
