import type { UnixMs } from "@loa/kernel/clock";
import type { Ack } from "@loa/protocol/ack";
import type { AlertTarget } from "@loa/protocol/http/alerts";
import type { LiveEnd, LiveStation, LiveSummary } from "@loa/protocol/http/live";
import type { Sha256, StationId, ZoneId } from "@loa/protocol/identity";
import type { LiveReception, LiveSession } from "@loa/protocol/live-session";

interface Person {
  readonly id: string;
  readonly name: string;
}

/** Live speech as the hub keeps it. */
export interface LiveRecord {
  /** The session's. */
  readonly id: string;
  readonly by: Person;
  /** As they were asked for. */
  readonly targets: readonly AlertTarget[];
  /** All zones that sound, by station. */
  readonly reach: readonly { readonly stationId: StationId; readonly zones: readonly ZoneId[] }[];
  readonly alertId: string | null;
  readonly publicKey: string;
  readonly delayMs: number;
  readonly createdAt: UnixMs;
  /** First packet. */
  readonly startedAt: UnixMs | null;
  readonly endedAt: UnixMs | null;
  readonly end: LiveEnd | null;
  readonly endsBy: UnixMs;
  readonly recording: { readonly sha256: Sha256; readonly durationMs: number } | null;
  /** When its recording had been kept long enough. */
  readonly recordingRemovedAt?: UnixMs;
  readonly transcript: string | null;
  /** How it was with stations when it ended, and what they said later. */
  readonly stations: Readonly<Record<StationId, LiveProgress>>;
}

/** What a station said of live speech. */
export interface LiveProgress {
  readonly state: "sent" | "received" | "ready" | "sounding" | "done" | "failed";
  readonly code?: string;
  readonly reception?: LiveReception;
}

/** Before a station said anything. */
export const NOTHING_SAID: LiveProgress = { state: "sent" };

const ORDER = ["sent", "received", "ready", "sounding", "done"] as const;

/**
 * Takes in an ack of the command, the session or its alert. What it already said of the same or more stays; a station that comes back after it
 * failed counts anew. What it refused may have been a forgery: it stays `sent`, with the code. Pure.
 */
export function advanced(before: LiveProgress, { state, code }: Pick<Ack, "state" | "code">): LiveProgress {
  const { reception } = before;
  const kept = reception ? { reception } : {};
  if (state === "rejected")
    return before.state === "sent" ? { ...kept, state: "sent", ...(code !== undefined && { code }) } : before;
  if (state === "failed")
    return before.state === "done" ? before : { ...kept, state: "failed", code: code ?? "INTERNAL" };
  const next = state === "started" ? "sounding" : state === "finished" ? "done" : state;
  const anew = before.state === "failed" && next !== "done";
  if (!anew && before.state !== "failed" && ORDER.indexOf(next) <= ORDER.indexOf(before.state)) return before;
  if (before.state === "failed" && next === "done") return before;
  return { ...kept, state: next, ...(next === "done" && code !== undefined && { code }) };
}

/**
 * Takes in an ack of the alert whose voice it is. A station that sounds the tone is ready for the voice; how the alert ends there says nothing
 * of a voice that sounded. Pure.
 */
export function advancedWithAlert(before: LiveProgress, ack: Pick<Ack, "state" | "code">): LiveProgress {
  if (ack.state === "finished" || (ack.state === "failed" && before.state === "sounding")) return before;
  return advanced(before, ack.state === "started" ? { state: "ready" } : ack);
}

/** What a station's health says of the speech. Of an alert's voice it alone tells that it sounds. Pure. */
export function received(before: LiveProgress, reception: LiveReception, ofAlert: boolean): LiveProgress {
  const sounds = ofAlert && before.state === "ready" && reception.packets > 0;
  return { ...before, reception, ...(sounds && { state: "sounding" as const }) };
}

/** The session as stations are told of it, for those of these zones (all: none). */
export function sessionOf(record: LiveRecord, zones: readonly ZoneId[]): LiveSession {
  const { id: sessionId, publicKey, createdAt: startAt, delayMs, endsBy, by } = record;
  return { sessionId, publicKey, zones: [...zones], startAt, delayMs, endsBy, by: by.name.slice(0, 200) };
}

/** Stations that are told the same zones; none: all of theirs. */
export function byZones(
  reach: LiveRecord["reach"],
  allOf: (station: StationId) => readonly ZoneId[],
): { zones: readonly ZoneId[]; stations: StationId[] }[] {
  const groups = new Map<string, { zones: readonly ZoneId[]; stations: StationId[] }>();
  for (const { stationId, zones } of reach) {
    const told = zones.length === allOf(stationId).length ? [] : zones;
    const group = groups.get(told.join()) ?? { zones: told, stations: [] };
    group.stations.push(stationId);
    groups.set(told.join(), group);
  }
  return [...groups.values()];
}

/** Whether both sound at the same station: it has one amplifier, so zones do not matter. */
export function overlap(a: LiveRecord["reach"], b: LiveRecord["reach"]): boolean {
  const stations = new Set(b.map(({ stationId }) => stationId));
  return a.some(({ stationId }) => stations.has(stationId));
}

/** How it is with a station, as people are shown it. */
export function stationState(
  progress: LiveProgress,
  { reachable, over }: { readonly reachable: boolean; readonly over: boolean },
): Pick<LiveStation, "state" | "code" | "reception"> {
  const { state, code, reception } = progress;
  const said = { ...(code !== undefined && { code }), ...(reception && { reception }) };
  if (over) {
    if (state === "sounding" || state === "done") return { ...said, state: "done" };
    return { ...said, state: state === "sent" && code === undefined ? "unreachable" : "failed" };
  }
  const lost = !reachable && state !== "done" && state !== "failed";
  return { ...said, state: lost ? "unreachable" : state };
}

/** Stations by what matters to the speaker. */
export function countStations(
  stations: readonly { readonly state: LiveStation["state"] }[],
): LiveSummary["counts"] {
  const are = (...states: LiveStation["state"][]) =>
    stations.filter(({ state }) => states.includes(state)).length;
  return {
    stations: stations.length,
    ready: are("ready", "sounding"),
    sounding: are("sounding"),
    failed: are("failed"),
    unreachable: are("unreachable"),
  };
}
