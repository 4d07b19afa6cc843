import type { Playout } from "@loa/protocol/http/broadcasts";
import type { StationDetail } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { t, tCode } from "../locales/translate.ts";
import { deliveryOf } from "../words/proof.ts";
import { dayAndTime } from "../words/time-text.ts";
import { deliveryBadge } from "./badge.ts";
import { icon } from "./icon.ts";
import { lineCell, renderedCell, startCell } from "./proof-cells.ts";

function row(playout: Playout, station: StationDetail): TemplateResult {
  const { id, name, areaId } = station;
  const delivery = deliveryOf({ stationId: id, name, areaId, state: "done", playouts: [playout] }, true);
  const { title } = playout;
  return html`<tr class=${delivery.tone} data-testid="playout" data-outcome=${playout.outcome}>
    <td class="who">
      <a href="/broadcasts/${playout.broadcastId}">${dayAndTime(playout.scheduledAt)}</a>
      ${title === undefined ? nothing : html`<small class="muted">${title}</small>`}
    </td>
    <td class="what">
      ${deliveryBadge(delivery)}
      ${playout.code === undefined ? nothing : html`<small>${tCode("error", playout.code)}</small>`}
    </td>
    <td data-label=${t("proof.start")}>${startCell(playout)}</td>
    <td data-label=${t("proof.rendered")}>${renderedCell(playout)}</td>
    <td data-label=${t("proof.line")}>${lineCell(playout, station.zones)}</td>
  </tr>`;
}

/** How many playouts are shown before somebody asks for all. */
const FIRST = 6;

/** What the station played last, each with its proof of sound; `onAll` null shows every one. */
export function playoutsCard(station: StationDetail, onAll: (() => void) | null): TemplateResult {
  const { playouts } = station;
  const shown = onAll === null ? playouts : playouts.slice(0, FIRST);
  return html`<section class="card proof" aria-labelledby="playouts-title">
    <header><h2 id="playouts-title">${t("playouts.title")}</h2></header>
    ${
      playouts.length === 0
        ? html`<div class="empty">${icon("air")}<p>${t("playouts.none")}</p></div>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">${t("playouts.when")}</th>
                <th scope="col">${t("proof.outcome")}</th>
                <th scope="col">${t("proof.start")}</th>
                <th scope="col">${t("proof.rendered")}</th>
                <th scope="col">${t("proof.line")}</th>
              </tr>
            </thead>
            <tbody>
              ${shown.map((playout) => row(playout, station))}
            </tbody>
          </table>
          ${
            onAll === null || shown.length === playouts.length
              ? nothing
              : html`<button class="button quiet wide" @click=${onAll}>${t("playouts.all", { n: playouts.length })}</button>`
          }`
    }
  </section>`;
}
