import type { Bench, Row } from "./bench.ts";
import { type Click, median, type TrialPlan, trial } from "./sync/trial.ts";

const RUNS = 5;
const STOP_AFTER = 42;
const PLAIN: TrialPlan = { seconds: 52, stopAfter: STOP_AFTER };
const JITTERED: TrialPlan = { seconds: 40, jitterMs: 40 };

/**
 * How far apart four stations sound the same click: real audio processes on one bus (tests/harness/pulse-rig.ts), onsets taken
 * from one recording. Seconds count from the first click, 30 s after the last station started. Deviations are of all
 * pairs; a missed click counts as 1,000 ms. Takes about fourteen minutes.
 */
export const sync: Bench = {
  name: "sync",
  async run(): Promise<Row[]> {
    const plain: Click[][] = [];
    const jittered: Click[][] = [];
    for (let run = 0; run < RUNS; run++) {
      plain.push(await trial(PLAIN));
      jittered.push(await trial(JITTERED));
    }
    return [
      ...spreadRows("within the first 10 s", plain, [0, 10], {}),
      ...spreadRows("after 10 s", plain, [10, STOP_AFTER], { p95: 0.4 }),
      ...spreadRows("after 30 s", plain, [30, STOP_AFTER], { p95: 0.1, max: 0.6 }),
      ...spreadRows("0–40 ms network jitter, after 10 s", jittered, [10, JITTERED.seconds], { p95: 1 }),
      row(
        "2nd click after a 300 ms stop",
        plain.map((clicks) => offAt(clicks, STOP_AFTER + 2)),
        1,
      ),
      row(
        "9th click after a 300 ms stop",
        plain.map((clicks) => offAt(clicks, STOP_AFTER + 9)),
        0.6,
      ),
    ];
  },
};

type Bars = Partial<Record<"p50" | "p95" | "max", number>>;

function spreadRows(what: string, runs: readonly Click[][], [from, to]: [number, number], bars: Bars): Row[] {
  const deviations = runs.map((clicks) => pairwise(clicks.slice(from, to)));
  return (["p50", "p95", "max"] as const).map((figure) =>
    row(
      `pairwise deviation ${figure} ${what}`,
      deviations.map((values) => figureOf(values, figure)),
      bars[figure],
    ),
  );
}

function row(measure: string, values: readonly number[], bar?: number): Row {
  return {
    measure,
    unit: "ms",
    values,
    ...(bar !== undefined && { bar: `≤ ${bar}`, reached: median(values) <= bar }),
  };
}

/** Deviations of all pairs of stations at all clicks, ms, ascending. */
function pairwise(clicks: readonly Click[]): number[] {
  return clicks
    .flatMap((click) => click.flatMap((one, i) => click.slice(i + 1).map((other) => apart(one, other))))
    .sort((a, b) => a - b);
}

const apart = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? 1_000 : Math.abs(one - other);

const SHARES = { p50: 0.5, p95: 0.95, max: 1 };

const figureOf = (sorted: readonly number[], figure: keyof typeof SHARES) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * SHARES[figure]))] ?? Number.NaN;

/** The stopped station against the median of the others. */
function offAt(clicks: readonly Click[], click: number): number {
  const [first, stopped, ...rest] = clicks[click] ?? [];
  const others = [first, ...rest].filter((onset) => onset !== undefined);
  return apart(stopped, others.length > 0 ? median(others) : undefined);
}
