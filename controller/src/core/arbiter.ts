import type { UnixMs } from "@loa/kernel/clock";
import type { Plan, Segment } from "@loa/protocol/plan";
import { outranks } from "@loa/protocol/priority";
import { localDay, type TimeEnvelope } from "@loa/protocol/time-envelope";
import { type AlertStretch, spareMs } from "./alerts.ts";
import { begunAnew } from "./begin-anew.ts";
import { type Candidate, isAlert, isDrill, isLive, isPlanned, keyOf, type SegmentKey } from "./candidate.ts";
import type { LiveStretch } from "./live.ts";
import { type Airtime, endOf, type Limits, refusal, startOf } from "./time-guard.ts";

/** Everything that one decision rests on. */
export interface Situation {
  readonly plan: Plan | null;
  /** Alerts that were believed, with what they sound. */
  readonly alerts: readonly AlertStretch[];
  /** Live speech that commands opened. */
  readonly live: readonly LiveStretch[];
  readonly hardEnvelope: TimeEnvelope;
  /** Minutes already sounded, by local day, without the segments that are open. */
  readonly airtime: Airtime;
  readonly synchronised: boolean;
  /** Segments whose playout began and has not ended. */
  readonly open: ReadonlySet<SegmentKey>;
  /** Segments that have a receipt; they never sound again. */
  readonly closed: ReadonlySet<SegmentKey>;
  /** Segments that an alert cut off, whose programme says whether they go on; exercises that anything cut off, which never do. */
  readonly interrupted: ReadonlySet<SegmentKey>;
  /** Interrupted segments that began anew, as they sound now. */
  readonly anew: ReadonlyMap<SegmentKey, Segment>;
  /** Somebody works at the pole: nothing sounds, whatever it is. */
  readonly lockedOut: boolean;
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
  readonly segment: Candidate;
  readonly outcome: "missed" | "refused" | "stopped" | "preempted" | "failed" | "ended";
  readonly code?:
    | "PLAYOUT_MISSED"
    | "OUTSIDE_ENVELOPE"
    | "AIRTIME_EXCEEDED"
    | "CLOCK_UNSYNCED"
    | "ASSET_MISSING"
    | "STOPPED"
    | "CANCELLED"
    | "PREEMPTED"
    | "RECALLED"
    | "INTERRUPTED"
    | "ZONE_UNKNOWN"
    | "LOCKED_OUT"
    | "LIVE_LOST"
    | "BOARD_LOST";
}

/** What should be on air, what is settled, and when to decide again. */
export interface Decision {
  readonly onAir: Candidate | null;
  /** What would sound or prepare now, were the station not locked out. */
  readonly lockedOut: readonly Candidate[];
  readonly verdicts: readonly Verdict[];
  readonly wakeAt: UnixMs | null;
}

/** A start later than this is late: the grace of the segment decides. Covers the wake-up of a busy board. */
const PUNCTUAL_MS = 250;
/** Live speech has no known end: so much of it must still be permitted, which is asked anew as often. */
const LIVE_STEP_MS = 1_000;

/**
 * The one arbiter: of everything that is authorised, decides what sounds now. Pure; the same situation gives the same decision.
 * A segment sounds from `leadMs` before its start to its end, when it is inside both envelopes, its audio is here, the clock is
 * believed and nobody stopped it. One that began before an interruption goes on where it would be now. An actual alert needs none of
 * this but its time: no envelope, no budget, no believed clock holds it back, unless it outlived a restart. While the station is locked out nothing is on air, alerts
 * included; what still stands when that ends, joins.
 */
export function arbitrate(situation: Situation): Decision {
  const verdicts: Verdict[] = [];
  const wakes: UnixMs[] = [];
  const used = airtimeWithOpen(situation);
  const lockedOut: Candidate[] = [];
  let onAir: Candidate | null = null;
  for (const authorised of [...situation.alerts, ...situation.live, ...(situation.plan?.segments ?? [])]) {
    if (situation.closed.has(keyOf(authorised))) continue;
    // Who knows the time anew decides anew: there is nothing to wake for.
    if (isAlert(authorised) && authorised.needsTime && !situation.synchronised) continue;
    const segment = asItSounds(authorised, onAir, situation, used);
    if (segment === "waits") {
      wakes.push(endOf(authorised));
      continue;
    }
    const takesAmplifierAt = isLive(segment) ? situation.now : startOf(segment) - situation.leadMs;
    if (takesAmplifierAt > situation.now) {
      wakes.push(takesAmplifierAt);
      continue;
    }
    const judged = judgeAny(segment, situation, used);
    if (typeof judged === "object") {
      verdicts.push(judged);
      continue;
    }
    wakes.push(nextChange(segment, situation));
    if (judged === "sounds" && situation.lockedOut) lockedOut.push(segment);
    else if (judged === "sounds" && (!onAir || precedes(segment, onAir, situation.now))) onAir = segment;
  }
  return { onAir, lockedOut, verdicts, wakeAt: wakes.length > 0 ? Math.min(...wakes) : null };
}

