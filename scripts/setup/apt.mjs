import { spawnSync } from "node:child_process";

const WAIT_FOR_LOCK = ["-o", "DPkg::Lock::Timeout=120"];

/** Whether this account may install Debian packages without being asked for a password. */
export function aptUsable() {
  if (!succeeds("apt-get", ["--version"])) return false;
  return process.getuid() === 0 || succeeds("sudo", ["-n", "true"]);
}

/**
 * Installs, in one go, the first package that exists of each list of alternatives; tries a second time when that fails.
 * Returns what apt said last.
 */
export function aptInstall(alternatives) {
  let output = "";
  for (let attempt = 0; attempt < 2; attempt++) {
    apt(["update", "-q"]);
    const packages = alternatives.map((names) => names.find(exists)).filter(Boolean);
    if (packages.length === 0) return "apt knows none of these packages";
    const result = apt(["install", "-y", "-q", "--no-install-recommends", ...packages]);
    output = `${result.stdout}\n${result.stderr}`;
    if (result.status === 0) break;
  }
  return output;
}

function exists(name) {
  const { status, stdout } = spawnSync("apt-cache", ["policy", name], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return status === 0 && /Candidate: (?!\(none\))/.test(stdout);
}

function apt(args) {
  const command = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", ...WAIT_FOR_LOCK, ...args];
  const [program, ...rest] = process.getuid() === 0 ? command : ["sudo", "-n", ...command];
  return spawnSync(program, rest, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

function succeeds(program, args) {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}
