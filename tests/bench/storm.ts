import type { Bench, Row } from "./bench.ts";
import { cpuSeconds, HubAndFleet } from "./fleet/hub-and-fleet.ts";

const STATIONS = Number(process.env.LOA_BENCH_STATIONS ?? 5_000);
const RUNS = Number(process.env.LOA_BENCH_RUNS ?? 5);
const RESTED_MS = 3_000;

/** All stations come back at once: the hub is killed and started again, until each of them has its plan confirmed. */
export const storm: Bench = {
  name: "storm",
  async run(): Promise<Row[]> {
    const plain = await storms(false);
    return [
      row("plain: all back with plan confirmed", "s", plain.seconds, 12),
      row("plain: hub's processor time till then", "s", plain.cpu, 6),
    ];
  },
};

async function storms(tls: boolean): Promise<{ seconds: number[]; cpu: number[] }> {
  const both = await HubAndFleet.start({ stations: STATIONS, tls });
  const [seconds, cpu]: [number[], number[]] = [[], []];
  try {
    for (let run = 0; run < RUNS; run++) {
      await new Promise((resolve) => setTimeout(resolve, RESTED_MS));
      const from = performance.now();
      await both.restartHub();
      await both.settled();
      seconds.push((performance.now() - from) / 1_000);
      cpu.push(cpuSeconds(both.hubPid));
      process.stdout.write(`${tls ? "TLS" : "plain"} ${seconds.at(-1)} s, CPU ${cpu.at(-1)} s\n`);
    }
    return { seconds, cpu };
  } finally {
    await both.stop();
  }
}

function row(measure: string, unit: string, values: readonly number[], bar: number): Row {
  const median = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { measure, unit, values, bar: `≤ ${bar}`, reached: median <= bar };
}
