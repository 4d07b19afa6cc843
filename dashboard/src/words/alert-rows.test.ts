import type { AlertStation, AlertStationState } from "@loa/protocol/http/alerts";
import { expect, test } from "vitest";
import { AlertRows, readEveryMs, STATE_ORDER } from "./alert-rows.ts";

const row = (name: string, state: AlertStationState, code?: string): AlertStation => ({
  ...{ stationId: `id-${name}`, name, areaId: "vinh", state },
  ...(code !== undefined && { code }),
});
const ROWS = [
  row("Cụm 10", "done"),
  row("Cụm 2", "done"),
  row("Đình", "sent"),
  row("Chợ", "sent", "SIGNATURE_INVALID"),
  row("Trường", "failed", "LOCKED_OUT"),
  row("Ga", "unreachable"),
  row("Bến", "sounding"),
];
const areaName = () => "Thành phố Vinh";

test("failures come first, then who has not answered, then by name as people count", () => {
  const names = new AlertRows().sorted(ROWS).map(({ name }) => name);
  expect(names).toEqual(["Trường", "Ga", "Chợ", "Đình", "Bến", "Cụm 2", "Cụm 10"]);
});

test("every state has its place", () => {
  const all = STATE_ORDER.map((state) => row(state, state));
  expect(new AlertRows().sorted(all.toReversed())).toEqual(all);
});

test("a new state moves a row, and a new station is taken in", () => {
  const rows = new AlertRows();
  rows.sorted(ROWS);
  const next = [...ROWS.slice(1), row("Cụm 10", "failed"), row("An", "done")];
  expect(
    rows
      .sorted(next)
      .map(({ name }) => name)
      .slice(0, 2),
  ).toEqual(["Cụm 10", "Trường"]);
  expect(rows.sorted(next)).toHaveLength(next.length);
});

test.each([
  ["dinh", [], "Đình"],
  ["CỤM", [], "Cụm 2,Cụm 10"],
  ["vinh", ["failed"], "Trường"],
  ["", ["failed", "unreachable"], "Trường,Ga"],
  ["không có", [], ""],
])("“%s” of %s finds %s", (words, states, names) => {
  const rows = new AlertRows();
  const found = rows.filtered(rows.sorted(ROWS), new Set(states as AlertStationState[]), words, areaName);
  expect(found.map(({ name }) => name).join()).toBe(names);
});

test.each([
  [8, 1_000],
  [3_000, 3_000],
  [50_000, 10_000],
])("%i stations are read every %i ms at most", (stations, ms) => {
  expect(readEveryMs(stations)).toBe(ms);
});
