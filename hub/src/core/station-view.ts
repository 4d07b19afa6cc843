import type { Station } from "@loa/protocol/http/stations";
import type { StationLive, StationRecord } from "../ports.ts";

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

/** Live state of a station that was never heard of. */
export const NEVER_SEEN: StationLive = {
  status: "registered",
  onAir: null,
  faults: [],
  health: null,
  software: null,
  planRevision: null,
  planConfirmed: false,
  lastSeenAt: null,
  plan: { wanted: null, confirmed: null, segments: [] },
  playouts: [],
};