/**
 * What is to begin anew waits for what interrupted it, at most until its planned end, and then has another place in time. Anything else
 * is as it was authorised.
 */
function asItSounds(
  authorised: Candidate,
  interruption: Candidate | null,
  situation: Situation,
  used: Airtime,
): Candidate | "waits" {
  const { plan, now, open, interrupted, anew, closed } = situation;
  const key = keyOf(authorised);
  if (!isPlanned(authorised) || !plan) return authorised;
  const segment = anew.get(key) ?? authorised;
  const toBeginAnew = segment.onPreempt === "restart" && interrupted.has(key) && open.has(key);
  if (!toBeginAnew || situation.stopped.has(segment.broadcastId) || now >= endOf(authorised)) return segment;
  if (interruption || situation.lockedOut) return "waits";
  return begunAnew(authorised, { plan, limits: limitsOf(situation), used, closed, now }) ?? segment;
}

/** Airtime with the whole of what is open, whose minutes are not in the journal yet. */
function airtimeWithOpen({ plan, airtime, open, anew }: Situation): Airtime {
  const used: Record<string, number> = { ...airtime };
  for (const segment of [...(plan?.segments ?? []), ...anew.values()]) {
    if (!plan || !open.has(keyOf(segment))) continue;
    const day = localDay(startOf(segment), plan.timeZone);
    used[day] = (used[day] ?? 0) + segment.durationMs / 60_000;
  }
  return used;
}

function judgeAny(candidate: Candidate, situation: Situation, used: Airtime): Verdict | "sounds" | "waits" {
  if (isAlert(candidate)) return judgeAlert(candidate, situation, used);
  return isLive(candidate) ? judgeLive(candidate, situation, used) : judge(candidate, situation, used);
}

/** Live speech is held to hours and airtime while it goes on: it ends where they do. */
function judgeLive(stretch: LiveStretch, situation: Situation, used: Airtime): Verdict | "sounds" | "waits" {
  const { now, open, zones, synchronised, stopped } = situation;
  const begun = open.has(keyOf(stretch));
  if (stopped.has(stretch.live.sessionId)) return { segment: stretch, outcome: "stopped", code: "STOPPED" };
  if (now >= endOf(stretch)) {
    if (situation.lockedOut)
      return { segment: stretch, outcome: begun ? "stopped" : "refused", code: "LOCKED_OUT" };
    if (begun) return { segment: stretch, outcome: "ended" };
    if (stretch.lost) return { segment: stretch, outcome: "failed", code: "LIVE_LOST" };
    return { segment: stretch, outcome: "missed", code: "PLAYOUT_MISSED" };
  }
  if (stretch.zones.length > 0 && !stretch.zones.some((zone) => zones.has(zone)))
    return { segment: stretch, outcome: "refused", code: "ZONE_UNKNOWN" };
  if (!synchronised && !begun) return "waits";
  const { timeZone } = limitsOf(situation);
  const sinceMs = begun ? Math.max(0, now - startOf(stretch)) : 0;
  const today = localDay(now, timeZone);
  const next = { startAt: Math.max(now, startOf(stretch)), staggerMs: 0, durationMs: LIVE_STEP_MS };
  const soFar = { ...used, [today]: (used[today] ?? 0) + sinceMs / 60_000 };
  const code = refusal(next, limitsOf(situation), soFar);
  return code ? { segment: stretch, outcome: begun ? "stopped" : "refused", code } : "sounds";
}

