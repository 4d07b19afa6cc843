import type { UnixMs } from "@loa/kernel/clock";
import type { Fault, FaultCode } from "@loa/protocol/faults";
import type { HardwareState, Readings, ZoneId } from "../ports.ts";

/** What the rules look at. */
export interface FaultView {
  readonly board: HardwareState;
  readonly readings: Readings;
  /** Closed zones of what sounds now, with the horns installed and one horn's impedance; empty while nothing sounds. */
  readonly sounding: readonly { readonly zone: ZoneId; readonly horns: number; readonly hornOhms: number }[];
  /** Loudness of what is given to the card over the last second, dBFS rms; −Infinity: silence. */
  readonly programmeDb: number;
  readonly synchronised: boolean;
  /** Time until the first segment whose audio is missing, ms; null: none is missing. */
  readonly missingAssetDueInMs: number | null;
  readonly planEndsInMs: number | null;
  readonly storageFreeBytes: number;
  readonly lastRejectionAgoMs: number | null;
  readonly outputLost: boolean;
  readonly lockedOut: boolean | "unknown";
}

/** A rule's finding: the fault stands with these figures. */
interface Finding {
  readonly value?: number;
  readonly threshold?: number;
}

interface Rule {
  readonly code: FaultCode;
  /** Must hold this long before the fault is raised, and be gone this long before it is cleared. */
  readonly holdMs: number;
  /** Null: all is well. `unknown`: it cannot be told now, as in a pause of speech; what stands and what is changing is kept. */
  find(view: FaultView, zone?: ZoneId): Finding | null | "unknown";
  readonly perZone?: true;
}

const above = (value: number | undefined, threshold: number): Finding | null | "unknown" =>
  value === undefined ? "unknown" : value > threshold ? { value, threshold } : null;
const below = (value: number | undefined, threshold: number): Finding | null | "unknown" =>
  value === undefined ? "unknown" : value < threshold ? { value, threshold } : null;

/** Programme loud enough to judge amplifier and line by it. */
const AUDIBLE_DB = -40;
const HOUR_MS = 3_600_000;

/** Every fault that a station raises by itself, with how long it must hold. */
export const FAULT_RULES: readonly Rule[] = [
  { code: "BOARD_LOST", holdMs: 3_000, find: ({ board }) => (board === "ready" ? null : {}) },
  { code: "MAINS_LOST", holdMs: 3_000, find: ({ readings }) => below(readings.mainsVolts?.value, 40) },
  {
    code: "MAINS_OUT_OF_RANGE",
    holdMs: 3_000,
    find: ({ readings: { mainsVolts } }) => outOfRange(mainsVolts?.value),
  },
  { code: "BATTERY_LOW", holdMs: 5_000, find: ({ readings }) => below(readings.batteryVolts?.value, 11.5) },
  { code: "OVER_TEMPERATURE", holdMs: 5_000, find: ({ readings }) => above(readings.temperature?.value, 75) },
  { code: "DOOR_OPEN", holdMs: 1_000, find: ({ readings }) => (readings.doorOpen ? {} : null) },
  {
    code: "AMP_NO_OUTPUT",
    holdMs: 8_000,
    find: (view) => (audible(view) ? below(view.readings.outputVolts?.value, 0.5) : "unknown"),
  },
  {
    code: "SILENCE_ON_AIR",
    holdMs: 8_000,
    find: (view) => (view.sounding.length === 0 ? "unknown" : view.outputLost ? {} : null),
  },
  { code: "LINE_OPEN", holdMs: 8_000, perZone: true, find: (view, zone) => open(view, zone) },
  { code: "LINE_HORN_LOST", holdMs: 8_000, perZone: true, find: (view, zone) => hornLost(view, zone) },
  { code: "CLOCK_UNSYNCED", holdMs: 2_000, find: ({ synchronised }) => (synchronised ? null : {}) },
  {
    code: "ASSET_MISSING",
    holdMs: 2_000,
    find: ({ missingAssetDueInMs }) =>
      missingAssetDueInMs === null ? null : below(missingAssetDueInMs, HOUR_MS),
  },
  {
    code: "PLAN_EXPIRING",
    holdMs: 2_000,
    find: ({ planEndsInMs }) => (planEndsInMs === null ? null : below(planEndsInMs, 24 * HOUR_MS)),
  },
  { code: "STORAGE_LOW", holdMs: 5_000, find: ({ storageFreeBytes }) => below(storageFreeBytes, 200e6) },
  {
    code: "SIGNATURE_REJECTED",
    holdMs: 0,
    find: ({ lastRejectionAgoMs }) =>
      lastRejectionAgoMs === null ? null : below(lastRejectionAgoMs, 600_000),
  },
  {
    code: "LOCKED_OUT",
    holdMs: 0,
    find: ({ lockedOut }) => (lockedOut === "unknown" ? "unknown" : lockedOut ? {} : null),
  },
];

