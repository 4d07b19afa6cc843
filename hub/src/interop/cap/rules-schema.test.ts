import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { CapSettings } from "./rules-schema.ts";

const air = { verdict: "air", senders: ["bao@example.vn"], severity: ["Extreme"], urgency: ["Immediate"] };

test("by default every alert waits for a person", () => {
  const settings = Value.Default(CapSettings, {});
  expect(settings).toEqual({ rules: [], otherwise: "wait", geocodes: [], languages: ["vi", "en"] });
  expect(Value.Check(CapSettings, settings)).toBe(true);
});

test.each([
  ["a rule that airs what named senders say", { rules: [air] }, true],
  ["a rule that ignores what is minor", { rules: [{ verdict: "ignore", severity: ["Minor"] }] }, true],
  ["airing without naming senders", { rules: [{ ...air, senders: undefined }] }, false],
  ["airing for an empty list of senders", { rules: [{ ...air, senders: [] }] }, false],
  ["airing what no rule fits", { otherwise: "air" }, false],
  ["a word that CAP does not have", { rules: [{ ...air, severity: ["High"] }] }, false],
  ["a condition that does not exist", { rules: [{ ...air, colour: "red" }] }, false],
  ["a sender with a space", { rules: [{ ...air, senders: ["a b"] }] }, false],
  ["a geocode without an area", { geocodes: [{ valueName: "GSO", value: "1" }] }, false],
  ["a geocode with its area", { geocodes: [{ valueName: "GSO", value: "1", areaId: "a" }] }, true],
])("settings with %s: %j allowed %s", (_, given, allowed) => {
  const plain = JSON.parse(JSON.stringify(given));
  expect(Value.Check(CapSettings, Value.Default(CapSettings, plain))).toBe(allowed);
});