function judgeAlert(
  stretch: AlertStretch,
  situation: Situation,
  used: Airtime,
): Verdict | "sounds" | "waits" {
  const { now, open, zones, synchronised, stopped } = situation;
  const begun = open.has(keyOf(stretch));
  if (stretch.alert.kind !== "actual" && stopped.has(stretch.alert.alertId))
    return { segment: stretch, outcome: "stopped", code: "STOPPED" };
  if (now >= endOf(stretch) && situation.lockedOut)
    return { segment: stretch, outcome: begun ? "stopped" : "refused", code: "LOCKED_OUT" };
  if (now >= endOf(stretch))
    return begun
      ? { segment: stretch, outcome: "ended" }
      : { segment: stretch, outcome: "missed", code: "PLAYOUT_MISSED" };
  if (begun && isDrill(stretch) && situation.interrupted.has(keyOf(stretch)))
    return { segment: stretch, outcome: "preempted", code: "PREEMPTED" };
  if (begun) return "sounds";
  if (stretch.zones.length > 0 && !stretch.zones.some((zone) => zones.has(zone)))
    return { segment: stretch, outcome: "refused", code: "ZONE_UNKNOWN" };
  if (!isDrill(stretch)) return "sounds";
  if (now > startOf(stretch) + Math.max(PUNCTUAL_MS, spareMs(stretch.round)))
    return { segment: stretch, outcome: "missed", code: "PLAYOUT_MISSED" };
  if (!synchronised) return "waits";
  const code = refusal(stretch, limitsOf(situation), used);
  return code ? { segment: stretch, outcome: "refused", code } : "sounds";
}

function judge(segment: Segment, situation: Situation, used: Airtime): Verdict | "sounds" | "waits" {
  const { plan, now } = situation;
  const begun = situation.open.has(keyOf(segment));
  if (situation.stopped.has(segment.broadcastId)) return { segment, outcome: "stopped", code: "STOPPED" };
  if (now >= endOf(segment) && begun && situation.lockedOut)
    return { segment, outcome: "stopped", code: "LOCKED_OUT" };
  if (now >= endOf(segment) && begun) return { segment, outcome: "ended" };
  if (begun && segment.onPreempt === "drop" && situation.interrupted.has(keyOf(segment)))
    return { segment, outcome: "preempted", code: "PREEMPTED" };
  if (begun) return "sounds";
  if (!segment.zones.some((zone) => situation.zones.has(zone)))
    return { segment, outcome: "refused", code: "ZONE_UNKNOWN" };
  if (plan && now < endOf(segment)) {
    const code = refusal(segment, limitsOf(situation), used);
    if (code) return { segment, outcome: "refused", code };
  }
  const missing = segment.items.some(
    (item) => item.kind === "announcement" && !situation.assets.has(item.sha256),
  );
  const inTime = now <= graceEnd(segment) && now < endOf(segment);
  if (!inTime && situation.lockedOut) return { segment, outcome: "missed", code: "LOCKED_OUT" };
  if (inTime) return missing || !situation.synchronised ? "waits" : "sounds";
  if (!situation.synchronised) return { segment, outcome: "refused", code: "CLOCK_UNSYNCED" };
  return { segment, outcome: "missed", code: missing ? "ASSET_MISSING" : "PLAYOUT_MISSED" };
}

/** Without a plan, only the pole's envelope is there to hold to. */
function limitsOf({ plan, hardEnvelope }: Situation): Limits {
  return { hard: hardEnvelope, plan: plan?.envelope ?? hardEnvelope, timeZone: plan?.timeZone ?? "UTC" };
}

/**
 * What has started precedes what only prepares; of two that started the higher level, of two that prepare the earlier. Of two alerts of
 * one level the later one has the news.
 */
function precedes(a: Candidate, b: Candidate, now: UnixMs): boolean {
  const [aStarted, bStarted] = [startOf(a) <= now, startOf(b) <= now];
  if (aStarted !== bStarted) return aStarted;
  if (!aStarted) return startOf(a) < startOf(b);
  if (isAlert(a) && isAlert(b) && a.priority === b.priority) return startOf(a) > startOf(b);
  return outranks(a.priority, b.priority);
}

/** When time alone changes what is decided of a segment that sounds or waits. */
function nextChange(segment: Candidate, { now, open }: Situation): UnixMs {
  if (now < startOf(segment)) return startOf(segment);
  if (isLive(segment)) return Math.min(endOf(segment), now + LIVE_STEP_MS);
  return open.has(keyOf(segment)) ? endOf(segment) : Math.min(graceEnd(segment) + 1, endOf(segment));
}

/** Until when a segment may still begin. */
function graceEnd(segment: Candidate): UnixMs {
  const { withinMs, then } = segment.lateStart;
  const graceMs = then === "join" ? Math.max(withinMs, PUNCTUAL_MS) : PUNCTUAL_MS;
  return Math.min(startOf(segment) + graceMs, endOf(segment));
}
