import { html, type TemplateResult } from "lit";
import { feed } from "../data/feed.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import type { Glance } from "../words/glance.ts";
import { dayAndTime } from "../words/time-text.ts";

/** The clauses about stations; a clause with nothing to say is left out. */
function stationClauses(glance: Glance): string[] {
  if (!world.have.value.has("stations")) return [t("sentence.unknownStations")];
  const { total, ready, silent, degraded, maintenance, registered, sounding } = glance;
  if (total === 0) return [t("sentence.noStations")];
  const clauses = [
    registered === total
      ? t("sentence.noneYet", { n: total })
      : ready === total
        ? t("sentence.allReady", { n: total })
        : t("sentence.ready", { n: ready, of: total }),
  ];
  if (sounding > 0) clauses.push(t("map.sounding", { n: sounding }));
  if (silent > 0) clauses.push(t("sentence.silent", { n: silent }));
  if (degraded > 0) clauses.push(t("sentence.degraded", { n: degraded }));
  if (maintenance > 0) clauses.push(t("sentence.maintenance", { n: maintenance }));
  if (registered > 0 && registered < total) clauses.push(t("sentence.registered", { n: registered }));
  return clauses;
}

function nextClause(next: Glance["next"]): string {
  if (!world.have.value.has("broadcasts")) return t("sentence.unknownNext");
  if (next === null) return t("sentence.nothingNext");
  return t("sentence.next", { time: dayAndTime(next.startAt), title: next.title, n: next.counts.stations });
}

/** The one true sentence: how many are ready, what is wrong, and what comes next. */
export function overviewSentence(glance: Glance): TemplateResult {
  const clauses = [...stationClauses(glance), nextClause(glance.next)];
  const { state, since } = feed.link.value;
  const asOf = state === "away" ? t("sentence.asOf", { time: dayAndTime(since) }) : "";
  const last = clauses.length - 1;
  return html`${asOf}${clauses.map((clause, i) => html`<span class="clause">${clause}${i === last ? "." : "; "}</span>`)}`;
}
