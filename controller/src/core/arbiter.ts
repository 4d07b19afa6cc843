import type { UnixMs } from "@loa/kernel/clock";
import type { Plan, Segment } from "@loa/protocol/plan";
import { outranks } from "@loa/protocol/priority";
import { localDay, type TimeEnvelope } from "@loa/protocol/time-envelope";
import { type Airtime, endOf, refusal, startOf } from "./time-guard.ts";

/** Names one segment for life: `<broadcastId>/<segment>`. */
export type SegmentKey = string;

/** The key of a segment. */
export const keyOf = ({ broadcastId, segment }: Pick<Segment, "broadcastId" | "segment">): SegmentKey =>
  `${broadcastId}/${segment}`;

/** Everything that one decision rests on. */
export interface Situation {
  readonly plan: Plan | null;
  readonly hardEnvelope: TimeEnvelope;
  /** Minutes already sounded, by local day, without the segments that are open. */
  readonly airtime: Airtime;
  readonly synchronised: boolean;
  /** Segments whose playout began and has not ended. */
  readonly open: ReadonlySet<SegmentKey>;
  /** Segments that have a receipt; they never sound again. */
  readonly closed: ReadonlySet<SegmentKey>;
  /** Broadcasts that somebody stopped. */
  readonly stopped: ReadonlySet<string>;
  /** Hashes of audio that is here and verified. */
  readonly assets: { has(sha256: string): boolean };
  /** The station's own zones: a segment that names none of them would sound into nothing. */
  readonly zones: ReadonlySet<string>;
  readonly now: UnixMs;
  /** How long before its start a segment takes the amplifier: warm-up and relays. */
  readonly leadMs: number;
}

/** A segment that will not sound (any more), and why. */
export interface Verdict {
  readonly segment: Segment;
  readonly outcome: "missed" | "refused" | "stopped" | "ended";
  readonly code?:
    | "PLAYOUT_MISSED"
    | "OUTSIDE_ENVELOPE"
    | "AIRTIME_EXCEEDED"
    | "CLOCK_UNSYNCED"
    | "ASSET_MISSING"
    | "STOPPED"
    | "CANCELLED"
    | "ZONE_UNKNOWN"
    | "BOARD_LOST";
}

/** What should be on air, what is settled, and when to decide again. */
export interface Decision {
  readonly onAir: Segment | null;
  readonly verdicts: readonly Verdict[];
  readonly wakeAt: UnixMs | null;
}

/** A start later than this is late: the grace of the segment decides. Covers the wake-up of a busy board. */
const PUNCTUAL_MS = 250;

/**
 * The one arbiter: of everything that is authorised, decides what sounds now. Pure; the same situation gives the same decision.
 * A segment sounds from `leadMs` before its start to its end, when it is inside both envelopes, its audio is here, the clock is
 * believed and nobody stopped it. One that began before an interruption goes on where it would be now.
 */
export function arbitrate(situation: Situation): Decision {
  const verdicts: Verdict[] = [];
  const wakes: UnixMs[] = [];
  const used = airtimeWithOpen(situation);
  let onAir: Segment | null = null;
  for (const segment of situation.plan?.segments ?? []) {
    if (situation.closed.has(keyOf(segment))) continue;
    const takesAmplifierAt = startOf(segment) - situation.leadMs;
    if (takesAmplifierAt > situation.now) {
      wakes.push(takesAmplifierAt);
      continue;
    }
    const judged = judge(segment, situation, used);
    if (typeof judged === "object") {
      verdicts.push(judged);
      continue;
    }
    wakes.push(nextChange(segment, situation));
    if (judged === "sounds" && (!onAir || precedes(segment, onAir, situation.now))) onAir = segment;
  }
  return { onAir, verdicts, wakeAt: wakes.length > 0 ? Math.min(...wakes) : null };
}

/** Airtime with the whole of what is open, whose minutes are not in the journal yet. */
function airtimeWithOpen({ plan, airtime, open }: Situation): Airtime {
  const used: Record<string, number> = { ...airtime };
  for (const segment of plan?.segments ?? []) {
    if (!plan || !open.has(keyOf(segment))) continue;
    const day = localDay(startOf(segment), plan.timeZone);
    used[day] = (used[day] ?? 0) + segment.durationMs / 60_000;
  }
  return used;
}

function judge(segment: Segment, situation: Situation, used: Airtime): Verdict | "sounds" | "waits" {
  const { plan, now } = situation;
  const begun = situation.open.has(keyOf(segment));
  if (situation.stopped.has(segment.broadcastId)) return { segment, outcome: "stopped", code: "STOPPED" };
  if (now >= endOf(segment) && begun) return { segment, outcome: "ended" };
  if (begun) return "sounds";
  if (!segment.zones.some((zone) => situation.zones.has(zone)))
    return { segment, outcome: "refused", code: "ZONE_UNKNOWN" };
  if (plan && now < endOf(segment)) {
    const limits = { hard: situation.hardEnvelope, plan: plan.envelope, timeZone: plan.timeZone };
    const code = refusal(segment, limits, used);
    if (code) return { segment, outcome: "refused", code };
  }
  const missing = segment.items.some(
    (item) => item.kind === "announcement" && !situation.assets.has(item.sha256),
  );
  const inTime = now <= graceEnd(segment) && now < endOf(segment);
  if (inTime) return missing || !situation.synchronised ? "waits" : "sounds";
  if (!situation.synchronised) return { segment, outcome: "refused", code: "CLOCK_UNSYNCED" };
  return { segment, outcome: "missed", code: missing ? "ASSET_MISSING" : "PLAYOUT_MISSED" };
}

/** What has started precedes what only prepares; of two that started the higher level, of two that prepare the earlier. */
function precedes(a: Segment, b: Segment, now: UnixMs): boolean {
  const [aStarted, bStarted] = [startOf(a) <= now, startOf(b) <= now];
  if (aStarted !== bStarted) return aStarted;
  return aStarted ? outranks(a.priority, b.priority) : startOf(a) < startOf(b);
}

/** When time alone changes what is decided of a segment that sounds or waits. */
function nextChange(segment: Segment, { now, open }: Situation): UnixMs {
  if (now < startOf(segment)) return startOf(segment);
  return open.has(keyOf(segment)) ? endOf(segment) : Math.min(graceEnd(segment) + 1, endOf(segment));
}

/** Until when a segment may still begin. */
function graceEnd(segment: Segment): UnixMs {
  const { withinMs, then } = segment.lateStart;
  const graceMs = then === "join" ? Math.max(withinMs, PUNCTUAL_MS) : PUNCTUAL_MS;
  return Math.min(startOf(segment) + graceMs, endOf(segment));
}
