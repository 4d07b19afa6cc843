import type { AlertKind } from "@loa/protocol/alert";
import type { CapAlert, CapInfo, CapNamedValue, CapWord } from "./cap-alert.ts";

/** What becomes of an alert: it is aired at once, a person is asked, or it is only kept. */
export type CapVerdict = "air" | "wait" | "ignore";

/** What an alert must be for a rule to hold. What is left out does not matter, save `status`: then only Actual fits. */
export interface CapConditions {
  readonly senders?: readonly string[];
  readonly status?: readonly CapWord<"status">[];
  readonly urgency?: readonly CapWord<"urgency">[];
  readonly severity?: readonly CapWord<"severity">[];
  readonly certainty?: readonly CapWord<"certainty">[];
  readonly category?: readonly CapWord<"category">[];
  readonly eventCodes?: readonly CapNamedValue[];
}

/** A rule: under these conditions, this. */
export interface CapRule extends CapConditions {
  readonly verdict: CapVerdict;
}

/** The first rule that fits an info block decides about it; without any, `otherwise`. */
export interface CapRules {
  readonly rules: readonly CapRule[];
  readonly otherwise: CapVerdict;
}

/** Every alert waits for a person. */
export const ASK_A_PERSON: CapRules = { rules: [], otherwise: "wait" };

/** As what a message may be heard; null for drafts and for messages between systems, which are never heard. */
export function kindOf(status: CapWord<"status">): AlertKind | null {
  return KINDS[status];
}

const KINDS: Readonly<Record<CapWord<"status">, AlertKind | null>> = {
  Actual: "actual",
  Exercise: "exercise",
  Test: "test",
  System: null,
  Draft: null,
};

/**
 * What becomes of an alert that came into force: the strongest verdict over its info blocks. Drafts, system messages, and what says
 * nothing are ignored whatever the rules say; what is not for the public never goes on air unasked. Ends (Cancel, Update, expiry) need
 * no verdict: they follow from `receiveCap` alone.
 */
export function decide(alert: CapAlert, rules: CapRules): CapVerdict {
  const saysSomething = alert.msgType === "Alert" || alert.msgType === "Update";
  if (kindOf(alert.status) === null || !saysSomething || alert.infos.length === 0) return "ignore";
  const verdicts = alert.infos.map((info) => verdictOn(alert, info, rules));
  const strongest = STRONGEST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? "wait";
  return strongest === "air" && alert.scope !== "Public" ? "wait" : strongest;
}

const STRONGEST_FIRST: readonly CapVerdict[] = ["air", "wait", "ignore"];

function verdictOn(alert: CapAlert, info: CapInfo, { rules, otherwise }: CapRules): CapVerdict {
  return rules.find((rule) => fits(alert, info, rule))?.verdict ?? otherwise;
}

function fits(alert: CapAlert, info: CapInfo, rule: CapRule): boolean {
  const { status = ["Actual"], senders, urgency, severity, certainty, category, eventCodes } = rule;
  return (
    status.includes(alert.status) &&
    (senders?.includes(alert.sender) ?? true) &&
    (urgency?.includes(info.urgency) ?? true) &&
    (severity?.includes(info.severity) ?? true) &&
    (certainty?.includes(info.certainty) ?? true) &&
    (category?.some((one) => info.category.includes(one)) ?? true) &&
    (eventCodes?.some((one) => info.eventCode.some((code) => isSame(code, one))) ?? true)
  );
}

const isSame = (a: CapNamedValue, b: CapNamedValue) => a.valueName === b.valueName && a.value === b.value;
