import { readFileSync } from "node:fs";
import { spread } from "../../scripts/bench-report.ts";
import type { Bench, Row } from "./bench.ts";
import { rssMb } from "./fanout/hub-rig.ts";
import { type HubSide, hubSide, type Round } from "./fanout/rounds.ts";

const STATIONS = Number(process.env.LOA_BENCH_STATIONS ?? 5_000);
const FROZEN = Math.ceil(STATIONS / 100);
const RUNS = 5;
/** Alerts of about 75 kB each to the frozen alone, sent again after 1, 2 and 4 s: some MB, more than the kernel takes for them. */
const FILLING = 15;
const FILLED_AFTER_MS = 7_500;
const PAUSE_MS = 1_500;
const FULL_BYTES = 100_000;

/** One socket in a hundred goes unread and is full: does anybody else get an alert later for it? */
export const frozen: Bench = {
  name: "frozen",
  async run(): Promise<Row[]> {
    const hub = await hubSide(STATIONS);
    try {
      return await measure(hub);
    } finally {
      await hub.stop();
    }
  },
};

async function measure(hub: HubSide): Promise<Row[]> {
  const [without, beside]: [Round[], Round[]] = [[], []];
  const [full, rss]: [number[], number[]] = [[], []];
  const well = hub.rig.stations.map(({ id }) => id);
  await hub.round("small", well.length);
  for (let run = 0; run < RUNS; run++) {
    await pause(PAUSE_MS);
    without.push(await hub.round("small", well.length));
    await pause(PAUSE_MS);
    const ids = well.splice(0, FROZEN);
    hub.load.freeze(ids);
    await fill(hub, ids);
    full.push(fullSockets(hub.rig.mqttPort));
    rss.push(rssMb(hub.rig.pid));
    beside.push(await hub.round("small", well.length));
  }
  const p99 = (rounds: readonly Round[]) => rounds.map((round) => round.p99);
  const ratios = beside.map((round, run) => round.p99 / (without[run] as Round).p99);
  const missing = beside.map((round) => round.missing);
  return [
    { measure: `${STATIONS}: p99 received, all read`, unit: "ms", values: p99(without) },
    { measure: `${STATIONS}: p99 received by the others, 1 % frozen`, unit: "ms", values: p99(beside) },
    {
      ...{ measure: `${STATIONS}: p99 of the others, ratio`, unit: "×", values: ratios },
      ...{ bar: "≤ 1.2", reached: spread(ratios).median <= 1.2 },
    },
    {
      ...{ measure: "stations missed that read", unit: "", values: missing },
      ...{ bar: "0", reached: spread(missing).max === 0 },
    },
    {
      ...{ measure: `full sockets, of ${FROZEN} that go unread`, unit: "", values: full },
      ...{ bar: `≥ ${FROZEN}`, reached: spread(full).min >= FROZEN },
    },
    { measure: "hub's RSS with 1 % filled", unit: "MB", values: rss },
  ];
}

/** Sends to the frozen until nothing more goes into their sockets; what waits for them then has expired. */
async function fill({ rig }: HubSide, ids: readonly string[]): Promise<void> {
  const from = performance.now();
  const targets = ids.map((stationId) => ({ stationId }));
  const text = "Đoạn này chỉ để làm đầy bộ đệm của những trạm không đọc. ".repeat(4);
  const alert = { kind: "actual", headline: "Đầy", text, targets, expiresInSeconds: 10 };
  for (let n = 0; n < FILLING; n++) await rig.desk.post("/alerts", alert);
  await pause(Math.max(0, FILLED_AFTER_MS - (performance.now() - from)));
}

/** Connections of a port in which the kernel holds much that nobody reads. */
function fullSockets(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  return rows.filter((row) => {
    const [, from, , , queues] = row.trim().split(/\s+/);
    return from?.endsWith(local) && Number.parseInt(queues ?? "0", 16) >= FULL_BYTES;
  }).length;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
