import { type Static, Type } from "typebox";
import { AreaId, Id, Instant } from "../identity.ts";
import { Role, User } from "./session.ts";

const Name = Type.String({ minLength: 1, maxLength: 120 });
const NewPassword = Type.String({ minLength: 8, maxLength: 200 });

/** An account as admins see it. */
export const Account = Type.Object({
  ...User.properties,
  disabled: Type.Boolean(),
  lockedUntil: Type.Optional(Type.Union([Instant], { description: "too many failed attempts" })),
});
export type Account = Static<typeof Account>;

/** `GET /users`: accounts within the admin's area. */
export const AccountList = Type.Object({ items: Type.Array(Account), next: Type.Null() });

/** `POST /users`. @throws CONFLICT when the user name is taken · PASSWORD_WEAK */
export const CreateUser = Type.Object({
  username: Type.String({ pattern: "^[a-z0-9][a-z0-9._-]{1,39}$" }),
  name: Name,
  role: Role,
  areaId: AreaId,
  password: NewPassword,
});
export type CreateUser = Static<typeof CreateUser>;

/** `PATCH /users/:id`. Ends the account's sessions. `totp: false` takes away a lost second factor; `unlock` ends a lock-out. */
export const PatchUser = Type.Object({
  name: Type.Optional(Name),
  role: Type.Optional(Role),
  areaId: Type.Optional(AreaId),
  password: Type.Optional(NewPassword),
  disabled: Type.Optional(Type.Boolean()),
  totp: Type.Optional(Type.Literal(false)),
  unlock: Type.Optional(Type.Literal(true)),
});
export type PatchUser = Static<typeof PatchUser>;

/** A token of an integration: acts as its owner, with no more than the owner's rights. */
export const Token = Type.Object({
  id: Id,
  name: Name,
  createdAt: Instant,
  usedAt: Type.Union([Instant, Type.Null()]),
  expiresAt: Type.Union([Instant, Type.Null()]),
});
export type Token = Static<typeof Token>;

/** `GET /tokens`: one's own. */
export const TokenList = Type.Object({ items: Type.Array(Token), next: Type.Null() });

/** `POST /tokens`. The answer adds `token`, shown this once: `Authorization: Bearer <token>`. */
export const CreateToken = Type.Object({
  name: Name,
  expiresAt: Type.Optional(Type.Union([Instant, Type.Null()])),
});
export type CreateToken = Static<typeof CreateToken>;
export const NewToken = Type.Object({ ...Token.properties, token: Type.String() });
export type NewToken = Static<typeof NewToken>;
