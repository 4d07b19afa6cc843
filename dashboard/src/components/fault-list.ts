import type { Fault } from "@loa/protocol/faults";
import type { Station } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { isGrave, type OpenFault } from "../words/glance.ts";
import { dayAndTime, number } from "../words/time-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const DIGITS: Partial<Record<Fault["code"], readonly [digits: number, unit: string]>> = {
  MAINS_OUT_OF_RANGE: [0, "V"],
  MAINS_LOST: [0, "V"],
  BATTERY_LOW: [1, "V"],
  OVER_TEMPERATURE: [0, "°C"],
};

/** What was measured, with its unit, in brackets; empty for faults without a number people know. */
function measured({ code, value, threshold }: Fault): string {
  if (code === "LINE_HORN_LOST" && value !== undefined && threshold !== undefined)
    return ` (${t("proof.hornsOf", { n: number(value), of: Math.ceil(threshold) })})`;
  const kind = DIGITS[code];
  return kind === undefined || value === undefined ? "" : ` (${number(value, kind[0])} ${kind[1]})`;
}

/** A fault in words: what, on which line, how much. */
export function faultText(fault: Fault, zones: Station["zones"]): string {
  const zone = zones.find(({ id }) => id === fault.zone);
  const where = zone ? ` · ${zone.name}` : "";
  return `${tCode("fault", fault.code)}${where}${measured(fault)}`;
}

/** More than this would push the wall away; the rest is one touch further. */
const SHOWN = 6;

/** Standing faults, gravest first; the reader sees what is wrong, where, and since when. */
export class FaultList extends View {
  static override properties = { faults: { attribute: false } };
  declare faults: readonly OpenFault[];
  whole = false;

  #fault({ station, fault }: OpenFault): TemplateResult {
    return html`<li class=${isGrave(fault.code) ? "grave" : ""}>
      <a href="/stations/${station.id}" data-testid="fault">
        ${icon(fault.code === "OFFLINE" ? "silent" : "warning")}
        <span
          ><b>${faultText(fault, station.zones)}</b
          ><small class="muted">${station.name} · ${t("faults.since", { time: dayAndTime(fault.since) })}</small></span
        >
      </a>
    </li>`;
  }

  #more(): TemplateResult | typeof nothing {
    if (this.whole || this.faults.length <= SHOWN) return nothing;
    const showAll = () =>
      this.change(() => {
        this.whole = true;
      });
    return html`<button class="button quiet wide" @click=${showAll}>
      ${t("faults.more", { n: this.faults.length - SHOWN })}
    </button>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!world.have.value.has("stations")) return nothing;
    const shown = this.whole ? this.faults : this.faults.slice(0, SHOWN);
    return html`<section class="card faults" aria-labelledby="faults-title">
      <header>
        <h2 id="faults-title">${t("faults.title")}</h2>
        ${this.faults.length > 0 ? html`<span class="count">${this.faults.length}</span>` : nothing}
      </header>
      ${
        shown.length === 0
          ? html`<p class="body badge ok">${icon("check")}${t("faults.none")}</p>`
          : html`<ul>${shown.map((one) => this.#fault(one))}</ul>`
      }
      ${this.#more()}
    </section>`;
  }
}
customElements.define("loa-fault-list", FaultList);
