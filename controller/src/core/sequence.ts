import type { UnixMs } from "@loa/kernel/clock";
import type { ZoneId } from "../ports.ts";

/** Times of the amplifier and its lines. */
export interface SequenceTimes {
  /** From mains relay closed until the amplifier has an output. */
  readonly warmUpMs: number;
  /** Zone relays close this long before the first sample. */
  readonly zoneLeadMs: number;
  /** Zone relays open this long after the last sample. */
  readonly tailMs: number;
  /** The amplifier stays on this long after the last sound. */
  readonly idleOffMs: number;
}

/** What the arbiter wants to sound, as the sequence needs it. */
export interface Wanted {
  readonly key: string;
  readonly zones: readonly ZoneId[];
  readonly startAt: UnixMs;
  readonly endAt: UnixMs;
}

/** Where the relays and the audio stand. */
export interface Sequence {
  readonly amplifierSince: UnixMs | null;
  readonly zones: readonly ZoneId[];
  /** Key of what was given to the audio engine. */
  readonly playing: string | null;
  readonly lastSoundAt: UnixMs;
}

/** What the shell has to do, in this order. */
export type Effect =
  | { readonly do: "amplifier"; readonly on: boolean }
  | { readonly do: "zones"; readonly closed: readonly ZoneId[] }
  | { readonly do: "play"; readonly key: string }
  | { readonly do: "silence"; readonly key: string };

/** Everything open: at start, and after the board was lost or reset. */
export const AT_REST: Sequence = {
  amplifierSince: null,
  zones: [],
  playing: null,
  lastSoundAt: Number.NEGATIVE_INFINITY,
};

/**
 * Mains relay → warm-up → zone relays → audio → zone relays → amplifier off after idle time. Pure: given where it stands, what is
 * wanted and the time, says where it stands next, what to do, and when to ask again (null: only when something else changes).
 */
export function step(
  from: Sequence,
  wanted: Wanted | null,
  now: UnixMs,
  times: SequenceTimes,
): { to: Sequence; effects: Effect[]; wakeAt: UnixMs | null } {
  if (!wanted || now >= wanted.endAt + times.tailMs) return release(from, now, times);
  const effects: Effect[] = [];
  let to = from;
  if (to.playing !== null && to.playing !== wanted.key) {
    effects.push({ do: "silence", key: to.playing });
    to = { ...to, playing: null, lastSoundAt: Math.min(to.lastSoundAt, now) };
  }
  if (to.amplifierSince === null) {
    effects.push({ do: "amplifier", on: true });
    to = { ...to, amplifierSince: now };
  }
  const zonesAt = Math.max((to.amplifierSince ?? now) + times.warmUpMs, wanted.startAt - times.zoneLeadMs);
  if (now < zonesAt) {
    if (to.playing !== null || to.zones.length === 0) return { to, effects, wakeAt: zonesAt };
    const openAt = to.lastSoundAt + times.tailMs;
    if (now < openAt) return { to, effects, wakeAt: Math.min(openAt, zonesAt) };
    effects.push({ do: "zones", closed: [] });
    return { to: { ...to, zones: [] }, effects, wakeAt: zonesAt };
  }
  if (!sameZones(to.zones, wanted.zones)) {
    effects.push({ do: "zones", closed: wanted.zones });
    to = { ...to, zones: wanted.zones };
  }
  if (to.playing === null) {
    effects.push({ do: "play", key: wanted.key });
    to = { ...to, playing: wanted.key };
  }
  return { to: { ...to, lastSoundAt: wanted.endAt }, effects, wakeAt: wanted.endAt + times.tailMs };
}

/** Opens everything at once, with no tail and no idle time. */
export function cutOff(from: Sequence): { to: Sequence; effects: Effect[]; wakeAt: null } {
  const effects: Effect[] = [];
  if (from.playing !== null) effects.push({ do: "silence", key: from.playing });
  if (from.zones.length > 0) effects.push({ do: "zones", closed: [] });
  if (from.amplifierSince !== null) effects.push({ do: "amplifier", on: false });
  return { to: AT_REST, effects, wakeAt: null };
}

function release(
  from: Sequence,
  now: UnixMs,
  times: SequenceTimes,
): { to: Sequence; effects: Effect[]; wakeAt: UnixMs | null } {
  const effects: Effect[] = [];
  if (from.playing !== null) effects.push({ do: "silence", key: from.playing });
  if (from.zones.length > 0) effects.push({ do: "zones", closed: [] });
  const to: Sequence = { ...from, zones: [], playing: null, lastSoundAt: Math.min(from.lastSoundAt, now) };
  if (to.amplifierSince === null) return { to, effects, wakeAt: null };
  const offAt = Math.max(to.amplifierSince, to.lastSoundAt) + times.idleOffMs;
  if (now < offAt) return { to, effects, wakeAt: offAt };
  effects.push({ do: "amplifier", on: false });
  return { to: { ...to, amplifierSince: null }, effects, wakeAt: null };
}

function sameZones(a: readonly ZoneId[], b: readonly ZoneId[]): boolean {
  return a.length === b.length && a.every((zone) => b.includes(zone));
}
