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
  totp: Type.Boolean({ description: "a second factor is needed to log in" }),
});
export type User = Static<typeof User>;

/**
 * `POST /session`. `code`: six digits of the second factor, or a recovery code.
 * @throws BAD_CREDENTIALS · TOTP_REQUIRED when `code` is absent · TOTP_INVALID · TOO_MANY_REQUESTS after repeated failures
 */
export const LogIn = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 80 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
  code: Type.Optional(Type.String({ minLength: 6, maxLength: 20 })),
});
export type LogIn = Static<typeof LogIn>;

/** A server of map tiles, where the hub's configuration names one. */
export const MapTiles = Type.Object({
  url: Type.String({ description: "address of a tile with {z}, {x} and {y}" }),
  attribution: Type.String({ description: "plain text, shown on the map" }),
});
export type MapTiles = Static<typeof MapTiles>;

/** `POST /session` and `GET /me`. `demo` is true while demo accounts exist. */
export const SessionAnswer = Type.Object({ user: User, map: Type.Optional(MapTiles) });
export type SessionAnswer = Static<typeof SessionAnswer>;

/** `POST /me/password`. Ends all other sessions. @throws BAD_CREDENTIALS · PASSWORD_WEAK */
export const ChangePassword = Type.Object({
  current: Type.String({ minLength: 1, maxLength: 200 }),
  next: Type.String({ minLength: 8, maxLength: 200 }),
});
export type ChangePassword = Static<typeof ChangePassword>;

/** `POST /me/totp {password}`: a secret to put into an authenticator; it holds only once confirmed. */
export const TotpOffer = Type.Object({
  secret: Type.String({ description: "base32" }),
  uri: Type.String({ description: "otpauth://, for a QR code" }),
});
export type TotpOffer = Static<typeof TotpOffer>;

/** `POST /me/totp` and `DELETE /me/totp`. @throws BAD_CREDENTIALS */
export const ConfirmPassword = Type.Object({ password: Type.String({ minLength: 1, maxLength: 200 }) });

/** `POST /me/totp/confirm`. @throws TOTP_INVALID */
export const ConfirmTotp = Type.Object({ code: Type.String({ pattern: "^[0-9]{6}$" }) });

/** Shown this once; each lets its owner in once without the authenticator. */
export const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) });
export type RecoveryCodes = Static<typeof RecoveryCodes>;
