import type { Row } from "../bench.ts";

/** How often each figure is measured; fewer where somebody only looks (`LOA_BENCH_RUNS`). */
export const RUNS = Number(process.env.LOA_BENCH_RUNS ?? 5);

/** The size of a fleet; another one (`LOA_BENCH_STATIONS`) is said in the table. */
export const stationsOr = (count: number): number => Number(process.env.LOA_BENCH_STATIONS ?? count);

/** A row whose median is to stay at or below a bar; without one it is only shown. */
export function atMost(
  measure: string,
  unit: string,
  values: readonly number[],
  bar?: number,
  note?: string,
): Row {
  const median = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return {
    ...{ measure, unit, values },
    ...(bar !== undefined && { bar: `≤ ${bar}`, reached: median <= bar }),
    ...(note !== undefined && { note }),
  };
}

/** Resolves after a while. */
export const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
