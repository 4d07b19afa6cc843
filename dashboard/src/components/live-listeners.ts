import type { LiveStation, LiveSummary } from "@loa/protocol/http/live";
import { html, nothing, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import type { Tone } from "../words/proof.ts";
import { number } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import type { IconName } from "./icon.ts";

const LOOK: Record<LiveStation["state"], readonly [Tone, IconName]> = {
  failed: ["bad", "error"],
  unreachable: ["bad", "silent"],
  sent: ["plain", "clock"],
  received: ["plain", "clock"],
  ready: ["ok", "check"],
  sounding: ["air", "air"],
  done: ["ok", "check"],
};
const ORDER = Object.keys(LOOK) as readonly LiveStation["state"][];

/** A station's state in live speech. */
export function liveBadge(state: LiveStation["state"]): TemplateResult {
  const [tone, drawing] = LOOK[state];
  return badge(tone, drawing, t(`live.station.${state}`));
}

/** Why a station does not sound: a refusal, or a fault of its hardware. */
export const liveReason = (code: string): string => tCode("error", code, tCode("fault", code));

function reception({ reception }: LiveStation): TemplateResult | typeof nothing {
  if (reception === undefined) return nothing;
  const { lost, late, silencedMs } = reception;
  if (lost + late === 0) return html`<small class="muted">${t("live.reception.good")}</small>`;
  return html`<small class="warn-text">${t("live.reception.gaps", { n: lost + late, s: number(silencedMs / 1_000, 1) })}</small>`;
}

/** Who hears the speaker: failures first, each with its reason. */
export function listeners(live: LiveSummary, stations: readonly LiveStation[]): TemplateResult {
  const { counts } = live;
  const sorted = [...stations].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const bad = counts.failed + counts.unreachable;
  return html`<section class="card live-listeners" aria-labelledby="listeners-title" data-testid="listeners">
    <header>
      <h2 id="listeners-title">${t("live.listeners")}</h2>
      <span class="count">${t("live.readyOf", { n: counts.ready, of: counts.stations })}</span>
    </header>
    ${bad > 0 ? html`<p class="live-bad" role="alert">${t("live.notHearing", { n: bad })}</p>` : nothing}
    <ul>
      ${sorted.map(
        (station) => html`<li data-testid="listener" data-state=${station.state}>
          <span class="who"><a href="/stations/${station.stationId}">${station.name}</a><small class="muted">${world.areas.get(station.areaId)?.name ?? ""}</small></span>
          <span class="what">${liveBadge(station.state)}${station.code === undefined ? reception(station) : html`<small>${liveReason(station.code)}</small>`}</span>
        </li>`,
      )}
    </ul>
    ${counts.stations > stations.length ? html`<p class="muted small more">${t("live.moreStations", { n: counts.stations - stations.length })}</p>` : nothing}
  </section>`;
}
