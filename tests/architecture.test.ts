import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, type Source, violations } from "../scripts/architecture.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
const SKIPPED = new Set(["node_modules", "dist", ".git", "data", "coverage"]);

const sources = (): Source[] =>
  globSync("**/*.ts", { cwd: ROOT, exclude: (name) => SKIPPED.has(path.basename(name)) }).map((file) => ({
    path: file,
    text: readFileSync(path.join(ROOT, file), "utf8"),
  }));

test("the tree keeps to the architecture", () => {
  const found = sources();
  expect(found.map((source) => source.path)).toContain("kernel/src/clock.ts");
  expect(violations(found)).toEqual([]);
});

const faults = (file: string, text: string) => violations([{ path: file, text }]);

describe("the checker refuses", () => {
  test.each([
    ["a kernel that imports a part", "kernel/src/a.ts", `import { Plan } from "@loa/protocol/plan";`],
    ["a kernel that imports Node", "kernel/src/a.ts", `import fs from "node:fs";`],
    ["a part that imports another", "controller/src/link/a.ts", `import type { A } from "@loa/hub/a";`],
    ["a part that imports the tests", "hub/src/a.ts", `import { rig } from "@loa/tests/rig";`],
    ["a re-export of another part", "hub/src/a.ts", `export * from "@loa/controller/a";`],
    ["a dynamic import of another part", "hub/src/a.ts", `await import("@loa/dashboard/a");`],
    ["a simulator that knows the protocol", "firmware-sim/src/a.ts", `import { A } from "@loa/protocol/a";`],
    ["a relative path out of a part", "hub/src/a.ts", `import { a } from "../../controller/src/a.ts";`],
    [
      "a relative path of many lines",
      "hub/src/a.ts",
      `import {\n  a,\n  type B,\n} from "../../kernel/src/a.ts";`,
    ],
    ["a core that imports Node", "hub/src/core/a.ts", `import { readFile } from "fs/promises";`],
    ["a core that imports a third party", "hub/src/core/a.ts", `import { Type } from "typebox";`],
    ["a core that imports its shell", "hub/src/core/a.ts", `import { a } from "../store/a.ts";`],
    ["a core that imports code beside types", "hub/src/core/a.ts", `import { a } from "../ports.ts";`],
    ["a core that draws ids", "hub/src/core/a.ts", `import { newId } from "@loa/kernel/ids";`],
    ["a core deep in a folder", "hub/src/alert/core/a.ts", `import "node:os";`],
    ["a core that asks the time", "hub/src/core/a.ts", "const now = Date.now();"],
    ["a core that takes today's date", "hub/src/core/a.ts", "const now = new Date();"],
    ["a core that draws lots", "hub/src/core/a.ts", "const chance = Math.random();"],
    ["a core that waits", "hub/src/core/a.ts", "setTimeout(run, 1);"],
    ["a third party outside the adapters", "hub/src/a.ts", `import { fastify } from "fastify";`],
    ["YAML outside the configuration", "hub/src/hub.ts", `import { parse } from "yaml";`],
    ["Node in the dashboard", "dashboard/src/a.ts", `import { createHash } from "node:crypto";`],
    ["a clock of the system within a part", "hub/src/http/a.ts", "const clock = new SystemClock();"],
    ["an import of a composition root", "hub/src/http/a.ts", `import { hub } from "../main.ts";`],
    ["a default export", "hub/src/http/a.ts", "export default 1;"],
    ["a vague name", "hub/src/http/string-utils.ts", ""],
    ["a long file without a reason", "hub/src/http/a.ts", "\n".repeat(401)],
    ["a folder that is no part", "lib/src/a.ts", ""],
  ])("%s", (_case, file, text) => expect(faults(file, text)).toHaveLength(1));

  test("a protocol module that needs Node, in the dashboard", () => {
    const wants = { path: "dashboard/src/a.ts", text: `import { wrap } from "@loa/protocol/b";` };
    const middle = { path: "protocol/src/b.ts", text: `import { mac } from "./c.ts";` };
    const needs = { path: "protocol/src/c.ts", text: `import { createHmac } from "node:crypto";` };
    expect(violations([wants, middle, needs])).toEqual([
      "dashboard/src/a.ts imports @loa/protocol/b, which needs Node",
    ]);
    expect(
      violations([{ ...wants, text: `import type { A } from "@loa/protocol/b";` }, middle, needs]),
    ).toEqual([]);
  });
});

describe("the checker allows", () => {
  test.each([
    ["kernel and protocol in a core", "hub/src/core/a.ts", `import { hours } from "@loa/kernel/units";`],
    ["types of the ports in a core", "hub/src/core/a.ts", `import type { A } from "../ports.ts";`],
    ["its own core in a core", "hub/src/core/a.ts", `import { b } from "./b.ts";`],
    ["the types of schemas in a core", "hub/src/core/a.ts", `import type { Static } from "typebox";`],
    [
      "schedules to use the recurrence library",
      "hub/src/schedule/a.ts",
      `import { R } from "rrule-temporal";`,
    ],
    ["what tests share within a part to import third parties", "hub/src/testing/a.ts", `import "fastify";`],
    ["a date of an instant in a core", "hub/src/core/a.ts", "const date = new Date(now);"],
    ["talk of time in comments", "hub/src/core/a.ts", "// never Date.now\n/* setTimeout */\n"],
    ["tests of a core to import Node", "hub/src/core/a.test.ts", `import os from "node:os";`],
    ["third parties in an adapter", "hub/src/broker/a.ts", `import { Aedes } from "aedes";`],
    ["third parties in a composition root", "hub/src/main.ts", `import { pino } from "pino";`],
    ["a clock in an entry file", "controller/src/audio/engine-process.ts", "new SystemClock();"],
    ["the fleet to know the protocol", "firmware-sim/src/fleet.ts", `import { A } from "@loa/protocol/a";`],
    ["tests to import every part", "tests/scenarios/a.test.ts", `import { a } from "@loa/hub/a";`],
    ["a long file with a reason", "hub/src/http/a.ts", `// long because: a table\n${"\n".repeat(401)}`],
    ["a configuration to export a default", "dashboard/vite.config.ts", "export default {};"],
  ])("%s", (_case, file, text) => expect(faults(file, text)).toEqual([]));
});

test("imports are found in every form, and not in comments or templates", () => {
  const text = [
    `import a, { b } from "a";`,
    `import type { C } from "c";`,
    `import "d";`,
    `export { e } from "e";`,
    `type F = import("f").F;`,
    `const address = "https://example.org"; // import "g";`,
    "const template = `import 'h';`;",
    `export const from = "i";`,
  ].join("\n");
  expect(importsOf(text).map(({ from }) => from)).toEqual(["a", "c", "d", "e", "f"]);
});
