import type { BroadcastDetail, BroadcastStation, Playout } from "@loa/protocol/http/broadcasts";
import { html, nothing, type TemplateResult } from "lit";
import { hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { type Delivery, failuresFirst } from "../words/proof.ts";
import { deliveryBadge } from "./badge.ts";
import { lineCell, renderedCell, startCell } from "./proof-cells.ts";

/** Receipts come within seconds; a station that was away sends them when it is back. */
const RECEIPT_GRACE_MS = 60_000;

function cells(
  station: BroadcastStation,
  playout: Playout | undefined,
  proven: boolean,
): TemplateResult | typeof nothing {
  if (!proven) return nothing;
  if (playout === undefined) return html`<td class="none" colspan="3"></td>`;
  return html`<td data-label=${t("proof.start")}>${startCell(playout)}</td>
    <td data-label=${t("proof.rendered")}>${renderedCell(playout)}</td>
    <td data-label=${t("proof.line")}>${lineCell(playout, world.stations.get(station.stationId)?.zones ?? [])}</td>`;
}

function rows(station: BroadcastStation, delivery: Delivery, proven: boolean): TemplateResult[] {
  const playouts: (Playout | undefined)[] =
    station.playouts.length === 0 ? [undefined] : [...station.playouts];
  return playouts.map(
    (
      playout,
      i,
    ) => html`<tr class=${delivery.tone} data-testid="delivery" data-station=${station.stationId} data-outcome=${delivery.word}>
      <td class="who">
        <a href="/stations/${station.stationId}">${station.name}</a>
        <small class="muted"
          >${world.areas.get(station.areaId)?.name ?? ""}${playouts.length > 1 ? ` · ${t("proof.segment", { n: i + 1 })}` : ""}</small
        >
      </td>
      <td class="what">
        ${deliveryBadge(delivery)}
        ${delivery.code === undefined ? nothing : html`<small>${tCode("error", delivery.code)}</small>`}
      </td>
      ${cells(station, playout, proven)}
    </tr>`,
  );
}

/** Each station with what became of the broadcast there and the proof of it; failures first. */
export function deliveryTable(broadcast: BroadcastDetail): TemplateResult {
  const over =
    broadcast.state !== "cancelled" &&
    broadcast.state !== "planned" &&
    broadcast.endAt + RECEIPT_GRACE_MS < hubNow();
  const sorted = failuresFirst(broadcast.stations, over);
  const proven = broadcast.playouts.length > 0;
  return html`<section class="card proof" aria-labelledby="proof-title">
    <header>
      <h2 id="proof-title">${t("proof.title")}</h2>
      <span class="count">${broadcast.stations.length}</span>
    </header>
    ${broadcast.state === "onAir" ? html`<p class="proof-hint">${t("proof.later")}</p>` : nothing}
    <table>
      <thead>
        <tr>
          <th scope="col">${t("proof.station")}</th>
          <th scope="col">${t("proof.outcome")}</th>
          ${
            proven
              ? html`<th scope="col">${t("proof.start")}</th>
                  <th scope="col">${t("proof.rendered")}</th>
                  <th scope="col">${t("proof.line")}</th>`
              : nothing
          }
        </tr>
      </thead>
      <tbody>
        ${sorted.map(({ station, delivery }) => rows(station, delivery, proven))}
      </tbody>
    </table>
  </section>`;
}
