import type { AlertKind } from "@loa/protocol/alert";
import type { CapPlan } from "./cap-plan.ts";
import type { CapRecord } from "./cap-record.ts";

/** How many persons here stand behind an actual alert: one of this hub's own, one of another system. */
export interface ConfirmationRules {
  readonly confirmation: "off" | "second-person";
  /** The author of what comes from another system is elsewhere, so one person here may suffice. */
  readonly capConfirmation: "one-person" | "second-person";
}

interface Person {
  readonly id: string;
  readonly name: string;
}

/**
 * Persons that it takes to send a message that waits. What somebody posted by hand is theirs, as any alert that they write: they are one
 * of the two.
 */
export function personsFor(
  kind: AlertKind,
  byHand: boolean,
  { confirmation, capConfirmation }: ConfirmationRules,
): 1 | 2 {
  const two = capConfirmation === "second-person" || (byHand && confirmation === "second-person");
  return kind === "actual" && two ? 2 : 1;
}

/** Whether somebody has had their say on a message already, so that another person must confirm it. */
export function hasSpoken(
  { author, confirmedBy = [] }: Pick<CapRecord, "author" | "confirmedBy">,
  kind: AlertKind,
  personId: string,
  rules: ConfirmationRules,
): boolean {
  const isAuthors = author?.id === personId && personsFor(kind, true, rules) === 2;
  return isAuthors || confirmedBy.some(({ id }) => id === personId);
}

/** How a message comes on air once it is in force: by its source's rule, because persons here said so, or only once they do. */
export interface CapAiring {
  readonly by: "rule" | "persons" | "nobody";
  /** The last who was needed; null without persons. */
  readonly confirmedBy: Person | null;
  /** Of two who are needed, the one who was there. */
  readonly takenUpBy: Person | null;
}

/** What a rule says never counts for what was posted by hand: whoever posts can write any sender. Pure. */
export function airingOf(
  { author, confirmedBy = [] }: Pick<CapRecord, "author" | "confirmedBy">,
  { kind, air }: Pick<CapPlan, "kind" | "air">,
  rules: ConfirmationRules,
): CapAiring {
  if (air && !author) return { by: "rule", confirmedBy: null, takenUpBy: null };
  const needed = author ? 1 : personsFor(kind, false, rules);
  const enough = confirmedBy.length >= needed;
  return {
    by: enough ? "persons" : "nobody",
    confirmedBy: enough ? (confirmedBy.at(-1) ?? null) : null,
    takenUpBy: enough ? null : (confirmedBy[0] ?? null),
  };
}
