import type { Broadcast } from "@loa/protocol/http/broadcasts";
import type { Station } from "@loa/protocol/http/stations";

/** The counts behind the overview's one sentence. */
export interface Glance {
  readonly total: number;
  readonly ready: number;
  readonly silent: number;
  readonly degraded: number;
  readonly maintenance: number;
  readonly registered: number;
  /** Stations at which something sounds. */
  readonly sounding: number;
  readonly next: Broadcast | null;
}

/** How things stand now. `next`: the first planned broadcast after now. */
export function glanceAt(
  stations: readonly Station[],
  broadcasts: readonly Broadcast[],
  now: number,
): Glance {
  const count = (status: Station["status"]) => stations.filter((station) => station.status === status).length;
  const planned = broadcasts.filter(({ state, startAt }) => state === "planned" && startAt > now);
  return {
    total: stations.length,
    ready: count("online"),
    silent: count("offline"),
    degraded: count("degraded"),
    maintenance: count("maintenance"),
    registered: count("registered"),
    sounding: stations.filter(({ onAir }) => onAir !== null).length,
    next: planned.sort((a, b) => a.startAt - b.startAt)[0] ?? null,
  };
}

/** A fault with the station it stands at. */
export interface OpenFault {
  readonly station: Station;
  readonly fault: Station["faults"][number];
}

/** Faults that silence a station, or soon will. */
const GRAVEST = ["OFFLINE", "BOARD_LOST", "AMP_NO_OUTPUT", "LINE_OPEN", "SILENCE_ON_AIR", "MAINS_LOST"];

const gravity = (code: string): number => {
  const place = GRAVEST.indexOf(code);
  return place < 0 ? GRAVEST.length : place;
};

/** Whether the fault silences the station, or soon will. */
export const isGrave = (code: string): boolean => GRAVEST.includes(code);

/** Standing faults as a queue: those that silence a station first, then those that wait longest. */
export function openFaults(stations: readonly Station[]): OpenFault[] {
  return stations
    .flatMap((station) => station.faults.map((fault) => ({ station, fault })))
    .filter(({ fault }) => fault.clearedAt === undefined)
    .sort((a, b) => gravity(a.fault.code) - gravity(b.fault.code) || a.fault.since - b.fault.since);
}
