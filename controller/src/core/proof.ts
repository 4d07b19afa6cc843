import type { LineReading, Receipt } from "@loa/protocol/receipt";
import type { Readings, ZoneId } from "../ports.ts";

/** Frames a second at which media time is counted. */
export const RATE = 48_000;
/** A playout that lacks less than this was played whole. */
const WHOLE_FRAMES = RATE / 50;
/** Below this the line carries no programme, and says nothing about its impedance. */
const QUIET_VOLTS = 0.5;

/** Sums of line readings over a playout. */
export type LineSums = Readonly<
  Record<ZoneId, { readonly volts: number; readonly amps: number; readonly count: number }>
>;

/** Adds one reading of the lines that are closed. Quiet moments are left out. */
export function addReading(sums: LineSums, zones: readonly ZoneId[], readings: Readings): LineSums {
  const volts = readings.outputVolts?.value ?? 0;
  if (volts < QUIET_VOLTS) return sums;
  const next: Record<ZoneId, LineSums[ZoneId]> = { ...sums };
  for (const zone of zones) {
    const amps = readings.zoneAmps[zone]?.value;
    if (amps === undefined) continue;
    const before = sums[zone] ?? { volts: 0, amps: 0, count: 0 };
    next[zone] = { volts: before.volts + volts, amps: before.amps + amps, count: before.count + 1 };
  }
  return next;
}

/** Mean volts and amps of each line, its impedance, and how many horns that means. `hornOhms`: one horn's impedance by zone. */
export function lineReadings(sums: LineSums, hornOhms: Readonly<Record<ZoneId, number>>): LineReading[] {
  return Object.entries(sums).map(([zone, { volts, amps, count }]) => {
    const [meanVolts, meanAmps] = [round(volts / count, 2), round(amps / count, 4)];
    const ohms = amps / count > 0.002 ? round(volts / amps, 1) : null;
    const horns = ohms === null ? 0 : Math.round((hornOhms[zone] ?? 0) / ohms);
    return { zone, volts: meanVolts, amps: meanAmps, ohms, hornsEstimated: horns };
  });
}

/** What is known of a playout when it ends. */
export interface Heard {
  readonly samplesRendered: number;
  readonly samplesPlanned: number;
  /** Why it may be incomplete: joined late, interrupted, board or output lost. */
  readonly trouble: string | null;
  /** So much may be missing without harm: tones that were shortened so that the words came in step. */
  readonly spareSamples?: number;
}

/** How a playout that ran to its end went. */
export function outcomeOf({
  samplesRendered,
  samplesPlanned,
  trouble,
  spareSamples = 0,
}: Heard): Pick<Receipt, "outcome" | "code"> {
  if (samplesRendered > 0 && samplesRendered >= samplesPlanned - spareSamples - WHOLE_FRAMES)
    return { outcome: "played" };
  if (samplesRendered === 0) return { outcome: "failed", code: trouble ?? "AUDIO_OUTPUT_LOST" };
  return { outcome: "partial", code: trouble ?? "AUDIO_GAPS" };
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
