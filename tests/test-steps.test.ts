import path from "node:path";
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
    expect(tally(given, exitCode)).toMatchObject({ passed, failed }),
  );

  test("and tells each failure by its file, its test and the first lines of what it said", () => {
    const said = ["expected 1 to be 2", ...Array.from({ length: 40 }, (_, line) => `    at line ${line}`)];
    const outcome = { status: "failed", fullName: "a siren ends", failureMessages: [said.join("\n")] };
    const name = path.resolve("tests/siren.test.ts");
    const given = report({ ...file("failed"), assertionResults: [outcome] });
    const { failures } = tally(
      { ...given, testResults: given.testResults.map((one) => ({ ...one, name })) },
      1,
    );
    expect(failures).toEqual([
      expect.stringMatching(/^tests\/siren\.test\.ts › a siren ends\nexpected 1 to be 2\n/),
    ]);
    expect(failures?.[0]?.split("\n").length).toBeLessThan(20);
  });

  test("and names a file that does not load", () => {
    const broken = { ...file("failed"), name: path.resolve("tests/horn.test.ts"), message: "no such module" };
    expect(tally(report(broken), 1).failures).toEqual(["tests/horn.test.ts\nno such module"]);
  });
});
