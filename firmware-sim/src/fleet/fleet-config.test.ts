import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFleetConfig } from "./fleet-config.ts";

const PLACE = { data: "/data", port: 0 };
const read = (args: string[], env: Record<string, string> = {}) => readFleetConfig(args, env, PLACE);

test("a fleet needs its size alone; every message is verified and no audio fetched", () => {
  expect(read(["--fleet", "500"])).toEqual({
    ...{ count: 500, data: "/data", port: 0, workers: 1, verify: 1, assets: 0 },
    ...{ rampMs: 5_000, desk: null, script: [], seconds: null },
  });
});

test("there is a process for every 2,500 stations, or as many as one asks for", () => {
  expect(read(["--fleet", "5001"]).workers).toBe(3);
  expect(read(["--fleet", "5001", "--workers", "2"]).workers).toBe(2);
});

test("the hub's desk is reached with the account of the environment", () => {
  const desk = { url: "http://127.0.0.1:8080", username: "admin", password: "p" };
  expect(read(["--fleet", "1"], { LOA_PASSWORD: "p" }).desk).toEqual(desk);
  const env = { LOA_PASSWORD: "p", LOA_USERNAME: "lan", LOA_HUB_URL: "https://loa.vn" };
  expect(read(["--fleet", "1"], env).desk).toEqual({ url: "https://loa.vn", username: "lan", password: "p" });
});

test("steps come from the command line and a file, in the order of their times", () => {
  const folder = mkdtempSync(join(tmpdir(), "loa-fleet-"));
  const file = join(folder, "storm.yaml");
  writeFileSync(file, "- {at: 20s, do: mute, share: 5%}\n- {at: 1s, do: lag, lag: 500ms}\n");
  const { script } = read([
    "--fleet",
    "9",
    "--at",
    "10s:drop:10%",
    "--script",
    file,
    "--at",
    "30s:reconnect",
  ]);
  expect(script.map(({ atMs, deed }) => `${atMs} ${deed.do}`)).toEqual([
    "1000 lag",
    "10000 drop",
    "20000 mute",
    "30000 reconnect",
  ]);
  writeFileSync(file, "- {at: 20s, do: explode}\n");
  expect(() => read(["--fleet", "9", "--script", file])).toThrow(/storm\.yaml.*explode/);
  rmSync(folder, { recursive: true });
});

test.each([
  [["--fleet", "0"], "--fleet"],
  [["--fleet", "many"], "many"],
  [["--fleet", "5", "--verify", "2"], '"2"'],
  [["--fleet", "5", "--workers", "0"], "--workers"],
  [["--fleet", "5", "--what"], "--what"],
  [["--fleet", "5", "--at", "soon:drop"], "soon"],
  [["--fleet", "5", "--script", "/nowhere.yaml"], "/nowhere.yaml"],
])("%j is refused, naming %s", (args, named) => {
  expect(() => read(args)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(named) }),
  );
});
