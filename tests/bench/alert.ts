import { spread } from "../../scripts/bench-report.ts";
import type { Bench, Row } from "./bench.ts";
import { rssMb } from "./fanout/hub-rig.ts";
import { hasMosquitto } from "./fanout/mosquitto.ts";
import {
  type HubSide,
  hubSide,
  mosquittoSide,
  type PeerSide,
  type Round,
  type Size,
} from "./fanout/rounds.ts";

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
    for (const stations of SIZES) rows.push(...(await measure(stations)));
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
async function measure(stations: number): Promise<Row[]> {
  const hub = await hubSide(stations);
  const peer = hasMosquitto() ? await mosquittoSide(hub.rig) : null;
  try {
    const rows: Row[] = [];
    for (const size of ["small", "large"] as const) {
      const found = await rounds(hub, peer, size, stations);
      rows.push(...rowsOf(stations, size, { ...found, rssMb: rssMb(hub.rig.pid) }));
    }
    return rows;
  } finally {
    await peer?.stop();
    await hub.stop();
  }
}

async function rounds(hub: HubSide, peer: PeerSide | null, size: Size, stations: number) {
  const found = { ours: [] as Round[], peer: [] as Round[] };
  for (let run = -WARM_UP; run < RUNS; run++) {
    const ours = await hub.round(size, stations);
    await pause();
    const theirs = await peer?.round(Buffer.from(ours.payload), stations);
    await pause();
    if (run < 0) continue;
    found.ours.push(ours);
    if (theirs) found.peer.push(theirs);
  }
  return found;
}

function rowsOf(stations: number, size: Size, { ours, peer, rssMb }: Found): Row[] {
  const of = (pick: (round: Round) => number) => ours.map(pick);
  const kB = ((ours[0]?.payload.length ?? 0) / 1_024).toFixed(1);
  const name = (what: string) => `${stations} × ${kB} kB: ${what}`;
  const [p99, missing] = [of((round) => round.p99), of((round) => round.missing)];
  const small = size === "small";
  return [
    { measure: name("received by the first"), unit: "ms", values: of((round) => round.first) },
    ...compared(name("received by the last"), ours, peer, (round) => round.last, small ? 1.0 : null),
    ...compared(name("all acks stored"), ours, peer, (round) => round.acked, small ? 1.25 : null),
    {
      ...{ measure: name("p99 received"), unit: "ms", values: p99 },
      ...(stations === 5_000 && small && bar("≤ 500", p99, 500)),
    },
    ...compared(name("broker's processor time"), ours, peer, (round) => round.cpuMs, null),
    { measure: name("stations missed"), unit: "", values: missing, ...bar("0", missing, 0) },
    { measure: name("one verification"), unit: "ms", values: of((round) => round.verifyMs) },
    {
      ...{ measure: name("hub's RSS"), unit: "MB", values: [rssMb] },
      ...(stations === 10_000 && bar("≤ 800", [rssMb], 800)),
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

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
