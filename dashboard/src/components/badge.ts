import type { AnnouncementState } from "@loa/protocol/http/announcements";
import type { Broadcast } from "@loa/protocol/http/broadcasts";
import type { StationStatus } from "@loa/protocol/http/stations";
import { html, type TemplateResult } from "lit";
import { t, tCode } from "../locales/translate.ts";
import type { Delivery, Tone } from "../words/proof.ts";
import { type IconName, icon } from "./icon.ts";

/** A state as icon and word; colour only supports them. */
export function badge(tone: Tone, drawing: IconName, word: string, pill = false): TemplateResult {
  return html`<span class="badge ${tone} ${pill ? "pill" : ""}">${icon(drawing)}${word}</span>`;
}

const STATION: Record<StationStatus, readonly [Tone, IconName]> = {
  online: ["ok", "check"],
  degraded: ["warn", "warning"],
  offline: ["bad", "silent"],
  maintenance: ["plain", "wrench"],
  registered: ["plain", "dashed"],
};

/** Every status a station can have. */
export const STATION_STATUSES = Object.keys(STATION) as readonly StationStatus[];

/** A station's status; what sounds there comes before everything else. */
export function stationBadge(status: StationStatus, onAir: boolean, pill = false): TemplateResult {
  if (onAir) return badge("air", "air", t("station.onAir"), pill);
  const [tone, drawing] = STATION[status];
  return badge(tone, drawing, t(`station.${status}`), pill);
}

/** A broadcast's state. One that is done is judged by its counts. */
export function broadcastBadge(broadcast: Broadcast, pill = false): TemplateResult {
  const { state, counts } = broadcast;
  if (state === "onAir") return badge("air", "air", t("broadcast.onAir"), pill);
  if (state === "planned") return badge("plain", "clock", t("broadcast.planned"), pill);
  if (state === "cancelled") return badge("plain", "close", t("broadcast.cancelled"), pill);
  if (counts.failed > 0) return badge("bad", "error", t("broadcast.failed", { n: counts.failed }), pill);
  if (counts.stopped > 0) return badge("warn", "stop", t("broadcast.stopped"), pill);
  if (counts.partial > 0)
    return badge("warn", "warning", t("broadcast.partial", { n: counts.partial }), pill);
  return badge("ok", "check", t("broadcast.done"), pill);
}

const ANNOUNCEMENT: Record<AnnouncementState, readonly [Tone, IconName]> = {
  draft: ["plain", "edit"],
  submitted: ["warn", "clock"],
  approved: ["ok", "check"],
  rejected: ["bad", "error"],
  archived: ["plain", "storage"],
};

/** How far an announcement is on its way to the air. */
export function announcementBadge(state: AnnouncementState, pill = false): TemplateResult {
  const [tone, drawing] = ANNOUNCEMENT[state];
  return badge(tone, drawing, t(`announcement.${state}`), pill);
}

const DRAWING: Record<Tone, IconName> = {
  bad: "error",
  warn: "warning",
  air: "air",
  ok: "check",
  plain: "clock",
};

/** What became of a broadcast at a station. */
export function deliveryBadge({ tone, word }: Delivery, pill = false): TemplateResult {
  return badge(tone, DRAWING[tone], tCode("delivery", word), pill);
}
