import type { UnixMs } from "@loa/kernel/clock";
import type { LiveSession } from "@loa/protocol/live-session";
import type { Segment } from "@loa/protocol/plan";

/** How a session ended: its last packet came, or nothing came any more. */
export interface LiveEnd {
  readonly at: UnixMs;
  readonly why: "spoken" | "lost";
}

/** A session of live speech as the station holds it until some time after its `endsBy`. */
export interface HeldSession {
  readonly session: LiveSession;
  /** Opened by a command, or as part of an alert, in whose stretch it sounds. */
  readonly by: "command" | "alert";
  /** Rises each time it is opened anew after it was lost. */
  readonly opening: number;
  readonly openedAt: UnixMs;
  /** When its last valid packet came, since it was opened. */
  readonly heardAt: UnixMs | null;
  /** When the first speech that came is due at the horns. */
  readonly spokenFrom: UnixMs | null;
  readonly end: LiveEnd | null;
}

/** Sessions by id. */
export type LiveMemory = ReadonlyMap<string, HeldSession>;

const QUIET_MS = 3_000;
const NEVER_HEARD_MS = 30_000;
/** A session that is over is remembered, so that nothing late opens it again. */
const REMEMBERED_MS = 60_000;

/** Station time at which media time 0 sounds. */
export const soundsFrom = ({ startAt, delayMs }: LiveSession): UnixMs => startAt + delayMs;

/**
 * Opens a session, or takes a new `endsBy` for one that is open. Pure. What was lost is opened anew; what was spoken to its end is not.
 * Returns the same memory when nothing changed.
 */
export function openLive(
  memory: LiveMemory,
  session: LiveSession,
  by: HeldSession["by"],
  now: UnixMs,
): LiveMemory {
  const held = memory.get(session.sessionId);
  const fresh = { heardAt: null, spokenFrom: null, end: null, openedAt: now };
  if (!held) return new Map(memory).set(session.sessionId, { session, by, opening: 0, ...fresh });
  if (held.end?.why === "spoken" || (held.end && by === "alert")) return memory;
  const { endsBy } = session;
  if (!held.end && endsBy === held.session.endsBy) return memory;
  const anew = held.end ? { ...fresh, opening: held.opening + 1 } : {};
  return new Map(memory).set(session.sessionId, {
    ...held,
    ...anew,
    session: { ...held.session, endsBy },
  });
}

/** Notes a valid packet. Media times in ms: of its first sample, and after its last; one that holds no sound only says that it goes on. */
export function hearLive(
  memory: LiveMemory,
  sessionId: string,
  packet: { readonly fromMs: number; readonly toMs: number; readonly last: boolean },
  now: UnixMs,
): LiveMemory {
  const held = memory.get(sessionId);
  if (!held || held.end) return memory;
  const zero = soundsFrom(held.session);
  const end: LiveEnd | null = packet.last ? { at: Math.max(now, zero + packet.toMs), why: "spoken" } : null;
  const spoken = packet.toMs > packet.fromMs;
  const spokenFrom = spoken
    ? Math.min(held.spokenFrom ?? Number.POSITIVE_INFINITY, zero + packet.fromMs)
    : held.spokenFrom;
  return new Map(memory).set(sessionId, { ...held, heardAt: now, spokenFrom, end });
}

/**
 * Ends what has fallen quiet: for 3 s after its first packet, for 30 s before it. An alert's speech is waited for 30 s, because what was
 * to be said matters. Forgets what is long over. Returns the same memory when nothing changed.
 */
export function noteQuiet(memory: LiveMemory, now: UnixMs): LiveMemory {
  let next: Map<string, HeldSession> | null = null;
  for (const [id, held] of memory) {
    if (now >= held.session.endsBy + REMEMBERED_MS) {
      next ??= new Map(memory);
      next.delete(id);
    } else if (!held.end && now >= quietAt(held)) {
      next ??= new Map(memory);
      next.set(id, { ...held, end: { at: now, why: "lost" } });
    }
  }
  return next ?? memory;
}

function quietAt({ session, by, openedAt, heardAt }: HeldSession): UnixMs {
  if (heardAt !== null) return heardAt + (by === "alert" ? NEVER_HEARD_MS : QUIET_MS);
  return Math.max(openedAt, soundsFrom(session)) + NEVER_HEARD_MS;
}

/** Whether packets of it are still taken. */
export const isOpen = ({ session, end }: HeldSession, now: UnixMs): boolean =>
  end === null && now < session.endsBy;

/** Live speech as the arbiter sees it: from its first media time to its end, known or latest. */
export interface LiveStretch extends Omit<Segment, "items" | "broadcastId"> {
  readonly live: LiveSession;
  readonly lost: boolean;
  readonly spokenFrom: UnixMs | null;
}

/** The stretches of the sessions that a command opened; those of alerts sound within their alerts. */
export function liveStretches(memory: LiveMemory): LiveStretch[] {
  return [...memory.values()].filter(({ by }) => by === "command").map(stretch);
}

function stretch({ session, opening, spokenFrom, end }: HeldSession): LiveStretch {
  const startAt = soundsFrom(session);
  const endAt = Math.min(session.endsBy, end?.at ?? Number.POSITIVE_INFINITY);
  const durationMs = Math.max(0, endAt - startAt);
  return {
    ...{ live: session, lost: end?.why === "lost", spokenFrom },
    segment: opening,
    startAt,
    durationMs,
    priority: "live",
    zones: session.zones,
    chime: false,
    // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
    lateStart: { withinMs: durationMs, then: "join" },
    staggerMs: 0,
    approvedBy: session.by,
    title: session.by,
  };
}

/** How much of a stretch should have sounded, ms: from the first speech that came to its end. */
export function spokenMs({ startAt, durationMs, spokenFrom, lost }: LiveStretch): number {
  if (spokenFrom === null) return lost ? durationMs : 0;
  return Math.max(0, startAt + durationMs - Math.max(startAt, spokenFrom));
}
