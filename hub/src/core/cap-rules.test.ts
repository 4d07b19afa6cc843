import { describe, expect, test } from "vitest";
import { capAlert, capInfo } from "./cap-alert.fixture.ts";
import type { CapAlert, CapInfo } from "./cap-alert.ts";
import { ASK_A_PERSON, type CapRule, type CapRules, decide, kindOf } from "./cap-rules.ts";

const AIR: CapRule = { verdict: "air", senders: ["bao@example.vn"], severity: ["Extreme", "Severe"] };
const rules = (...all: readonly CapRule[]): CapRules => ({ rules: all, otherwise: "wait" });
const of = (info: Partial<CapInfo>, more: Partial<CapAlert> = {}) =>
  capAlert({ infos: [capInfo(info)], ...more });

test("without rules everything waits for a person", () => {
  expect(decide(capAlert(), ASK_A_PERSON)).toBe("wait");
});

describe("a rule", () => {
  test.each<[string, CapAlert, CapRule, string]>([
    ["airs what fits all of it", of({}), AIR, "air"],
    ["leaves another sender to a person", of({}, { sender: "x@y" }), AIR, "wait"],
    ["leaves another severity to a person", of({ severity: "Minor" }), AIR, "wait"],
    ["of urgency", of({ urgency: "Future" }), { ...AIR, urgency: ["Immediate"] }, "wait"],
    ["of certainty", of({ certainty: "Possible" }), { ...AIR, certainty: ["Observed", "Likely"] }, "wait"],
    [
      "of a category that one of several is",
      of({ category: ["Geo", "Met"] }),
      { ...AIR, category: ["Met"] },
      "air",
    ],
    ["of a category that none is", of({ category: ["Fire"] }), { ...AIR, category: ["Met"] }, "wait"],
    [
      "of an event code",
      of({ eventCode: [{ valueName: "SAME", value: "TSW" }] }),
      { ...AIR, eventCodes: [{ valueName: "SAME", value: "TSW" }] },
      "air",
    ],
    [
      "of an event code of another list",
      of({ eventCode: [{ valueName: "VN", value: "TSW" }] }),
      { ...AIR, eventCodes: [{ valueName: "SAME", value: "TSW" }] },
      "wait",
    ],
    ["without a status means actual alerts only", of({}, { status: "Exercise" }), AIR, "wait"],
    ["may mean exercises", of({}, { status: "Exercise" }), { ...AIR, status: ["Exercise"] }, "air"],
    ["may ignore", of({ severity: "Minor" }), { verdict: "ignore", severity: ["Minor"] }, "ignore"],
    ["without conditions fits every actual alert", of({}), { verdict: "ignore" }, "ignore"],
  ])("%s", (_, alert, rule, verdict) => {
    expect(decide(alert, rules(rule))).toBe(verdict);
  });
});

test("the first rule that fits decides", () => {
  const ignore: CapRule = { verdict: "ignore", category: ["Met"] };
  expect(decide(capAlert(), rules(ignore, AIR))).toBe("ignore");
  expect(decide(capAlert(), rules(AIR, ignore))).toBe("air");
});

test("of several info blocks the strongest verdict counts", () => {
  const infos = [capInfo({ severity: "Minor" }), capInfo({ severity: "Extreme" })];
  const minor: CapRule = { verdict: "ignore", severity: ["Minor"] };
  expect(decide(capAlert({ infos }), rules(minor, AIR))).toBe("air");
  expect(decide(capAlert({ infos }), rules(minor))).toBe("wait");
});

describe("whatever the rules say", () => {
  const all: CapRule = { ...AIR, status: ["Actual", "Draft", "System", "Test"] };
  test.each<[string, Partial<CapAlert>, string]>([
    ["a draft is ignored", { status: "Draft" }, "ignore"],
    ["a message between systems is ignored", { status: "System" }, "ignore"],
    ["a cancel needs no verdict", { msgType: "Cancel", infos: [] }, "ignore"],
    ["an acknowledgement is ignored", { msgType: "Ack" }, "ignore"],
    ["an alert that says nothing is ignored", { infos: [] }, "ignore"],
    ["what is not for the public waits", { scope: "Restricted" }, "wait"],
    ["what is for some people waits", { scope: "Private" }, "wait"],
  ])("%s", (_, more, verdict) => {
    expect(decide(capAlert(more), rules(all))).toBe(verdict);
  });
});

test("only an actual alert is heard as one, and drafts and messages between systems as nothing", () => {
  expect((["Actual", "Exercise", "Test", "System", "Draft"] as const).map(kindOf)).toEqual([
    ...["actual", "exercise", "test"],
    ...[null, null],
  ]);
});
