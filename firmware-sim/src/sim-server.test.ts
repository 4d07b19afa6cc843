import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@loa/kernel/log";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SimServer } from "./sim-server.ts";
import { Station } from "./station.ts";

let folder: string;
let station: Station;
let server: SimServer;
let base: string;
let now: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "loa-sim-"));
  now = Date.UTC(2026, 0, 1);
  station = new Station(
    { stationId: "tram-01", zones: [{ id: "z1", horns: 4 }] },
    { data: folder, log: silentLog, now: () => now, chance: () => 0.5 },
  );
  await station.start();
  server = new SimServer([station], silentLog);
  base = await server.listen(0);
});

afterEach(async () => {
  await server.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${base}${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, type: response.headers.get("content-type"), body: await response.json() };
}

test("the list tells the truth of every station", async () => {
  const { status, body } = await ask("GET", "/stations");
  expect(status).toBe(200);
  expect(body.items).toMatchObject([
    {
      stationId: "tram-01",
      plugged: true,
      amplifier: "off",
      zones: [{ id: "z1", closed: false }],
      faults: [],
    },
  ]);
});

test("an injected fault shows in the readings until it is cleared", async () => {
  const { status, body } = await ask("POST", "/stations/tram-01/faults", { code: "MAINS_LOST" });
  expect([status, body.readings.mainsVolts, body.faults]).toEqual([201, 0, [{ code: "MAINS_LOST" }]]);
  const cleared = await ask("DELETE", "/stations/tram-01/faults");
  expect([cleared.body.readings.mainsVolts, cleared.body.faults]).toEqual([230, []]);
});

test("unplugging takes the terminal away, replugging brings another", async () => {
  expect((await ask("POST", "/stations/tram-01/unplug")).body).toMatchObject({ plugged: false, pts: null });
  expect((await ask("POST", "/stations/tram-01/replug")).body).toMatchObject({ plugged: true });
});

test("events are told from a time on", async () => {
  await ask("POST", "/stations/tram-01/reset");
  const since = now;
  now += 5;
  await ask("POST", "/stations/tram-01/button");
  const { body } = await ask("GET", `/stations/tram-01/events?since=${since}`);
  expect(body.items).toMatchObject([{ at: now, type: "button", pressed: true }]);
});

test.each<[string, string, string, unknown, number, string]>([
  [
    "a fault that is not offered",
    "POST",
    "/stations/tram-01/faults",
    { code: "EARTHQUAKE" },
    400,
    "BAD_REQUEST",
  ],
  ["a button held for no time", "POST", "/stations/tram-01/button?ms=0", undefined, 400, "BAD_REQUEST"],
  ["a fault without its zone", "POST", "/stations/tram-01/faults", { code: "LINE_OPEN" }, 400, "BAD_REQUEST"],
  [
    "a zone that is not there",
    "POST",
    "/stations/tram-01/faults",
    { code: "LINE_OPEN", zone: "z9" },
    400,
    "BAD_REQUEST",
  ],
  ["a body that is no JSON", "POST", "/stations/tram-01/faults", "{", 400, "BAD_REQUEST"],
  ["a body that is null", "POST", "/stations/tram-01/faults", null, 400, "BAD_REQUEST"],
  ["a huge body", "POST", "/stations/tram-01/faults", "x".repeat(100_000), 413, "PAYLOAD_TOO_LARGE"],
  ["a time that is no number", "GET", "/stations/tram-01/events?since=noon", undefined, 400, "BAD_REQUEST"],
  ["an unknown station", "GET", "/stations/nobody", undefined, 404, "NOT_FOUND"],
  ["an unknown action", "POST", "/stations/tram-01/explode", undefined, 404, "NOT_FOUND"],
])("%s is answered with a problem", async (_name, method, path, body, status, code) => {
  const answer = await ask(method, path, body);
  expect(answer).toMatchObject({ status, type: "application/problem+json", body: { status, code } });
});
