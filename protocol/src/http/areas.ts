import { type Static, Type } from "typebox";
import { AreaId } from "../identity.ts";
import { TimeEnvelope } from "../time-envelope.ts";

/** A node of the tree. `path` runs from the root to the area itself. `envelope` null: the parent's holds. */
export const Area = Type.Object({
  id: AreaId,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  parentId: Type.Union([AreaId, Type.Null()]),
  path: Type.Array(AreaId),
  timeZone: Type.String(),
  envelope: Type.Union([TimeEnvelope, Type.Null()]),
  stations: Type.Integer({ description: "stations in the area and all below it" }),
});
export type Area = Static<typeof Area>;

/** `POST /areas`, admins. */
export const CreateArea = Type.Object({
  id: AreaId,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  parentId: Type.Union([AreaId, Type.Null()]),
  timeZone: Type.Optional(Type.String()),
  envelope: Type.Optional(TimeEnvelope),
});
export type CreateArea = Static<typeof CreateArea>;

/** `PATCH /areas/:id`, admins. */
export const PatchArea = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  envelope: Type.Optional(Type.Union([TimeEnvelope, Type.Null()])),
});
export type PatchArea = Static<typeof PatchArea>;

/** `GET /areas`: the whole tree within the user's scope, parents before children. */
export const AreaList = Type.Object({ items: Type.Array(Area), next: Type.Null() });
