import { arch, cpus, type as osType, release, totalmem } from "node:os";

/** One quantity as a bench measured it. Shape of tests/bench/bench.ts. */
export interface Measure {
  readonly measure: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly bar?: string;
  readonly reached?: boolean;
  readonly note?: string;
}

/** Middle and ends of the values; all NaN where there are none. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The rows as an aligned table, notes beneath the row they belong to. */
export function renderTable(rows: readonly Measure[]): string {
  const head = ["measure", "median", "min", "max", "unit", "bar", "reached"];
  const body = rows.map(cells);
  const widths = head.map((title, column) =>
    Math.max(...[title, ...body.map((row) => row[column] ?? "")].map((cell) => cell.length)),
  );
  const isNumber = (column: number) => column >= 1 && column <= 3;
  const align = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  const lines = rows.flatMap(({ note }, index) => {
    const line = align(body[index] ?? []);
    return note ? [line, `    ${note}`] : [line];
  });
  return [align(head), rule, ...lines].join("\n");
}

function cells({ measure, unit, values, bar = "", reached }: Measure): string[] {
  const { median, min, max } = spread(values);
  const verdict = reached === undefined ? "" : reached ? "yes" : "NO";
  return [measure, ...[median, min, max].map(short), unit, bar, verdict];
}

/** Three significant digits; whole numbers above 1,000. */
function short(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

/** On what the figures were measured. */
export function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 1e8) / 10,
    system: `${osType()} ${release()} ${arch()}`,
    node: process.version,
  };
}
