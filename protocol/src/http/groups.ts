import { type Static, Type } from "typebox";
import { AreaId, Id, Instant } from "../identity.ts";
import { CircleTarget, PolygonTarget } from "./alerts.ts";
import { Target } from "./schedules.ts";

/** What a group may hold: everything but groups. */
export const GroupMember = Type.Union([Target, CircleTarget, PolygonTarget]);
export type GroupMember = Static<typeof GroupMember>;

/** Targets under a name, e.g. the stations below a dam; for alerts and live speech. Seen and used within its area and above. */
export const Group = Type.Object({
  id: Id,
  name: Type.String(),
  areaId: AreaId,
  targets: Type.Array(GroupMember),
  stations: Type.Integer({ description: "how many it reaches now" }),
  updatedAt: Instant,
});
export type Group = Static<typeof Group>;

const Name = Type.String({ minLength: 1, maxLength: 80 });
const Members = Type.Array(GroupMember, { minItems: 1, maxItems: 500 });

/** `POST /groups`; it belongs to the deepest area that holds all it reaches. @throws NO_TARGETS · NOT_FOUND · FORBIDDEN */
export const CreateGroup = Type.Object({ name: Name, targets: Members });
export type CreateGroup = Static<typeof CreateGroup>;

/** `PATCH /groups/:id`. @throws as creating */
export const UpdateGroup = Type.Partial(CreateGroup);
export type UpdateGroup = Static<typeof UpdateGroup>;

/** `GET /groups`, by name; not paged: people name few. `DELETE /groups/:id` answers 204. */
export const GroupList = Type.Object({ items: Type.Array(Group), next: Type.Null() });
export type GroupList = Static<typeof GroupList>;
