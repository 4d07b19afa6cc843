import type { Health, OnAir } from "@loa/protocol/health";
import type { Birth } from "@loa/protocol/presence";
import { type TimeEnvelope, WEEKDAYS } from "@loa/protocol/time-envelope";
import { alertOnAir } from "./core/alerts.ts";
import { unitOf } from "./core/chance.ts";
import type { FleetState } from "./core/station-state.ts";
import { ZONES } from "./core/territory.ts";

/** What every station of a fleet says it runs. */
const SOFTWARE = "fleet-0.1.0";
const LOCK_OUT_MS = 7_200_000;
const HARD_ENVELOPE: TimeEnvelope = {
  windows: Object.fromEntries(WEEKDAYS.map((day) => [day, [["00:00", "24:00"]]])),
  maxMinutesPerDay: 1_440,
  maxGainDb: 0,
};

/** What a station knows of its time. */
export interface LightTime {
  readonly now: number;
  readonly errorMs: number;
  readonly offsetMs: number;
  readonly source: "hub" | "rtc" | "none";
}

/** What a station's birth says beside its state. */
export interface BirthFacts {
  readonly nonce: string;
  readonly areaRevision: number;
  readonly keySetVersion: number;
  readonly missingAssets: readonly string[];
}

/** The birth of a station whose cabinet is well. */
export function birthOf(state: FleetState, facts: BirthFacts, time: LightTime): Birth {
  const { plan, fault, unsent } = state;
  return {
    nonce: facts.nonce,
    at: time.now,
    software: SOFTWARE,
    hardware: "fleet",
    zones: [...ZONES],
    hardEnvelope: HARD_ENVELOPE,
    plan: plan && { hubEpoch: plan.hubEpoch, revision: plan.revision, validUntil: plan.validUntil },
    areaRevision: facts.areaRevision,
    keySetVersion: facts.keySetVersion,
    missingAssets: [...facts.missingAssets],
    faults: fault ? [fault] : [],
    clock: clockOf(time),
    unsentReceipts: unsent.length,
  };
}

/** A report of health. Readings wander a little, each station's around its own mean. */
export function healthOf(station: string, onAir: OnAir | null, state: FleetState, time: LightTime): Health {
  const zones = zonesOf(state);
  const lockedOut = state.behaviour.kind === "lockout";
  const { now: at } = time;
  const sway = Math.sin(at / 600_000 + 6 * unitOf(station));
  const value = (mean: number, by: number) => ({ value: Math.round((mean + by * sway) * 10) / 10, at });
  const amps = ({ id, horns }: { id: string; horns: number }) => (zones.includes(id) ? (horns * 15) / 70 : 0);
  return {
    at,
    onAir,
    board: "ready",
    amplifier: onAir !== null,
    zonesClosed: onAir ? [...zones] : [],
    readings: {
      outputVolts: value(onAir ? 70 : 0, 0),
      zoneAmps: Object.fromEntries(ZONES.map((zone) => [zone.id, value(amps(zone), 0)])),
      mainsVolts: value(215 + 15 * unitOf(station), 4),
      batteryVolts: value(13.4, 0.1),
      temperature: value(34 + 6 * unitOf(`${station} warm`), 5),
      doorOpen: false,
    },
    clock: clockOf(time),
    audio: {
      state: "running",
      delayMs: 60,
      errorMs: 0.1,
      steeringPpm: 0,
      jumps: 0,
      underruns: 0,
      restarts: 0,
    },
    ...(lockedOut && { lockedOutUntil: at + LOCK_OUT_MS }),
    storageFreeBytes: 12_000_000_000,
    rssBytes: 120_000_000,
  };
}

/** The zones that sound. */
function zonesOf(state: FleetState): readonly string[] {
  const alert = alertOnAir(state)?.alert;
  if (!alert) return state.onAir?.segment.zones ?? [];
  return alert.zones.length > 0 ? alert.zones : ZONES.map(({ id }) => id);
}

const clockOf = ({ errorMs, offsetMs, source }: LightTime): Birth["clock"] =>
  source === "none"
    ? { synchronised: false, errorMs: 1e12, offsetMs: 0, source }
    : { synchronised: true, errorMs, offsetMs, source };
