import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LoaError } from "@loa/kernel/errors";
import { ManualClock } from "@loa/kernel/manual-clock";
import { seconds } from "@loa/kernel/units";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Children } from "../scripts/children.ts";

const STAYS = "setInterval(() => {}, 60_000);";
const READY = `console.log(JSON.stringify({ event: "ready", http: process.env.ADDRESS ?? process.argv[2] }));`;
const STUBBORN = `process.on("SIGTERM", () => {});`;

let folder: string;
let clock: ManualClock;
let children: Children;
let unexpected: PromiseWithResolvers<LoaError>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "loa-children-"));
  clock = new ManualClock();
  unexpected = Promise.withResolvers();
  children = new Children({ clock, logFolder: folder, onUnexpectedEnd: unexpected.resolve });
});
afterEach(async () => {
  const ended = children.stop();
  await clock.advance(seconds(60));
  await ended;
  rmSync(folder, { recursive: true });
});

const program = (name: string, source: string, group = name) => {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return { name, group, file };
};

test("a child is ready when it prints its ready line, whatever it prints before", async () => {
  const hub = program("hub", `console.log("{ hello"); console.log('{"event":"starting"}'); ${READY}${STAYS}`);
  const ready = await children.start({ ...hub, args: ["http://here"] });
  expect(ready).toEqual({ event: "ready", http: "http://here" });
  expect(children.running).toEqual(["hub"]);
});

test("a child gets the variables it is given", async () => {
  const spec = { ...program("hub", READY + STAYS), env: { ADDRESS: "http://there" } };
  expect((await children.start(spec)).http).toBe("http://there");
});

test("all that a child prints is in its log", async () => {
  await children.start(program("hub", `console.error("to people"); ${READY}${STAYS}`));
  await children.stop();
  expect(readFileSync(path.join(folder, "hub.log"), "utf8")).toMatch(/to people/);
});

test("a child that ends before it is ready fails with what it said", async () => {
  const broken = program("hub", `console.error("the port is taken"); process.exitCode = 3;`);
  await expect(children.start(broken)).rejects.toThrow(/hub ended before.*exit code 3.*the port is taken/s);
});

test("a child that is not ready in time fails, and is still ended by stop", async () => {
  const start = children.start(program("hub", STAYS));
  const failed = expect(start).rejects.toThrow("hub was not ready within 60 s");
  await clock.advance(seconds(60));
  await failed;
  await children.stop();
  expect(children.running).toEqual([]);
});

test("a child that ends by itself is told with its last lines", async () => {
  await children.start(program("hub", `${READY} console.error("out of memory"); process.exitCode = 9;`));
  expect((await unexpected.promise).message).toMatch(/hub ended by itself \(exit code 9\).*out of memory/s);
});

test("children end in the reverse order of their groups", async () => {
  const says = (name: string) =>
    `import { appendFileSync } from "node:fs";
     process.on("SIGTERM", () => { appendFileSync("${folder}/order", "${name} "); process.exit(); });`;
  for (const name of ["hub", "sim", "station"])
    await children.start(program(name, says(name) + READY + STAYS));
  await children.stop();
  expect(readFileSync(path.join(folder, "order"), "utf8")).toBe("station sim hub ");
});

test("a child that does not end within 5 s is killed", async () => {
  await children.start(program("hub", STUBBORN + READY + STAYS));
  const ended = children.stop();
  await clock.advance(seconds(4.9));
  expect(children.running).toEqual(["hub"]);
  await clock.advance(seconds(0.1));
  await ended;
  expect(children.running).toEqual([]);
});

test("an end that was asked for is not unexpected, and nothing starts after it", async () => {
  await children.start(program("hub", READY + STAYS));
  await Promise.all([children.stop(), children.stop()]);
  unexpected.reject(new Error("silence"));
  await expect(unexpected.promise).rejects.toThrow("silence");
  await expect(children.start(program("sim", READY + STAYS))).rejects.toThrow("cannot start now");
});
