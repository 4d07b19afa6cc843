import { EnrolmentLabel } from "@loa/protocol/enrolment";
import { check } from "@loa/protocol/parse";
import { expect, test } from "vitest";
import { enrolmentCodeHash, newEnrolmentCode } from "./enrolment-code.ts";

test("a code fits the label, and no two are alike", () => {
  const codes = Array.from({ length: 200 }, newEnrolmentCode);
  expect(new Set(codes).size).toBe(200);
  for (const code of codes) check(EnrolmentLabel.properties.code, code, "code");
});

test("a code typed in capitals hashes alike, another does not", () => {
  const code = newEnrolmentCode();
  expect(enrolmentCodeHash(` ${code.toUpperCase()}`)).toBe(enrolmentCodeHash(code));
  expect(enrolmentCodeHash(newEnrolmentCode())).not.toBe(enrolmentCodeHash(code));
});