function outOfRange(volts: number | undefined): Finding | null | "unknown" {
  if (volts === undefined) return "unknown";
  if (volts < 40) return null;
  if (volts < 90) return { value: volts, threshold: 90 };
  return volts > 240 * 1.04 ? { value: volts, threshold: 240 } : null;
}

function audible({ sounding, programmeDb, board }: FaultView): boolean {
  return board === "ready" && sounding.length > 0 && programmeDb > AUDIBLE_DB;
}

function ohmsOf(view: FaultView, zone: ZoneId | undefined) {
  const line = view.sounding.find((one) => one.zone === zone);
  const volts = view.readings.outputVolts?.value ?? 0;
  const amps = zone === undefined ? undefined : view.readings.zoneAmps[zone]?.value;
  return line && audible(view) && volts > 5 && amps !== undefined ? { ...line, volts, amps } : null;
}

function open(view: FaultView, zone: ZoneId | undefined): Finding | null | "unknown" {
  const line = ohmsOf(view, zone);
  if (!line) return "unknown";
  const onlyOneHornAmps = line.volts / line.hornOhms;
  return below(line.amps, onlyOneHornAmps / 2);
}

/** n horns in parallel: losing one raises the impedance by n/(n−1). Half-way between is the threshold. */
function hornLost(view: FaultView, zone: ZoneId | undefined): Finding | null | "unknown" {
  const line = ohmsOf(view, zone);
  if (!line || line.horns < 2) return "unknown";
  const horns = (line.amps * line.hornOhms) / line.volts;
  if (horns < 0.5) return null;
  return below(horns, line.horns - 0.5);
}

/** What stands, and since when something is about to change. Keys: `CODE` or `CODE/zone`. */
export interface FaultState {
  readonly standing: Readonly<Record<string, Fault>>;
  readonly changingSince: Readonly<Record<string, UnixMs>>;
}

/** No faults. */
export const NO_FAULTS: FaultState = { standing: {}, changingSince: {} };

/** Judges all rules at `now`; returns the new state with what was raised and what was cleared. */
export function judgeFaults(state: FaultState, view: FaultView, zones: readonly ZoneId[], now: UnixMs) {
  const standing: Record<string, Fault> = { ...state.standing };
  const changingSince: Record<string, UnixMs> = {};
  const raised: Fault[] = [];
  const cleared: Fault[] = [];
  for (const rule of FAULT_RULES)
    for (const zone of rule.perZone ? zones : [undefined]) {
      const key = zone ? `${rule.code}/${zone}` : rule.code;
      const finding = rule.find(view, zone);
      const stands = standing[key];
      const changing = state.changingSince[key];
      if (finding === "unknown") {
        if (changing !== undefined) changingSince[key] = changing;
        continue;
      }
      if ((finding !== null) === (stands !== undefined)) {
        if (stands && finding) standing[key] = { ...stands, ...finding };
        continue;
      }
      const since = changing ?? now;
      if (now - since < rule.holdMs) changingSince[key] = since;
      else if (finding) {
        const fault: Fault = { code: rule.code, ...(zone ? { zone } : {}), since, ...finding };
        standing[key] = fault;
        raised.push(fault);
      } else if (stands) {
        delete standing[key];
        cleared.push({ ...stands, clearedAt: now });
      }
    }
  return { state: { standing, changingSince } satisfies FaultState, raised, cleared };
}
