import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fail, ROOT, say } from "./say.mjs";

const SOURCES = [
  "dashboard/build",
  "dashboard/index.html",
  "dashboard/package.json",
  "dashboard/public",
  "dashboard/src",
  "dashboard/vite.config.ts",
  "kernel/src",
  "package-lock.json",
  "protocol/src",
];
const STAMP = path.join(ROOT, "dashboard/dist/.sources");

/** Builds the dashboard when one of its sources changed since the last build. */
export function ensureDashboard() {
  if (!existsSync(path.join(ROOT, "dashboard/index.html"))) return say("no dashboard to build yet");
  const hash = hashOf(["scripts/setup/dashboard.mjs", ...SOURCES].map((source) => path.join(ROOT, source)));
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) return;
  say("building the dashboard");
  const { status, stdout, stderr } = spawnSync(
    path.join(ROOT, "node_modules/.bin/node"),
    ["node_modules/vite/bin/vite.js", "build", "dashboard"],
    // Tests run with another NODE_ENV, in which the build would not be the one that people get.
    { cwd: ROOT, encoding: "utf8", env: { ...process.env, NODE_ENV: "production" } },
  );
  if (status !== 0) fail("the dashboard does not build", `${stdout}\n${stderr}`);
  writeFileSync(STAMP, hash);
}

/** SHA-256 over names and contents of all files in `places`, tests left out; a place that is absent counts as empty. */
export function hashOf(places) {
  const hash = createHash("sha256");
  for (const file of places.flatMap(filesIn))
    hash.update(path.relative(ROOT, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function filesIn(place) {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  const names = readdirSync(place, { recursive: true }).sort();
  return names
    .filter((name) => !name.endsWith(".test.ts"))
    .map((name) => path.join(place, name))
    .filter((file) => statSync(file).isFile());
}
