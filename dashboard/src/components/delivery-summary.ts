import type { Broadcast, BroadcastCounts } from "@loa/protocol/http/broadcasts";
import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import type { Tone } from "../words/proof.ts";
import { badge } from "./badge.ts";
import type { IconName } from "./icon.ts";

type Part = Exclude<keyof BroadcastCounts, "stations">;

const PARTS: readonly (readonly [Part, Tone, IconName])[] = [
  ["failed", "bad", "error"],
  ["unconfirmed", "bad", "silent"],
  ["partial", "warn", "warning"],
  ["stopped", "warn", "stop"],
  ["onAir", "air", "air"],
  ["confirmed", "plain", "check"],
  ["played", "ok", "check"],
];

/** How far the broadcast is with all its stations: one sentence, one bar, and what its parts mean. */
export function deliverySummary({ state, counts }: Broadcast): TemplateResult {
  const parts = PARTS.filter(([part]) => counts[part] > 0);
  const good =
    state === "planned" ? counts.confirmed : state === "onAir" ? counts.onAir + counts.played : counts.played;
  const sentence = t(`summary.${state}`, { n: good, of: counts.stations });
  return html`<section class="card summary" aria-labelledby="summary-title">
    <h2 id="summary-title" data-testid="delivery-sentence">${sentence}</h2>
    <div class="share" aria-hidden="true">
      ${parts.map(([part, tone]) => html`<i class=${tone} style="flex:${counts[part]}"></i>`)}
    </div>
    <p class="badges">${parts.map(([part, tone, drawing]) => badge(tone, drawing, t(`counts.${part}`, { n: counts[part] })))}</p>
  </section>`;
}
