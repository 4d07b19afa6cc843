import type { AmplifierState } from "./amplifier.ts";
import type { Fault } from "./faults.ts";
import type { Station } from "./station.ts";

/** The truth about one station, as `GET /stations` tells it. */
export interface StationView {
  readonly stationId: string;
  readonly crystalPpm: number;
  /** Terminal behind the symlink `board`; null while unplugged. */
  readonly pts: string | null;
  readonly board: string;
  readonly card: string;
  readonly plugged: boolean;
  /** Contact of the amplifier's mains relay, after the monostable. */
  readonly amplifierRelay: boolean;
  readonly amplifier: AmplifierState;
  readonly heartbeatAgeMs: number | null;
  /** Output pins that the board drives high. */
  readonly pinsHigh: readonly number[];
  readonly zones: readonly ZoneView[];
  readonly readings: {
    readonly outputVolts: number;
    readonly mainsVolts: number;
    readonly batteryVolts: number;
    readonly temperature: number;
    readonly doorOpen: boolean;
  };
  readonly cardStatus: {
    readonly playedFrames: number;
    readonly queuedFrames: number;
    readonly underrunFrames: number;
  };
  readonly faults: readonly Fault[];
}

/** One zone of the view. `ohms` is null for an open line; `closed` is the relay's contact. */
export interface ZoneView {
  readonly id: string;
  readonly horns: number;
  readonly closed: boolean;
  readonly amps: number;
  readonly ohms: number | null;
  /** Whether a recording of this zone is being written. */
  readonly recording: boolean;
}

/** Reads everything off a station that has been advanced to `now`. */
export function describeStation(
  station: Station,
  now: number,
  pts: string | null,
  outputs: readonly boolean[],
): StationView {
  const { world, options } = station;
  const { playedFrames, queuedFrames, underrunFrames } = world.cardStatus(now);
  return {
    stationId: options.stationId,
    crystalPpm: station.crystalPpm,
    pts,
    board: station.boardLink,
    card: station.cardPath,
    plugged: pts !== null,
    amplifierRelay: world.amplifierRelayClosed,
    amplifier: world.amplifierState,
    heartbeatAgeMs: world.heartbeatAgeMs(now),
    pinsHigh: outputs.flatMap((high, pin) => (high ? [pin] : [])),
    zones: world.zones.map((zone, index) => ({
      id: zone.id,
      horns: zone.horns,
      closed: zone.closed,
      recording: zone.recording,
      amps: world.zoneAmps(index),
      ohms: Number.isFinite(zone.ohms) ? zone.ohms : null,
    })),
    readings: {
      outputVolts: world.outputVolts(),
      mainsVolts: world.mainsVolts,
      batteryVolts: world.batteryVolts,
      temperature: world.temperature(now),
      doorOpen: world.has("DOOR_OPEN"),
    },
    cardStatus: { playedFrames, queuedFrames, underrunFrames },
    faults: world.faults(),
  };
}
