import type { UnixMs } from "@loa/kernel/clock";
import { hours } from "@loa/kernel/units";
import { type CapAlert, type CapInfo, type CapKey, instantOf, keyOf } from "./cap-alert.ts";

/** A message that names no end holds for this long from its effective time. CAP leaves it to the reader (3.2.2, expires). */
export const DEFAULT_VALIDITY_MS = hours(24);

/** Most times at which blocks of one message may become effective: each is kept as a message of its own. */
export const MAX_STAGES = 10;

/**
 * A message as it is from one time on: blocks that are effective then. Messages whose blocks become effective together have one stage.
 * The key of the first is the message's own.
 */
export interface CapStage {
  readonly key: CapKey;
  /** From 1, by time. */
  readonly number: number;
  /** When it begins; null for the first. */
  readonly from: UnixMs | null;
  readonly alert: CapAlert;
}

/** When one info block of a message holds; `to` excluded. */
export function validityOf({ effective, expires }: CapInfo, sent: string): { from: UnixMs; to: UnixMs } {
  const from = instantOf(effective ?? sent);
  return { from, to: expires === null ? from + DEFAULT_VALIDITY_MS : instantOf(expires) };
}

const stageKey = (whole: CapKey, number: number): CapKey => (number === 1 ? whole : `${whole}#${number}`);

/** Times at which blocks of a message become effective, oldest first; what is over by then does not count. */
export function stageTimes({ infos, sent }: Pick<CapAlert, "infos" | "sent">): UnixMs[] {
  const spans = infos.map((info) => validityOf(info, sent)).filter(({ from, to }) => from < to);
  return [...new Set(spans.map(({ from }) => from))].sort((a, b) => a - b);
}

/**
 * The stages of a message that are not past, by time: of those that have begun only the last, because it holds all that holds of the
 * others. Numbers and keys do not depend on `now`.
 */
export function stagesOf(alert: CapAlert, now: UnixMs): CapStage[] {
  const whole = keyOf(alert);
  const says = alert.msgType === "Alert" || alert.msgType === "Update";
  const times = says ? stageTimes(alert) : [];
  if (times.length < 2) return [{ key: whole, number: 1, from: null, alert }];
  const begun = times.filter((time) => time <= now).length;
  return times.slice(Math.max(0, begun - 1)).map((time) => {
    const number = times.indexOf(time) + 1;
    return {
      key: stageKey(whole, number),
      number,
      from: number === 1 ? null : time,
      alert: { ...alert, infos: infosAt(alert, time) },
    };
  });
}

const infosAt = ({ infos, sent }: CapAlert, at: UnixMs) =>
  infos.filter((info) => {
    const { from, to } = validityOf(info, sent);
    return from <= at && at < to;
  });
