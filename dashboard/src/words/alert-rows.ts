import type { AlertStation, AlertStationState } from "@loa/protocol/http/alerts";
import { folded } from "./folded.ts";
import type { Tone } from "./proof.ts";

/** States from what needs somebody most to what is well. */
export const STATE_ORDER: readonly AlertStationState[] = [
  "failed",
  "unreachable",
  "sent",
  "received",
  "ready",
  "sounding",
  "done",
];

/** How a state stands, for colour and icon. */
export const STATE_TONE: Record<AlertStationState, Tone> = {
  failed: "bad",
  unreachable: "bad",
  sent: "warn",
  received: "plain",
  ready: "plain",
  sounding: "air",
  done: "ok",
};

/** Names as people sort them: cụm 2 before cụm 10. */
const byName = new Intl.Collator("vi", { numeric: true });

/**
 * Rows with failures first, then by name. Comparing ten thousand Vietnamese names takes too long to be done at every ack: their order is
 * found once, and rows are only dealt out by state.
 */
export class AlertRows {
  #ids = "";
  #order = new Map<string, number>();
  #words = new Map<string, string>();

  sorted(rows: readonly AlertStation[]): AlertStation[] {
    this.#learn(rows);
    const piles = new Map<AlertStationState, AlertStation[]>(STATE_ORDER.map((state) => [state, []]));
    const inOrder: AlertStation[] = new Array(rows.length);
    for (const row of rows) inOrder[this.#order.get(row.stationId) ?? 0] = row;
    for (const row of inOrder) piles.get(row.state)?.push(row);
    // A station that refused what it got is sent to again; somebody should know.
    const sent = piles.get("sent") ?? [];
    piles.set("sent", [...sent.filter(({ code }) => code), ...sent.filter(({ code }) => !code)]);
    return [...piles.values()].flat();
  }

  /** Those in one of the states (none: all) whose name or area holds the words, accents or not. */
  filtered(
    rows: readonly AlertStation[],
    states: ReadonlySet<AlertStationState>,
    words: string,
    areaName: (id: string) => string,
  ): AlertStation[] {
    const wanted = folded(words);
    return rows.filter(
      (row) =>
        (states.size === 0 || states.has(row.state)) &&
        (wanted === "" || this.#wordsOf(row, areaName).includes(wanted)),
    );
  }

  #wordsOf({ stationId, name, areaId }: AlertStation, areaName: (id: string) => string): string {
    let words = this.#words.get(stationId);
    if (words === undefined) {
      words = `${folded(name)} ${folded(areaName(areaId))} ${stationId}`;
      this.#words.set(stationId, words);
    }
    return words;
  }

  #learn(rows: readonly AlertStation[]): void {
    const ids = rows.map(({ stationId }) => stationId).join();
    if (ids === this.#ids) return;
    this.#ids = ids;
    this.#words.clear();
    const names = [...rows].sort((a, b) => byName.compare(a.name, b.name));
    this.#order = new Map(names.map(({ stationId }, i) => [stationId, i]));
  }
}

/** Between two readings of so many stations, ms: each costs the hub and the page as much as there are stations. */
export const readEveryMs = (stations: number): number => Math.min(10_000, Math.max(1_000, stations));
