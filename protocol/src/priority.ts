import { type Static, Type } from "typebox";

/** Named levels, highest first. Source: docs/glossary.md */
export const PRIORITIES = ["emergency", "urgent", "live", "scheduled", "relay", "test"] as const;

/** One of the named levels. */
export const Priority = Type.Enum([...PRIORITIES], {
  description: "emergency > urgent > live > scheduled > relay > test",
});
export type Priority = Static<typeof Priority>;

/** Whether `a` takes over from `b`. Equals do not outrank each other. */
export function outranks(a: Priority, b: Priority): boolean {
  return PRIORITIES.indexOf(a) < PRIORITIES.indexOf(b);
}
