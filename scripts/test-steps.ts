import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** How many checks held and how many did not, and what those said. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly failures?: readonly string[];
}

/** The part of vitest's JSON report that is counted. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly TestedFile[];
}

interface TestedFile {
  readonly name?: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly Outcome[];
}

interface Outcome {
  readonly status: string;
  readonly fullName?: string;
  readonly failureMessages?: readonly string[];
}

/** Of one failure, in the list at the end of a run. */
const MESSAGE_LINES = 12;

const ROOT = path.resolve(import.meta.dirname, "..");

/** Runs a tool that answers by its exit code; it counts as one check. */
export async function runTool(title: string, args: string[]): Promise<Tally> {
  process.stdout.write(`\n── ${title}\n`);
  return (await run(args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, failures: [title] };
}

/** Runs one vitest project; `reportFile` takes its JSON report. A project without test files counts nothing. */
export async function runProject(name: string, reportFile: string): Promise<Tally> {
  process.stdout.write(`\n── ${name} tests\n`);
  const exitCode = await run([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    name,
    "--passWithNoTests",
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
  const broken = files.filter((file) => file.status === "failed" && failedTests(file).length === 0);
  const counted = (report?.numFailedTests ?? 0) + broken.length;
  const blameless = counted === 0 && exitCode !== 0;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: blameless ? 1 : counted,
    failures: blameless ? [`no test failed, but the run ended with ${exitCode}`] : files.flatMap(failuresOf),
  };
}

function failedTests({ assertionResults }: TestedFile): Outcome[] {
  return assertionResults.filter(({ status }) => status === "failed");
}

function failuresOf(file: TestedFile): string[] {
  const name = path.relative(ROOT, file.name ?? "");
  const tests = failedTests(file).map(
    ({ fullName, failureMessages }) => `${name} › ${fullName}\n${shortened(failureMessages?.join("\n"))}`,
  );
  if (tests.length > 0) return tests;
  return file.status === "failed" ? [`${name}\n${shortened(file.message)}`] : [];
}

function shortened(message = ""): string {
  return message.split("\n").slice(0, MESSAGE_LINES).join("\n");
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
