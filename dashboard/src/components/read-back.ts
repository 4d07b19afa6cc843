import type { Conflict, Preview, PreviewItem } from "@loa/protocol/http/schedules";
import { html, nothing, type TemplateResult } from "lit";
import type { ApiError } from "../data/api-error.ts";
import { hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { type Draft, missingOf } from "../words/draft.ts";
import { repeatText } from "../words/repeat-text.ts";
import { coverOf, treeOf } from "../words/targets.ts";
import { clockSpan, clockTime, dayAndTime, dayInText, dayName, shortDate } from "../words/time-text.ts";
import { instantOf } from "../words/zoned.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";

const DAY_MS = 86_400_000;

/** The draft in one sentence: when, what, where. */
function sentence(draft: Draft): string {
  const tree = treeOf(world.areas.all, world.stations.all);
  const n = coverOf(tree, draft.targets).stations.size;
  const at = instantOf(draft.date, draft.time, draft.zone);
  const facts = {
    time: draft.time,
    date: shortDate(at),
    day: dayInText(at),
    n,
    rule: repeatText(draft.repeat),
  };
  return t(draft.repeat.kind === "once" ? "readBack.once" : "readBack.repeated", facts);
}

function row(item: PreviewItem): TemplateResult {
  return html`<li class="${item.draft ? "draft" : ""} ${item.problem ? "problem" : ""}">
    <time>${clockTime(item.startAt)}<small class="muted">${dayName(item.startAt)}</small></time>
    <span>
      <b>${item.title}</b>
      <small class="muted">${item.areas.join(", ")} · ${t("stations", { n: item.stations })}</small>
      ${item.draft ? html`<small class="badge air">${icon("edit")}${t("readBack.draft")}</small>` : nothing}
      ${item.problem ? html`<small class="badge bad">${icon("error")}${tCode("error", item.problem.code, item.problem.message)}</small>` : nothing}
    </span>
  </li>`;
}

/** How many times of one schedule a clash names. */
const TIMES_SHOWN = 3;

/** When the broadcasts of one schedule are hit, the first few. */
function clashTimes(group: readonly Conflict[]): string {
  const spans = new Map(group.map(({ with: { startAt, endAt } }) => [startAt, endAt]));
  const times = [...spans].map(([startAt, endAt]) => {
    const day = dayAndTime(startAt);
    return day === clockTime(startAt) ? clockSpan(startAt, endAt) : day;
  });
  const items = times.slice(0, TIMES_SHOWN).join(" · ");
  return times.length > TIMES_SHOWN ? t("list.andMore", { items, n: times.length - TIMES_SHOWN }) : items;
}

/** Conflicts by the schedule that is hit, so that a commune of 20 stations and a year of days are one line. */
function clashes(conflicts: readonly Conflict[]): TemplateResult | typeof nothing {
  if (conflicts.length === 0) return nothing;
  const bySchedule = new Map<string, Conflict[]>();
  for (const conflict of conflicts) {
    const id = conflict.with.scheduleId;
    bySchedule.set(id, [...(bySchedule.get(id) ?? []), conflict]);
  }
  return html`<div class="notice bad" role="alert" data-testid="conflicts">
    ${icon("error")}
    <div>
      <strong>${t("readBack.conflicts")}</strong>
      ${[...bySchedule.values()].map((group) => {
        const names = [...new Set(group.map(({ stationName }) => stationName))];
        return html`<p>
          ${t("readBack.conflict", {
            title: group[0]!.with.title,
            times: clashTimes(group),
            names: `${names.slice(0, 3).join(", ")}${names.length > 3 ? "…" : ""}`,
            n: names.length,
          })}
        </p>`;
      })}
    </div>
  </div>`;
}

function refused(refusal: ApiError): TemplateResult {
  const fields = refusal.facts.problems ?? [];
  return html`<div class="notice bad" role="alert" data-testid="refusal">
      ${icon("error")}
      <div>
        <strong>${errorText(refusal)}</strong>
        ${fields.map(({ path, message }) => html`<p class="small">${path}: ${message}</p>`)}
      </div>
    </div>
    ${clashes(refusal.facts.conflicts ?? [])}`;
}

function coming(preview: Preview): TemplateResult | typeof nothing {
  if (preview.nextOccurrences.length < 2) return nothing;
  const dates = preview.nextOccurrences.slice(0, 5).map((start) => dayAndTime(Date.parse(start)));
  return html`<p class="small muted">${t("readBack.coming", { dates: dates.join(" · ") })}</p>`;
}

/** The next 24 hours; of the draft at least its first time, however far off. */
function soonOf({ items }: Preview): readonly PreviewItem[] {
  const first = items.find(({ draft }) => draft);
  return items.filter((item) => item === first || item.startAt < hubNow() + DAY_MS);
}

/** "What will sound in the next 24 hours", with the draft among it, before anything is saved. */
export function readBack(draft: Draft, preview: Preview | null, refusal: ApiError | null): TemplateResult {
  const ready = missingOf(draft).every((missing) => missing === "title");
  return html`<section class="card read-back" aria-labelledby="read-back-title" aria-live="polite" data-testid="read-back">
    <header><h2 id="read-back-title">${t("readBack.title")}</h2></header>
    <div class="body">
      ${ready ? html`<p class="read-back-sentence">${sentence(draft)}</p>` : html`<p class="hint">${t("readBack.incomplete")}</p>`}
      ${refusal === null ? nothing : refused(refusal)} ${preview === null || refusal !== null ? nothing : clashes(preview.conflicts)}
      ${
        preview === null
          ? nothing
          : preview.items.length === 0
            ? html`<p class="muted">${t("readBack.nothing")}</p>`
            : html`<ol>
                ${soonOf(preview).map(row)}
              </ol>`
      }
      ${preview === null ? nothing : coming(preview)}
    </div>
  </section>`;
}
