import type { Station } from "@loa/protocol/http/stations";
import type { RetiredStation, StationLive, StationRecord } from "../ports.ts";

/** A station as lists and events show it: what is registered joined with what the line knows. */
export function stationView(record: StationRecord, live: StationLive): Station {
  return {
    id: record.id,
    name: record.name,
    areaId: record.areaId,
    status: record.maintenance ? "maintenance" : live.status,
    onAir: live.onAir,
    faults: live.faults,
    planRevision: live.planRevision,
    planConfirmed: live.planConfirmed,
    lastSeenAt: live.lastSeenAt,
    lat: record.lat,
    lon: record.lon,
    zones: [...record.zones],
  };
}

/** A station out of service: nothing of it is expected any more. */
export function retiredView(record: RetiredStation, live: StationLive): Station {
  const gone: StationLive = { ...live, status: "offline", onAir: null, faults: [] };
  return { ...stationView({ ...record, maintenance: false }, gone), retiredAt: record.retiredAt };
}

/** Live state of a station that was never heard of. */
export const NEVER_SEEN: StationLive = {
  status: "registered",
  onAir: null,
  faults: [],
  health: null,
  software: null,
  enrolment: { state: "none" },
  planRevision: null,
  planConfirmed: false,
  lastSeenAt: null,
  plan: { wanted: null, confirmed: null, segments: [] },
  playouts: [],
};
