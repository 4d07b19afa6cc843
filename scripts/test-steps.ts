import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** How many checks held and how many did not. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** The part of vitest's JSON report that is counted. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly Outcome[] }[];
}

interface Outcome {
  readonly status: string;
}

/** Projects whose files may run beside each other. */
const TOGETHER: ReadonlySet<string> = new Set(["unit", "robustness"]);

const ROOT = path.resolve(import.meta.dirname, "..");

/** Runs a tool that answers by its exit code; it counts as one check. */
export async function runTool(title: string, args: string[]): Promise<Tally> {
  process.stdout.write(`\n── ${title}\n`);
  return (await run(args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs one vitest project, real-time ones a file at a time; `reportFile` takes its JSON report. A project without test files counts nothing. */
export async function runProject(name: string, reportFile: string): Promise<Tally> {
  process.stdout.write(`\n── ${name} tests\n`);
  const exitCode = await run([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    name,
    "--passWithNoTests",
    ...(TOGETHER.has(name) ? [] : ["--no-file-parallelism"]),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reportFile}`,
  ]);
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, "utf8")) : undefined;
  return tally(report, exitCode);
}

/**
 * Counts a vitest run. A file that failed outside its tests (it does not load, a hook fails) counts as one failure, and so
 * does a run that failed with no test to blame (an unhandled rejection, a crash).
 */
export function tally(report: Report | undefined, exitCode: number | null): Tally {
  const files = report?.testResults ?? [];
  const blameless = ({ assertionResults }: Report["testResults"][number]) =>
    assertionResults.every(({ status }) => status !== "failed");
  const brokenFiles = files.filter((file) => file.status === "failed" && blameless(file)).length;
  const failed = (report?.numFailedTests ?? 0) + brokenFiles;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
  };
}

/** Exit code of a Node program run from the root; null when a signal ended it. A signal to us ends it, then us. */
function run(args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
  const end = (signal: NodeJS.Signals) => {
    child.once("exit", () => process.exit(1));
    child.kill(signal);
  };
  process.once("SIGTERM", end).once("SIGINT", end);
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("error", () => resolve(null));
  child.once("exit", (code) => {
    process.off("SIGTERM", end).off("SIGINT", end);
    resolve(code);
  });
  return promise;
}
