import { html, type TemplateResult } from "lit";
import { feed } from "../data/feed.ts";
import { t } from "../locales/translate.ts";
import type { Glance } from "../words/glance.ts";
import { clockTime, dayAndTime } from "../words/time-text.ts";

/** The clauses about stations; a clause with nothing to say is left out. */
function stationClauses({ total, ready, silent, degraded, maintenance, registered }: Glance): string[] {
  if (total === 0) return [t("sentence.noStations")];
  const clauses = [
    ready === total ? t("sentence.allReady", { n: total }) : t("sentence.ready", { n: ready, of: total }),
  ];
  if (silent > 0) clauses.push(t("sentence.silent", { n: silent }));
  if (degraded > 0) clauses.push(t("sentence.degraded", { n: degraded }));
  if (maintenance > 0) clauses.push(t("sentence.maintenance", { n: maintenance }));
  if (registered > 0) clauses.push(t("sentence.registered", { n: registered }));
  return clauses;
}

/** The one true sentence: how many are ready, what is wrong, and what comes next. */
export function overviewSentence(glance: Glance): TemplateResult {
  const clauses = stationClauses(glance);
  const next = glance.next;
  clauses.push(
    next === null
      ? t("sentence.nothingNext")
      : t("sentence.next", { time: dayAndTime(next.startAt), title: next.title, n: next.counts.stations }),
  );
  const { state, since } = feed.link.value;
  const asOf = state === "away" ? t("sentence.asOf", { time: clockTime(since) }) : "";
  const last = clauses.length - 1;
  return html`${asOf}${clauses.map((clause, i) => html`<span class="clause">${clause}${i === last ? "." : "; "}</span>`)}`;
}
