import { describe, expect, test } from "vitest";
import { airingOf, hasSpoken, personsFor } from "./cap-confirmation.ts";

const [LAN, MINH, HOA] = ["Lan", "Minh", "Hoa"].map((name) => ({ id: name, name })) as [
  { id: string; name: string },
  { id: string; name: string },
  { id: string; name: string },
];
const ONE = { confirmation: "off", capConfirmation: "one-person" } as const;
const OWN_TWO = { confirmation: "second-person", capConfirmation: "one-person" } as const;
const CAP_TWO = { confirmation: "off", capConfirmation: "second-person" } as const;

test.each([
  ["actual", false, ONE, 1],
  ["actual", true, ONE, 1],
  ["actual", false, OWN_TWO, 1],
  ["actual", true, OWN_TWO, 2],
  ["actual", false, CAP_TWO, 2],
  ["actual", true, CAP_TWO, 2],
  ["exercise", true, CAP_TWO, 1],
  ["test", false, CAP_TWO, 1],
] as const)(
  "an alert of kind %s, posted by hand %s, under %j takes so many persons: %s",
  (kind, byHand, rules, n) => {
    expect(personsFor(kind, byHand, rules)).toBe(n);
  },
);

describe("an alert comes on air", () => {
  const aired = { kind: "actual", air: true } as const;
  const asked = { kind: "actual", air: false } as const;
  test.each([
    ["by the rule of its source", {}, aired, CAP_TWO, "rule", null, null],
    ["by no rule when it was posted by hand", { author: LAN }, aired, ONE, "nobody", null, null],
    ["not before anybody says so", {}, asked, ONE, "nobody", null, null],
    ["by one person", { confirmedBy: [MINH] }, asked, OWN_TWO, "persons", MINH, null],
    ["not by one of two", { confirmedBy: [MINH] }, asked, CAP_TWO, "nobody", null, MINH],
    ["by both", { confirmedBy: [MINH, HOA] }, asked, CAP_TWO, "persons", HOA, null],
    ["by one beside its author", { author: LAN, confirmedBy: [MINH] }, aired, OWN_TWO, "persons", MINH, null],
  ] as const)("%s", (_, record, plan, rules, by, confirmedBy, takenUpBy) => {
    expect(airingOf(record, plan, rules)).toEqual({ by, confirmedBy, takenUpBy });
  });
});

test.each([
  ["its author, where two are needed", { author: LAN }, "actual", LAN, OWN_TWO, true],
  ["its author, where one is enough", { author: LAN }, "actual", LAN, ONE, false],
  ["its author, of an exercise", { author: LAN }, "exercise", LAN, OWN_TWO, false],
  ["who confirmed it", { confirmedBy: [MINH] }, "actual", MINH, CAP_TWO, true],
  ["somebody else", { author: LAN, confirmedBy: [MINH] }, "actual", HOA, CAP_TWO, false],
] as const)("%s has had their say", (_, record, kind, person, rules, spoken) => {
  expect(hasSpoken(record, kind, person.id, rules)).toBe(spoken);
});
