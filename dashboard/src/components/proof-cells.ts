import type { Playout } from "@loa/protocol/http/broadcasts";
import type { Zone } from "@loa/protocol/identity";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { renderedShare, startErrorTone } from "../words/proof.ts";
import { clockSeconds, number } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import { icon } from "./icon.ts";

const DRAWING = { ok: "check", warn: "warning", bad: "error", air: "air", plain: "clock" } as const;

/** When the first sample left the horns, and how far that was from the plan. */
export function startCell({ startedAt, startErrorMs }: Playout): TemplateResult {
  if (startedAt === null || startErrorMs === null)
    return html`<span class="muted">${t("proof.silent")}</span>`;
  const tone = startErrorTone(startErrorMs);
  const size = Math.abs(startErrorMs);
  const sign = size < 0.05 ? "" : startErrorMs > 0 ? "+" : "−";
  const amount = size < 1_000 ? `${number(size, size < 100 ? 1 : 0)} ms` : `${number(size / 1_000, 1)} s`;
  return html`<span class="start">${clockSeconds(startedAt)} ${badge(tone, DRAWING[tone], `${sign}${amount}`)}</span>`;
}

/** Share of the planned sound that was rendered. */
export function renderedCell(playout: Playout): TemplateResult {
  const share = renderedShare(playout);
  return html`<span class="rendered ${share < 0.995 ? "short" : ""}"
    ><span class="bar" aria-hidden="true"><i style="width:${share * 100}%"></i></span>${number(Math.floor(share * 1_000) / 10, share === 1 || share === 0 ? 0 : 1)} %</span
  >`;
}

/** What was measured on each speaker line; a lost horn stands out. */
export function lineCell({ line }: Playout, zones: readonly Zone[]): TemplateResult | typeof nothing {
  if (line.length === 0) return html`<span class="muted">–</span>`;
  return html`<ul class="lines">
    ${line.map(({ zone, volts, amps, ohms, hornsEstimated }) => {
      const known = zones.find(({ id }) => id === zone);
      const lost =
        ohms === null ||
        (hornsEstimated !== null && known !== undefined && hornsEstimated < known.horns - 0.5);
      const horns = hornsEstimated === null ? null : Math.round(hornsEstimated);
      return html`<li class=${lost ? "lost" : ""}>
        <b>${known?.name ?? zone}</b>
        <span>${number(volts, 0)} V · ${number(amps, 2)} A · ${ohms === null ? t("proof.open") : `${number(ohms)} Ω`}</span>
        ${horns === null ? nothing : html`<span class="horns">${lost ? icon("warning") : nothing}${known ? t("proof.hornsOf", { n: horns, of: known.horns }) : t("proof.horns", { n: horns })}</span>`}
      </li>`;
    })}
  </ul>`;
}
