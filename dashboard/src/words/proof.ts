import type { Health } from "@loa/protocol/health";
import type { BroadcastStation, Playout } from "@loa/protocol/http/broadcasts";

/** How a thing stands, for colour, icon and order: bad comes first. */
export type Tone = "bad" | "warn" | "air" | "ok" | "plain";

const ORDER: readonly Tone[] = ["bad", "warn", "air", "plain", "ok"];

/** What became of a broadcast at a station. */
export interface Delivery {
  readonly tone: Tone;
  /** Key below `delivery.` in the catalogue. */
  readonly word: string;
  /** Why, where it is not as wanted. */
  readonly code: string | undefined;
}

const OUTCOME_TONE: Record<Playout["outcome"], Tone> = {
  played: "ok",
  partial: "warn",
  preempted: "warn",
  stopped: "warn",
  missed: "bad",
  refused: "bad",
  failed: "bad",
};

/** The worst of the receipts decides; without any, how far the plan got. A past broadcast without a receipt is bad. */
export function deliveryOf(station: BroadcastStation, over: boolean): Delivery {
  const worst = [...station.playouts].sort(
    (a, b) => ORDER.indexOf(OUTCOME_TONE[a.outcome]) - ORDER.indexOf(OUTCOME_TONE[b.outcome]),
  )[0];
  if (station.state === "onAir") return { tone: "air", word: "onAir", code: undefined };
  if (worst) return { tone: OUTCOME_TONE[worst.outcome], word: worst.outcome, code: worst.code };
  if (station.state === "cancelled") return { tone: "plain", word: "cancelled", code: station.code };
  if (over) return { tone: "bad", word: "noReceipt", code: station.code };
  if (station.state === "unconfirmed") return { tone: "bad", word: "unconfirmed", code: station.code };
  return { tone: "plain", word: "confirmed", code: undefined };
}

/** Stations with what became of them, failures first, then by name. */
export function failuresFirst(
  stations: readonly BroadcastStation[],
  over: boolean,
): { station: BroadcastStation; delivery: Delivery }[] {
  return stations
    .map((station) => ({ station, delivery: deliveryOf(station, over) }))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.delivery.tone) - ORDER.indexOf(b.delivery.tone) ||
        a.station.name.localeCompare(b.station.name, "vi"),
    );
}

/** Share of the planned samples that went to the card, 0..1. */
export const renderedShare = (playout: Pick<Playout, "samplesRendered" | "samplesPlanned">): number =>
  playout.samplesPlanned === 0 ? 0 : Math.min(1, playout.samplesRendered / playout.samplesPlanned);

/** Stations within 20 ms of each other do not blur; a second is heard by everybody. Sound goes 340 m in a second. */
export function startErrorTone(errorMs: number): Tone {
  const size = Math.abs(errorMs);
  return size <= 20 ? "ok" : size <= 1_000 ? "warn" : "bad";
}

/** Impedance of a zone now, ohms; null when its line draws nothing, undefined when it is not driven. */
export function zoneOhms(health: Health, zone: string): number | null | undefined {
  const volts = health.readings.outputVolts?.value;
  const amps = health.readings.zoneAmps[zone]?.value;
  if (volts === undefined || amps === undefined || volts < 1 || !health.zonesClosed.includes(zone))
    return undefined;
  return amps < 0.005 ? null : volts / amps;
}
