import { type Static, Type } from "typebox";
import { AreaId, Id } from "../identity.ts";

/** Roles; rights are scoped to the user's area and all below it. */
export const ROLES = ["staff", "approver", "operator", "technician", "admin", "auditor"] as const;
export const Role = Type.Enum([...ROLES]);
export type Role = Static<typeof Role>;

/** Who is logged in. */
export const User = Type.Object({
  id: Id,
  name: Type.String(),
  username: Type.String(),
  role: Role,
  areaId: AreaId,
});
export type User = Static<typeof User>;

/** `POST /session`. @throws BAD_CREDENTIALS · TOO_MANY_REQUESTS after repeated failures */
export const LogIn = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 80 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
});
export type LogIn = Static<typeof LogIn>;

/** `POST /session` and `GET /me`. `demo` is true while demo accounts exist. */
export const SessionAnswer = Type.Object({ user: User });
export type SessionAnswer = Static<typeof SessionAnswer>;
