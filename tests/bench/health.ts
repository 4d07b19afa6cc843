import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Row } from "./bench.ts";
import { atMost, RUNS, rest, stationsOr } from "./fleet/figures.ts";
import { cpuSeconds, HubAndFleet } from "./fleet/hub-and-fleet.ts";

const STATIONS = stationsOr(10_000);
const WINDOW_MS = 30_000;
const MONTH_MS = 30 * 86_400_000;
/** After a reconnection stations ask for the time rarely again: the third pause is over by then. */
const TIME_IS_RARE_MS = 75_000;

/** What a fleet at rest costs its hub: one report of health each 30 s, pings, and the time asked for every two minutes or so. */
export const health: Bench = {
  name: "health",
  async run(): Promise<Row[]> {
    const plain = await atRest(false);
    return [
      atMost(`hub with ${STATIONS} stations at rest, plain`, "% of a core", plain.cpu, 25),
      atMost("event loop's delay, 99th percentile", "ms", plain.loop, 50),
      atMost("store's growth in a month", "GB", plain.growth, 1, "health is kept in memory alone as yet"),
      atMost("reports of health taken", "1/s", plain.reports),
    ];
  },
};

async function atRest(tls: boolean) {
  const both = await HubAndFleet.start({ stations: STATIONS, tls });
  const [cpu, loop, growth, reports]: [number[], number[], number[], number[]] = [[], [], [], []];
  try {
    await both.restartHub();
    await both.settled();
    await rest(TIME_IS_RARE_MS);
    await loopDelayMs(both);
    for (let run = 0; run < RUNS; run++) {
      const before = { cpu: cpuSeconds(both.hubPid), bytes: storeBytes(both), sent: await sent(both) };
      const from = performance.now();
      await rest(WINDOW_MS);
      const ms = performance.now() - from;
      cpu.push(((cpuSeconds(both.hubPid) - before.cpu) / (ms / 1_000)) * 100);
      loop.push(await loopDelayMs(both));
      growth.push((((storeBytes(both) - before.bytes) / ms) * MONTH_MS) / 1e9);
      reports.push(((await sent(both)) - before.sent) / (ms / 1_000));
    }
    return { cpu, loop, growth, reports };
  } finally {
    await both.stop();
  }
}

const sent = async ({ fleet }: HubAndFleet): Promise<number> => (await fleet.view()).counts["sent health"];

/** Since it was asked last; the hub forgets it then. */
async function loopDelayMs({ commune }: HubAndFleet): Promise<number> {
  const text = await (await fetch(new URL("/metrics", commune.hub.http))).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]) * 1_000;
}

function storeBytes({ commune }: HubAndFleet): number {
  const files = readdirSync(commune.hubData).filter(
    (name) => name.startsWith("hub.db") && !name.endsWith("-shm"),
  );
  return files.reduce((sum, name) => sum + statSync(join(commune.hubData, name)).size, 0);
}
