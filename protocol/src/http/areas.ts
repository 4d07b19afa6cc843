import { type Static, Type } from "typebox";
import { AreaId, Id, Instant } from "../identity.ts";
import { TimeEnvelope } from "../time-envelope.ts";

const Person = Type.Object({ id: Id, name: Type.String() });

/** Wider hours that wait: for a second person, or until `effectiveAt`, 24 h after that person confirmed. */
export const PendingEnvelope = Type.Object({
  envelope: Type.Union([TimeEnvelope, Type.Null()]),
  proposedBy: Person,
  proposedAt: Instant,
  confirmedBy: Type.Optional(Person),
  effectiveAt: Type.Optional(Instant),
});
export type PendingEnvelope = Static<typeof PendingEnvelope>;

/** A node of the tree. `path` runs from the root to the area itself. `envelope` null: the parent's holds. */
export const Area = Type.Object({
  id: AreaId,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  parentId: Type.Union([AreaId, Type.Null()]),
  path: Type.Array(AreaId),
  timeZone: Type.String(),
  envelope: Type.Union([TimeEnvelope, Type.Null()]),
  pendingEnvelope: Type.Optional(PendingEnvelope),
  stations: Type.Integer({ description: "stations in the area and all below it" }),
});
export type Area = Static<typeof Area>;

/** `POST /areas`, admins. An `envelope` wider than the one above waits as `pendingEnvelope`. */
export const CreateArea = Type.Object({
  id: AreaId,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  parentId: Type.Union([AreaId, Type.Null()]),
  timeZone: Type.Optional(Type.String()),
  envelope: Type.Optional(TimeEnvelope),
});
export type CreateArea = Static<typeof CreateArea>;

/**
 * `PATCH /areas/:id`, admins. `parentId` moves it with all below it. An `envelope` that is in any way wider than the one in force becomes
 * `pendingEnvelope` as a whole: another admin confirms it by `POST /areas/:id/envelope/confirm`, either takes it back by
 * `DELETE /areas/:id/envelope/proposal`. @throws AREA_CYCLE
 */
export const PatchArea = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  parentId: Type.Optional(AreaId),
  envelope: Type.Optional(Type.Union([TimeEnvelope, Type.Null()])),
});
export type PatchArea = Static<typeof PatchArea>;

/** `GET /areas`: the whole tree within the user's scope, parents before children. */
export const AreaList = Type.Object({ items: Type.Array(Area), next: Type.Null() });

/**
 * `POST /areas/:id/merge`, admins: `:id` goes up in `into`. Its stations, areas below, announcements, schedules and people move there,
 * and its id is never given again. Answers with `into` as it is now. @throws AREA_CYCLE
 */
export const MergeArea = Type.Object({
  into: AreaId,
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: "new name of `into`" })),
});
export type MergeArea = Static<typeof MergeArea>;

/** What became of an area. `from` and `to` hold names: areas that went up in others have no other trace. */
export const AreaEvent = Type.Object({
  at: Instant,
  by: Person,
  kind: Type.Enum(["created", "renamed", "moved", "merged", "absorbed", "removed"]),
  from: Type.Optional(Type.String({ description: "name or parent before" })),
  to: Type.Optional(Type.String({ description: "name, parent or merged area after" })),
});
export type AreaEvent = Static<typeof AreaEvent>;

/** `GET /areas/:id/history`, newest first. */
export const AreaHistory = Type.Object({ items: Type.Array(AreaEvent), next: Type.Null() });
