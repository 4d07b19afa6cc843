import type { Fault } from "@loa/protocol/faults";
import type { Station } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { t, tCode } from "../locales/translate.ts";
import { isGrave, type OpenFault } from "../words/glance.ts";
import { dayAndTime, number } from "../words/time-text.ts";
import { icon } from "./icon.ts";

const DIGITS: Partial<Record<Fault["code"], readonly [digits: number, unit: string]>> = {
  MAINS_OUT_OF_RANGE: [0, "V"],
  MAINS_LOST: [0, "V"],
  BATTERY_LOW: [1, "V"],
  OVER_TEMPERATURE: [0, "°C"],
  LINE_HORN_LOST: [0, "Ω"],
};

/** What was measured, with its unit, in brackets; empty for faults without a number people know. */
function measured({ code, value }: Fault): string {
  const kind = DIGITS[code];
  return kind === undefined || value === undefined ? "" : ` (${number(value, kind[0])} ${kind[1]})`;
}

/** A fault in words: what, on which line, how much. */
export function faultText(fault: Fault, zones: Station["zones"]): string {
  const zone = zones.find(({ id }) => id === fault.zone);
  const where = zone ? ` · ${zone.name}` : "";
  return `${tCode("fault", fault.code)}${where}${measured(fault)}`;
}

/** Standing faults, gravest first; the reader sees what is wrong, where, and since when. */
export function openFaultList(faults: readonly OpenFault[]): TemplateResult {
  return html`<section class="card faults" aria-labelledby="faults-title">
    <header>
      <h2 id="faults-title">${t("faults.title")}</h2>
      ${faults.length > 0 ? html`<span class="count">${faults.length}</span>` : nothing}
    </header>
    ${
      faults.length === 0
        ? html`<p class="body badge ok">${icon("check")}${t("faults.none")}</p>`
        : html`<ul>
            ${faults.map(
              ({ station, fault }) => html`<li class=${isGrave(fault.code) ? "grave" : ""}>
                <a href="/stations/${station.id}" data-testid="fault">
                  ${icon(fault.code === "OFFLINE" ? "silent" : "warning")}
                  <span><b>${faultText(fault, station.zones)}</b><small class="muted">${station.name} · ${t("faults.since", { time: dayAndTime(fault.since) })}</small></span>
                </a>
              </li>`,
            )}
          </ul>`
    }
  </section>`;
}
