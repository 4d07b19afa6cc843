import { readFileSync } from "node:fs";
import path from "node:path";
import { ERROR_CODES } from "@loa/kernel/error-codes";
import { expect, test } from "vitest";

const page = readFileSync(path.join(import.meta.dirname, "../docs/errors.md"), "utf8");

test("docs/errors.md lists exactly the codes, in their order", () => {
  const listed = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(listed).toEqual(Object.keys(ERROR_CODES));
});

test.each(Object.entries(ERROR_CODES))("%s is documented as it is", (code, { status, retry, advice }) => {
  expect(page.split("\n")).toContain(`| \`${code}\` | ${status} | ${retry ? "yes" : "no"} | ${advice} |`);
});
