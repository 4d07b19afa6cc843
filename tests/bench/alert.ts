import { readFileSync } from "node:fs";
import { areaTopic } from "@loa/protocol/topics";
import { spread } from "../../scripts/bench-report.ts";
import type { Bench, Row } from "./bench.ts";
import { hasMosquitto } from "./fanout/mosquitto.ts";
import { hubSide, mosquittoSide, type Round } from "./fanout/rounds.ts";

const SIZES = (process.env.LOA_BENCH_STATIONS ?? "1000,5000,10000").split(",").map(Number);
const RUNS = 5;
/** The first round of each side makes sockets' buffers and compiles what is hot. */
const WARM_UP = 2;
/** Gives what the last round left to do its time: answers, saving, garbage. */
const PAUSE_MS = 1_500;

/** POST of an alert → every station has it → every ack is stored, beside a bare fan-out through Mosquitto in the same run. */
export const alert: Bench = {
  name: "alert",
  async run(): Promise<Row[]> {
    const rows: Row[] = [];
    for (const size of SIZES)
      for (const speaks of [false, true]) {
        const found = await measure(size, speaks);
        rows.push(...rowsOf(size, speaks, found));
      }
    return rows;
  },
};

interface Found {
  readonly ours: readonly Round[];
  /** Empty without Mosquitto. */
  readonly peer: readonly Round[];
  readonly rssMb: number;
}

/** Both sides by turns, so that what else the machine does falls on both. */
async function measure(size: number, speaks: boolean): Promise<Found> {
  const hub = await hubSide(size, speaks);
  try {
    const payload = Buffer.from((await hub.round(size)).payload);
    const topic = areaTopic(hub.rig.areaId, "alert");
    const peer = hasMosquitto() ? await mosquittoSide(hub.rig, { topic, payload }) : null;
    const found = { ours: [] as Round[], peer: [] as Round[] };
    try {
      for (let run = -WARM_UP; run < RUNS; run++) {
        const ours = await hub.round(size);
        await pause();
        const theirs = await peer?.round(size);
        await pause();
        if (run < 0) continue;
        found.ours.push(ours);
        if (theirs) found.peer.push(theirs);
      }
      return { ...found, rssMb: rssMb(hub.rig.pid) };
    } finally {
      await peer?.stop();
    }
  } finally {
    await hub.stop();
  }
}

function rowsOf(size: number, speaks: boolean, { ours, peer, rssMb }: Found): Row[] {
  const of = (rounds: readonly Round[], pick: (round: Round) => number) => rounds.map(pick);
  const [first] = ours;
  const kB = ((first?.payload.length ?? 0) / 1_024).toFixed(1);
  const name = (what: string) => `${size} × ${kB} kB: ${what}`;
  const missing = of(ours, (round) => round.missing);
  return [
    ...compared(name("received by the last"), ours, peer, (round) => round.last, speaks ? null : 1.0),
    ...compared(name("all acks stored"), ours, peer, (round) => round.acked, speaks ? null : 1.25),
    {
      ...{ measure: name("p99 received"), unit: "ms", values: of(ours, (round) => round.p99) },
      ...(size === 5_000 &&
        !speaks &&
        bar(
          "≤ 500",
          of(ours, (round) => round.p99),
          500,
        )),
    },
    { measure: name("stations missed"), unit: "", values: missing, ...bar("0", missing, 0) },
    { measure: name("one verification"), unit: "ms", values: of(ours, (round) => round.verifyMs) },
    {
      measure: name("hub's RSS"),
      unit: "MB",
      values: [rssMb],
      ...(size === 10_000 && bar("≤ 800", [rssMb], 800)),
    },
  ];
}

/** Ours, the peer's, and the ratio of each run to which the bar applies. */
function compared(
  measure: string,
  ours: readonly Round[],
  peer: readonly Round[],
  pick: (round: Round) => number,
  most: number | null,
): Row[] {
  const own: Row = { measure, unit: "ms", values: ours.map(pick) };
  if (peer.length === 0) return [{ ...own, note: "mosquitto is not installed: no comparison" }];
  const ratios = ours.map((round, run) => pick(round) / pick(peer[run] as Round));
  return [
    own,
    {
      measure: `${measure}, Mosquitto`,
      unit: "ms",
      values: peer.map(pick),
      note: "a bare fan-out of the same bytes",
    },
    {
      measure: `${measure}, ratio`,
      unit: "×",
      values: ratios,
      ...(most !== null && bar(`≤ ${most}`, ratios, most)),
    },
  ];
}

const bar = (words: string, values: readonly number[], most: number) => ({
  bar: words,
  reached: spread(values).median <= most,
});

function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
