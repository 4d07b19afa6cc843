import type { Kysely, Selectable } from "kysely";
import type { Database } from "../database.ts";

/** Instants are Unix milliseconds (integers), `_json` columns hold JSON text, flags are 0 or 1. */
export interface LineTables {
  lineState: { key: string; value: string };
  lineStations: {
    stationId: string;
    /** Of the current certificate; null until enrolled. */
    serial: string | null;
    fingerprint: string | null;
    enrolledAt: number | null;
    codeHash: string | null;
    codeExpiresAt: number | null;
    /** Highest (session, counter) heard. */
    session: number;
    counter: number;
    lastSeenAt: number | null;
    software: string | null;
    faultsJson: string;
    areaPathJson: string;
    areaRevision: number;
    /** Heads of the newest plan and of the one the station has confirmed. */
    wantedJson: string | null;
    confirmedJson: string | null;
    /** Areas that it may still listen to, though it was moved out of them. */
    leftAreasJson: string;
  };
  schedules: {
    id: string;
    title: string;
    targetsJson: string;
    programmeJson: string;
    startAt: number;
    rrule: string | null;
    exceptionsJson: string;
    timeZone: string;
    priority: "urgent" | "scheduled";
    onPreempt: "resume" | "restart" | "drop" | null;
    chime: 0 | 1;
    lateWithinMs: number | null;
    createdById: string;
    createdByName: string;
    createdAt: number;
    updatedAt: number;
  };
  broadcasts: {
    id: string;
    scheduleId: string;
    title: string;
    startAt: number;
    endAt: number;
    priority: "urgent" | "scheduled";
    stationsJson: string;
    announcementsJson: string;
    changedAt: number;
    cancelledAt: number | null;
    /** Stations at which it was stopped. */
    stoppedJson: string;
  };
  receipts: {
    stationId: string;
    receiptId: string;
    /** Empty for a playout of an alert. */
    broadcastId: string;
    alertId: string | null;
    /** Of live speech outside an alert. */
    sessionId: string | null;
    endedAt: number;
    receivedAt: number;
    outcome: string;
    bodyJson: string;
  };
  /** `bodyJson` lacks the reach. */
  alerts: {
    id: string;
    headline: string;
    endsAt: number;
    version: number;
    bodyJson: string;
    reachId: string;
  };
  /** Stations of alerts, with their zones. */
  alertReaches: { id: string; stationsJson: string };
  /** What lists need of alerts, without reading past their sound. `made` sorts by when they were made. */
  alertHeads: { made: string; alertId: string; kind: string; createdBy: string; reachId: string };
  capMessages: {
    id: string;
    receivedAt: number;
    source: string;
    areaId: string;
    sha256: string;
    fate: string;
    bodyJson: string;
  };
  alertStations: { alertId: string; stationId: string; progressJson: string };
  live: { id: string; place: string; endedAt: number | null; bodyJson: string };
  liveStations: { stationId: string; place: string };
  lineCommands: { id: string; bodyJson: string; issuedAt: number; expiresAt: number; waitingJson: string };
}

export type LineDatabase = Kysely<LineTables>;
export type LineStationRow = Selectable<LineTables["lineStations"]>;
export type ScheduleRow = Selectable<LineTables["schedules"]>;
export type BroadcastRow = Selectable<LineTables["broadcasts"]>;

/** The line's view of the hub's database. */
export const lineDatabase = (database: Database): LineDatabase => database as unknown as LineDatabase;
