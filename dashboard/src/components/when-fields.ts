import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { readClock } from "../words/clock-entry.ts";
import type { Draft, Missing } from "../words/draft.ts";
import type { Repeat } from "../words/recurrence.ts";
import { weekday, weekdayShort } from "../words/repeat-text.ts";
import { longDate } from "../words/time-text.ts";
import { instantOf, wallTime } from "../words/zoned.ts";
import { icon } from "./icon.ts";

type Edit = (part: Partial<Draft>) => void;

const fieldValue = (event: Event): string => (event.target as HTMLInputElement).value;
const KINDS = ["once", "daily", "weekly"] as const;

/** A kind of repetition with what the form already knows: the first day's weekday, the end. */
function repeatAs(kind: (typeof KINDS)[number], draft: Draft): Repeat {
  const until = "until" in draft.repeat && draft.repeat.until ? { until: draft.repeat.until } : {};
  if (kind === "once") return { kind };
  if (kind === "daily") return { kind, ...until };
  const at = instantOf(draft.date, "12:00", draft.zone);
  return { kind, days: Number.isNaN(at) ? [] : [wallTime(at, draft.zone).weekday], ...until };
}

function dayBoxes(draft: Draft, days: readonly number[], bad: boolean, edit: Edit): TemplateResult {
  const toggle = (day: number) =>
    days.includes(day) ? days.filter((other) => other !== day) : [...days, day];
  return html`<fieldset class="field">
    <legend class="label">${t("form.days")}</legend>
    <div class="days">
      ${[0, 1, 2, 3, 4, 5, 6].map(
        (day) => html`<label title=${weekday(day)}
          ><input
            type="checkbox"
            aria-label=${weekday(day)}
            .checked=${days.includes(day)}
            @change=${() => edit({ repeat: { ...draft.repeat, kind: "weekly", days: toggle(day) } })}
          /><span aria-hidden="true">${weekdayShort(day)}</span></label
        >`,
      )}
    </div>
    ${bad ? html`<p class="error-text" role="alert">${icon("error")}${t("form.missing.days")}</p>` : nothing}
  </fieldset>`;
}

function untilField(draft: Draft, repeat: Repeat & { until?: string }, edit: Edit): TemplateResult {
  return html`<div class="field">
    <label for="schedule-until">${t("form.until")}</label>
    <input
      id="schedule-until"
      type="date"
      min=${draft.date}
      .value=${repeat.until ?? ""}
      @change=${(event: Event) => {
        const { until: _, ...rest } = repeat;
        const until = fieldValue(event);
        edit({ repeat: (until === "" ? rest : { ...rest, until }) as Repeat });
      }}
    />
    <p class="hint">${t("form.untilHint")}</p>
  </div>`;
}

function repeatFields(draft: Draft, missing: readonly Missing[], edit: Edit): TemplateResult {
  const { repeat } = draft;
  return html`<fieldset class="field">
      <legend class="label">${t("form.repeat")}</legend>
      <div class="segmented">
        ${KINDS.map(
          (kind) => html`<label
            ><input
              type="radio"
              name="repeat"
              .checked=${repeat.kind === kind}
              @change=${() => edit({ repeat: repeatAs(kind, draft) })}
            /><span>${t(`form.repeat.${kind}`)}</span></label
          >`,
        )}
      </div>
      ${repeat.kind === "other" ? html`<p class="hint">${t("repeat.other", { rrule: repeat.rrule })}</p>` : nothing}
    </fieldset>
    ${repeat.kind === "weekly" ? dayBoxes(draft, repeat.days, missing.includes("days"), edit) : nothing}
    ${repeat.kind === "daily" || repeat.kind === "weekly" ? untilField(draft, repeat, edit) : nothing}`;
}

function priorityField(draft: Draft, edit: Edit): TemplateResult {
  return html`<fieldset class="field">
    <legend class="label">${t("form.priority")}</legend>
    <div class="segmented">
      ${(["scheduled", "urgent"] as const).map(
        (priority) => html`<label
          ><input
            type="radio"
            name="priority"
            .checked=${draft.priority === priority}
            @change=${() => edit({ priority })}
          /><span>${t(`priority.${priority}`)}</span></label
        >`,
      )}
    </div>
    <p class="hint">${t(`form.priorityHint.${draft.priority}`)}</p>
  </fieldset>`;
}

/** Date, time, repetition and priority; times are those of the area's clocks. */
export function whenFields(draft: Draft, missing: readonly Missing[], edit: Edit): TemplateResult {
  const bad = missing.includes("time");
  const noon = instantOf(draft.date, "12:00", draft.zone);
  return html`<div class="date-time">
      <div class="field">
        <label for="schedule-date">${t(draft.repeat.kind === "once" ? "form.date" : "form.firstDate")}</label>
        <input
          id="schedule-date"
          type="date"
          .value=${draft.date}
          aria-invalid=${bad}
          @change=${(event: Event) => edit({ date: fieldValue(event) })}
        />
        ${Number.isNaN(noon) ? nothing : html`<p class="hint">${longDate(noon)}</p>`}
      </div>
      <div class="field">
        <label for="schedule-time">${t("form.time")}</label>
        <input
          id="schedule-time"
          type="text"
          inputmode="numeric"
          maxlength="5"
          autocomplete="off"
          placeholder="17:00"
          .value=${draft.time}
          aria-invalid=${bad}
          @change=${(event: Event) => edit({ time: readClock(fieldValue(event)) ?? fieldValue(event) })}
        />
      </div>
    </div>
    ${bad ? html`<p class="error-text" role="alert">${icon("error")}${t("form.missing.time")}</p>` : nothing}
    ${repeatFields(draft, missing, edit)} ${priorityField(draft, edit)}`;
}
