import type { AlertKind } from "@loa/protocol/alert";
import type { AlertState, AlertStationState, AlertSummary } from "@loa/protocol/http/alerts";
import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { STATE_TONE } from "../words/alert-rows.ts";
import type { Tone } from "../words/proof.ts";
import { badge } from "./badge.ts";
import { type IconName, icon } from "./icon.ts";

const STATION: Record<AlertStationState, IconName> = {
  failed: "error",
  unreachable: "silent",
  sent: "right",
  received: "download",
  ready: "clock",
  sounding: "air",
  done: "check",
};

/** Drawing of how far an alert is with a station. */
export const stationDrawing = (state: AlertStationState): IconName => STATION[state];

/** How far an alert is with a station. */
export const alertStationBadge = (state: AlertStationState): TemplateResult =>
  badge(STATE_TONE[state], STATION[state], t(`alertStation.${state}`));

const ALERT: Record<AlertState, readonly [Tone, IconName]> = {
  draft: ["plain", "edit"],
  awaitingConfirmation: ["warn", "clock"],
  sent: ["air", "air"],
  done: ["ok", "check"],
  recalled: ["plain", "stop"],
  expired: ["warn", "clock"],
};

/** Where an alert is in its life. */
export function alertBadge({ state }: Pick<AlertSummary, "state">): TemplateResult {
  const [tone, drawing] = ALERT[state];
  return badge(tone, drawing, t(`alertState.${state}`), true);
}

const KIND: Record<AlertKind, IconName> = { actual: "siren", exercise: "exercise", test: "wrench" };

/** Whether it is real. */
export const kindBadge = (kind: AlertKind): TemplateResult =>
  html`<span class="badge pill kind ${kind}">${icon(KIND[kind])}${t(`alertKind.${kind}`)}</span>`;

/** What stands before the words, or alone. */
export function toneText({ tone, siren, spoken }: Pick<AlertSummary, "tone" | "siren" | "spoken">): string {
  const pattern = tone === "siren" && siren !== undefined ? ` (${t(`siren.${siren}`)})` : "";
  return `${t(`tone.${tone}`)}${pattern}${spoken === false ? `, ${t("tone.alone")}` : ""}`;
}

/** The board of an alert. */
export const boardAddress = ({ id, kind }: Pick<AlertSummary, "id" | "kind">): string =>
  `/${kind === "actual" ? "emergency" : "exercises"}/${encodeURIComponent(id)}`;
