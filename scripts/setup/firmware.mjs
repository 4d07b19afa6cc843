import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { ROOT, say } from "./say.mjs";

/**
 * StandardFirmata (LGPL) for the Arduino Uno, as compiled, from a package that is under the MIT licence. Only the tarball is
 * fetched: installing it would bring dozens of old dependencies. Nothing but the conformance tests runs it.
 */
const SOURCE = {
  spec: "avrgirl-arduino@5.0.1",
  integrity:
    "sha512-wF9wJhhRG6vDinBxTuFRR3iIaVDMjJfce2wW7JwmbXJquzoGu3HIK5SnvDqNplsi3hcOS+p+15m1z9kt3IwgdQ==",
  file: "package/junk/hex/uno/StandardFirmata.cpp.hex",
  fileSha256: "6d57ea7cf30e26c9c2f3a01ee37907d2c951f8bc9c27f84dddad12fa9c8b8f36",
};
const CACHE = path.join(ROOT, "node_modules/.cache/loa");
const FETCH_LIMIT_MS = 60_000;

/** Path of the firmware; fetches it where it is not there yet. Throws with npm's own words when it cannot be had. */
export function firmwareFile(cache = CACHE, source = SOURCE) {
  const kept = path.join(cache, path.basename(source.file));
  if (!existsSync(kept)) fetchFirmware(kept, cache, source);
  check("sha256", "hex", readFileSync(kept), source.fileSha256, kept);
  return kept;
}

/** Fetches the firmware ahead of the tests. Without it all other tests can still run, so this only says what is wrong. */
export function ensureFirmware() {
  try {
    firmwareFile();
  } catch (error) {
    say(error.message);
  }
}

function fetchFirmware(kept, cache, source) {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, "fetch-"));
  try {
    say(`fetching StandardFirmata (${source.spec})`);
    npmPack(source.spec, folder);
    const tarball = path.join(folder, `${source.spec.replace("@", "-")}.tgz`);
    const [algorithm, digest] = source.integrity.split(/-(.*)/s);
    check(algorithm, "base64", readFileSync(tarball), digest, source.spec);
    run("tar", ["-xzf", tarball, "-C", folder, source.file], source.spec);
    renameSync(path.join(folder, source.file), kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function npmPack(spec, folder) {
  const options = ["--ignore-scripts", "--loglevel=error", "--fetch-retry-mintimeout=1000"];
  run("npm", ["pack", spec, ...options, "--pack-destination", folder], spec);
}

function run(program, args, spec) {
  const { status, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: "utf8",
    timeout: FETCH_LIMIT_MS,
  });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim();
  throw new Error(
    `StandardFirmata cannot be had: ${program} failed on ${spec}. Is the npm registry reachable?\n${why}`,
  );
}

function check(algorithm, encoding, bytes, expected, what) {
  const found = createHash(algorithm).update(bytes).digest(encoding);
  if (found === expected) return;
  throw new Error(`${what} is not the expected firmware: ${algorithm} ${found} instead of ${expected}`);
}
