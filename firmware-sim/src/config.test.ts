import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "@loa/kernel/errors";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "./config.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loa-sim-"));
  file = join(folder, "stations.json");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const station = { stationId: "tram-01", zones: [{ id: "z1", horns: 4 }] };

function read(stations: unknown, env: Record<string, string> = {}, args: string[] = []) {
  writeFileSync(file, typeof stations === "string" ? stations : JSON.stringify(stations));
  return readConfig({ LOA_DATA: folder, LOA_SIM_STATIONS: file, ...env }, args);
}

function refusal(...args: Parameters<typeof read>): string {
  try {
    read(...args);
  } catch (error) {
    expect(codeOf(error)).toBe("CONFIG_INVALID");
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

test("the port is 8090 unless LOA_SIM_PORT says otherwise", () => {
  expect(read([station]).port).toBe(8090);
  expect(read([station], { LOA_SIM_PORT: "0" }).port).toBe(0);
});

test("the stations file on the command line wins", () => {
  expect(read([station], { LOA_SIM_STATIONS: "/nowhere" }, ["--stations", file]).stations).toEqual([station]);
});

test.each<[string, unknown, string[]]>([
  [
    "a horn count that is no number",
    [{ ...station, zones: [{ id: "z1", horns: "four" }] }],
    ["/0/zones/0/horns", "four", "integer"],
  ],
  ["an unknown key", [{ ...station, colour: "red" }], ["/0", "colour"]],
  ["a station id with capitals", [{ ...station, stationId: "Tram" }], ["/0/stationId", "Tram", "pattern"]],
  ["more zones than relays", [{ ...station, zones: Array(3).fill(station.zones[0]) }], ["/0/zones", "2"]],
  ["the same station twice", [station, station], ["/1/stationId", "tram-01"]],
  ["no JSON", "[", ["JSON"]],
])("%s is refused, naming file, key, value and what is allowed", (_name, stations, names) => {
  const message = refusal(stations);
  for (const part of [file, ...names]) expect(message).toContain(part);
});

test.each([
  ["LOA_SIM_PORT", "eighty"],
  ["LOA_SIM_PORT", "70000"],
  ["LOA_DATA", ""],
])("%s=%s is refused", (key, value) => {
  expect(refusal([station], { [key]: value })).toContain(key);
});
