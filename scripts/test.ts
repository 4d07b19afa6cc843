import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProject, runTool, type Tally } from "./test-steps.ts";

const PROJECTS = ["unit", "realtime", "conformance", "scenarios", "robustness", "browser"];
const LINT = ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."];
const TYPES = ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PROJECTS.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(", ")}; there are ${PROJECTS.join(", ")}\n`);
  process.exit(2);
}

const folder = mkdtempSync(path.join(tmpdir(), "loa-test-"));
const projects: Tally[] = [];
const tools = [await runTool("format and lint", LINT), await runTool("types", TYPES)];
for (const name of PROJECTS)
  if (wanted.length === 0 || wanted.includes(name))
    projects.push(await runProject(name, path.join(folder, `${name}.json`)));
rmSync(folder, { recursive: true });

const sum = (tallies: Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failed: tallies.reduce((total, { failed }) => total + failed, 0),
});
const tests = sum(projects);
for (const failure of [...tools, ...projects].flatMap(({ failures }) => failures ?? []))
  process.stdout.write(`\n✗ ${failure}\n`);
const none = tests.passed + tests.failed === 0;
if (none) process.stdout.write("no test ran\n");
const total = sum([...tools, tests, { passed: 0, failed: none ? 1 : 0 }]);
process.exitCode = total.failed > 0 ? 1 : 0;
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
