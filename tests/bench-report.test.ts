import { expect, test } from "vitest";
import { renderTable, spread } from "../scripts/bench-report.ts";

test.each([
  ["an odd number of values", [3, 1, 2], { median: 2, min: 1, max: 3 }],
  ["an even number of values", [4, 1, 2, 3], { median: 2.5, min: 1, max: 4 }],
  ["one value", [7], { median: 7, min: 7, max: 7 }],
  ["no value", [], { median: Number.NaN, min: Number.NaN, max: Number.NaN }],
])("the spread of %s", (_case, values, expected) => expect(spread(values)).toEqual(expected));

test("the table is aligned and says what was reached, and why not", () => {
  const table = renderTable([
    { measure: "start p95", unit: "ms", values: [41.234, 40, 70], bar: "≤ 60", reached: true },
    {
      measure: "memory",
      unit: "MB",
      values: [1234.5],
      bar: "≤ 800",
      reached: false,
      note: "decoders are kept",
    },
    { measure: "peer", unit: "ms", values: [] },
  ]);
  expect(table.split("\n")).toEqual([
    "measure    median    min    max  unit  bar    reached",
    "─────────  ──────  ─────  ─────  ────  ─────  ───────",
    "start p95    41.2     40     70  ms    ≤ 60   yes",
    "memory      1,235  1,235  1,235  MB    ≤ 800  NO",
    "    decoders are kept",
    "peer            –      –      –  ms",
  ]);
});
