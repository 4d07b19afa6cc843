import type { Role } from "@loa/protocol/http/session";
import { user } from "./session.ts";

/** What somebody may want to do. The hub decides; this only keeps useless buttons off the page. */
export type Action =
  | "stop"
  | "author"
  | "approve"
  | "schedule"
  | "speak"
  | "alert"
  | "enrol"
  | "maintain"
  | "administer";

const ALLOWED: Record<Role, readonly Action[]> = {
  staff: ["stop", "author", "schedule", "speak"],
  approver: ["stop", "author", "approve", "schedule", "speak"],
  operator: ["stop", "author", "approve", "schedule", "speak", "alert", "maintain"],
  technician: ["stop", "enrol", "maintain"],
  admin: ["stop", "author", "approve", "schedule", "speak", "alert", "enrol", "maintain", "administer"],
  auditor: [],
};

/** Every role, from the desk of a commune upwards. */
export const ROLES = Object.keys(ALLOWED) as readonly Role[];

/** Whether a role has a use for the action. */
export const allows = (role: Role, action: Action): boolean => ALLOWED[role].includes(action);

/** Whether whoever is logged in has a use for the action. */
export function may(action: Action): boolean {
  const who = user.value;
  return who !== null && who !== undefined && allows(who.role, action);
}
