import type { Conflict, Preview, PreviewItem } from "@loa/protocol/http/schedules";
import { html, nothing, type TemplateResult } from "lit";
import type { ApiError } from "../data/api-error.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { type Draft, missingOf } from "../words/draft.ts";
import { repeatText } from "../words/repeat-text.ts";
import { coverOf, treeOf } from "../words/targets.ts";
import { clockTime, dayAndTime, dayName, shortDate } from "../words/time-text.ts";
import { instantOf } from "../words/zoned.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";

/** The draft in one sentence: when, what, where. */
function sentence(draft: Draft): string {
  const tree = treeOf(world.areas.all, world.stations.all);
  const n = coverOf(tree, draft.targets).stations.size;
  const at = instantOf(draft.date, draft.time, draft.zone);
  const facts = {
    time: draft.time,
    date: shortDate(at),
    day: dayName(at),
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

/** Conflicts by the broadcast that is hit, so that a commune of 20 stations is one line. */
function clashes(conflicts: readonly Conflict[]): TemplateResult | typeof nothing {
  if (conflicts.length === 0) return nothing;
  const byBroadcast = Map.groupBy
    ? Map.groupBy(conflicts, (c) => c.with.broadcastId)
    : new Map([["", conflicts]]);
  return html`<div class="notice bad" role="alert" data-testid="conflicts">
    ${icon("error")}
    <div>
      <strong>${t("readBack.conflicts")}</strong>
      ${[...byBroadcast.values()].map((group) => {
        const { title, startAt, endAt } = group[0]!.with;
        return html`<p>
          ${t("readBack.conflict", {
            title,
            from: dayAndTime(startAt),
            until: clockTime(endAt),
            names: group
              .slice(0, 3)
              .map((conflict) => conflict.stationName)
              .join(", "),
            n: group.length,
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
                ${preview.items.map(row)}
              </ol>`
      }
      ${preview === null ? nothing : coming(preview)}
    </div>
  </section>`;
}
