import type { AlertDetail } from "@loa/protocol/http/alerts";
import type { Playout } from "@loa/protocol/http/broadcasts";
import { html, nothing, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { badge } from "./badge.ts";
import { icon } from "./icon.ts";
import { lineCell, renderedCell, startCell } from "./proof-cells.ts";
import { View } from "./view.ts";

const AT_ONCE = 100;
const WHOLE = new Set(["played", "partial"]);

/** The receipts of an alert: when it began, how much sounded, what was measured on the lines. Those with something wrong first. */
export class AlertProof extends View {
  static override properties = { alert: { attribute: false } };
  declare alert: AlertDetail;
  #shown = AT_ONCE;

  protected override sources() {
    return [world.areas];
  }

  #row(playout: Playout, name: string): TemplateResult {
    const { stationId, outcome, code } = playout;
    const good = outcome === "played";
    return html`<tr class=${good ? "ok" : WHOLE.has(outcome) ? "warn" : "bad"} data-testid="receipt" data-station=${stationId}>
      <td class="who"><a href="/stations/${stationId}">${name}</a></td>
      <td class="what">
        ${badge(good ? "ok" : WHOLE.has(outcome) ? "warn" : "bad", good ? "check" : "warning", tCode("delivery", outcome))}
        ${code === undefined ? nothing : html`<small>${tCode("error", code)}</small>`}
      </td>
      <td data-label=${t("proof.start")}>${startCell(playout)}</td>
      <td data-label=${t("proof.rendered")}>${renderedCell(playout)}</td>
      <td data-label=${t("proof.line")}>${lineCell(playout, world.stations.get(stationId)?.zones ?? [])}</td>
    </tr>`;
  }

  protected override render(): TemplateResult {
    const { playouts, stations } = this.alert;
    if (playouts.length === 0)
      return html`<div class="empty">${icon("clock")}<strong>${t("board.noProof")}</strong><p>${t("board.noProofHint")}</p></div>`;
    const names = new Map(stations.map(({ stationId, name }) => [stationId, name]));
    const sorted = [...playouts].sort(
      (a, b) => Number(a.outcome === "played") - Number(b.outcome === "played") || b.endedAt - a.endedAt,
    );
    return html`<div class="proof"><table>
        <thead>
          <tr>
            <th scope="col">${t("proof.station")}</th>
            <th scope="col">${t("proof.outcome")}</th>
            <th scope="col">${t("proof.start")}</th>
            <th scope="col">${t("proof.rendered")}</th>
            <th scope="col">${t("proof.line")}</th>
          </tr>
        </thead>
        <tbody>
          ${sorted.slice(0, this.#shown).map((playout) => this.#row(playout, names.get(playout.stationId) ?? playout.stationId))}
        </tbody>
      </table></div>
      ${
        sorted.length > this.#shown
          ? html`<div class="buttons more">
              <button
                class="button"
                @click=${() =>
                  this.change(() => {
                    this.#shown += AT_ONCE;
                  })}
              >
                ${t("board.more", { n: sorted.length - this.#shown })}
              </button>
            </div>`
          : nothing
      }`;
  }
}
customElements.define("loa-alert-proof", AlertProof);
