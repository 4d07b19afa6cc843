import { html, nothing, render, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import type { MapTone, Place } from "../words/map-clusters.ts";
import { type IconName, icon } from "./icon.ts";

const DRAWING: Record<MapTone, IconName> = {
  silent: "silent",
  trouble: "warning",
  air: "air",
  idle: "dashed",
  ok: "check",
};

/** A place in words: for one station its name and state, for several their number and what is wrong. */
export function placeWords({ stations, silent, trouble, sounding }: Place): string {
  const [one] = stations;
  const states = [
    ...(silent > 0 ? [t("sentence.silent", { n: silent })] : []),
    ...(trouble > 0 ? [t("sentence.degraded", { n: trouble })] : []),
    ...(sounding > 0 ? [t("map.sounding", { n: sounding })] : []),
  ];
  if (one && stations.length === 1)
    return `${one.name}: ${one.onAir === null ? t(`station.${one.status}`) : t("station.onAir")}`;
  return [t("stations", { n: stations.length }), ...states].join(", ");
}

/** What stands on the map: a shape for one station's state; of several their number, within a ring of how many are how. */
export function drawPlace(place: Place, into: HTMLElement): void {
  const { tone, stations } = place;
  const one = html`<span class="spot ${tone}">${icon(DRAWING[tone])}</span>`;
  render(stations.length > 1 ? ring(place) : one, into);
}

/** A few among many must still be seen, percent. */
const LEAST_SHARE = 8;

function ring({ tone, stations, silent, trouble, sounding }: Place): TemplateResult {
  const share = (n: number) => (n === 0 ? 0 : Math.max(LEAST_SHARE, (n / stations.length) * 100));
  const [bad, warn] = [share(silent), share(silent) + share(trouble)];
  const air = Math.min(100, warn + share(sounding));
  const wrong = silent > 0 ? silent : trouble;
  return html`<span class="spot many ${tone}" style="--bad-to:${bad}%;--warn-to:${warn}%;--air-to:${air}%">
    <b>${stations.length}</b>
    ${tone === "ok" || tone === "idle" ? nothing : html`<i class="mark" data-count=${tone === "air" ? nothing : wrong}>${icon(DRAWING[tone])}</i>`}
  </span>`;
}

/** Stations that stand at one spot, to choose from. */
export function placeList({ stations }: Place): HTMLElement {
  const box = document.createElement("div");
  render(
    html`<ul class="map-list">
      ${stations.map(({ id, name }) => html`<li><a href="/stations/${id}">${name}</a></li>`)}
    </ul>`,
    box,
  );
  return box;
}
