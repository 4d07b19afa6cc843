import { describe, expect, test } from "vitest";
import { type Report, tally } from "../scripts/test-steps.ts";

const file = (status: string, ...outcomes: string[]) => ({
  status,
  assertionResults: outcomes.map((outcome) => ({ status: outcome })),
});
const report = (...testResults: ReturnType<typeof file>[]): Report => {
  const count = (wanted: string) =>
    testResults.flatMap((one) => one.assertionResults).filter(({ status }) => status === wanted).length;
  return { numPassedTests: count("passed"), numFailedTests: count("failed"), testResults };
};

describe("a vitest run counts", () => {
  test.each([
    ["its tests", report(file("failed", "passed", "failed"), file("passed", "passed")), 1, 2, 1],
    ["a file that does not load as one failure", report(file("failed"), file("passed", "passed")), 1, 1, 1],
    ["a failed hook as one failure", report(file("failed", "passed", "skipped")), 1, 1, 1],
    ["a failure with no test to blame as one", report(file("passed", "passed")), 1, 1, 1],
    ["a crash without report as one failure", undefined, null, 0, 1],
    ["nothing where there are no tests", report(), 0, 0, 0],
  ])("%s", (_case, given, exitCode, passed, failed) =>
    expect(tally(given, exitCode)).toEqual({ passed, failed }),
  );
});
