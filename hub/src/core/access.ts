import { LoaError } from "@loa/kernel/errors";
import type { Role } from "@loa/protocol/http/session";
import type { AreaId } from "@loa/protocol/identity";
import type { Actor } from "../ports.ts";

/** Everything a person can be allowed to do. */
export const ACTIONS = [
  "area.read",
  "area.manage",
  "station.read",
  "station.manage",
  "station.maintain",
  "station.enrol",
  "announcement.read",
  "announcement.write",
  "announcement.approve",
  "schedule.read",
  "schedule.write",
  "broadcast.read",
  "broadcast.stop",
  "alert.read",
  "alert.send",
  "live.read",
  "live.speak",
  "user.manage",
  "audit.read",
] as const;
export type Action = (typeof ACTIONS)[number];

const READ: readonly Action[] = [
  "area.read",
  "station.read",
  "announcement.read",
  "schedule.read",
  "broadcast.read",
  "alert.read",
  "live.read",
];
const STAFF: readonly Action[] = [
  ...READ,
  "announcement.write",
  "schedule.write",
  "broadcast.stop",
  "live.speak",
];

/** What each role may do within its area and all below it. */
export const RIGHTS: Readonly<Record<Role, ReadonlySet<Action>>> = {
  staff: new Set(STAFF),
  approver: new Set<Action>([...STAFF, "announcement.approve"]),
  operator: new Set<Action>([...STAFF, "announcement.approve", "station.maintain", "alert.send"]),
  technician: new Set<Action>([...READ, "broadcast.stop", "station.maintain", "station.enrol"]),
  admin: new Set(ACTIONS),
  auditor: new Set<Action>([...READ, "audit.read"]),
};

/** Whether the actor's area is one of `areaPath` (root first): the rule of scope. */
export function covers(actor: Pick<Actor, "areaId">, areaPath: readonly AreaId[]): boolean {
  return areaPath.includes(actor.areaId);
}

/** Whether the actor may do `action` to something in the area at the end of `areaPath` (root first). */
export function may(
  actor: Pick<Actor, "role" | "areaId">,
  action: Action,
  areaPath: readonly AreaId[],
): boolean {
  return RIGHTS[actor.role].has(action) && covers(actor, areaPath);
}

/**
 * Lets the actor pass or refuses.
 * @throws NOT_FOUND when the thing is out of the actor's sight, so that ids cannot be guessed; FORBIDDEN when the role does not allow it.
 */
export function demand(actor: Actor, action: Action, areaPath: readonly AreaId[]): void {
  if (!covers(actor, areaPath)) throw new LoaError("NOT_FOUND", "there is nothing of this id in your area");
  if (!RIGHTS[actor.role].has(action))
    throw new LoaError("FORBIDDEN", `the role ${actor.role} does not allow this`, { action });
}
