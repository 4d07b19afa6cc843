import type { Bench, Row } from "./bench.ts";
import { atMost, RUNS, rest, stationsOr } from "./fleet/figures.ts";
import { HubAndFleet, rssMb } from "./fleet/hub-and-fleet.ts";

const STATIONS = stationsOr(10_000);
const BETWEEN_MS = 10_000;

/** What a hub holds in memory with every station online, its plan confirmed, reporting its health. */
export const memory: Bench = {
  name: "memory",
  async run(): Promise<Row[]> {
    const note = "bare aedes with as many idle clients: 195 MB";
    return [
      atMost(`hub with ${STATIONS} stations, plain`, "MB", await memoryWith(false), 800, note),
      atMost(`hub with ${STATIONS} stations, TLS`, "MB", await memoryWith(true)),
    ];
  },
};

async function memoryWith(tls: boolean): Promise<number[]> {
  const both = await HubAndFleet.start({ stations: STATIONS, tls });
  const values: number[] = [];
  try {
    for (let run = 0; run < RUNS; run++) {
      await rest(BETWEEN_MS);
      values.push(rssMb(both.hubPid));
    }
    return values;
  } finally {
    await both.stop();
  }
}
