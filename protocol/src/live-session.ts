import { type Static, Type } from "typebox";
import { Id, Instant, ZoneId } from "./identity.ts";

/** Name of a live session: 16 bytes, hexadecimal. */
export const SessionId = Type.String({ pattern: "^[0-9a-f]{32}$", description: "live session" });
export type SessionId = Static<typeof SessionId>;

/**
 * Live speech as stations are told of it, before its first packet: by a signed `live` command, or as an item of an alert. A sample of media
 * time m sounds at `startAt` + m + `delayMs`, station time. Only packets that `publicKey` signed are its own.
 */
export const LiveSession = Type.Object({
  sessionId: SessionId,
  publicKey: Type.String({
    pattern: "^[A-Za-z0-9_-]{43}$",
    description: "ephemeral Ed25519 key, `x` of RFC 8037, base64url",
  }),
  zones: Type.Array(ZoneId, { maxItems: 8, description: "empty: all zones" }),
  startAt: Instant,
  delayMs: Type.Number({ minimum: 100, maximum: 5_000, description: "300 on a LAN, 1,500 over mobile" }),
  endsBy: Instant,
  by: Type.String({ maxLength: 200, description: "who speaks, for people at the pole" }),
});
export type LiveSession = Static<typeof LiveSession>;

/** How live speech goes at one station, in its health while it sounds. */
export const LiveReception = Type.Object({
  sessionId: SessionId,
  packets: Type.Integer({ minimum: 0, description: "valid ones" }),
  lost: Type.Integer({ minimum: 0, description: "never came" }),
  late: Type.Integer({ minimum: 0, description: "came after their time to sound" }),
  forged: Type.Integer({ minimum: 0, description: "no valid signature" }),
  concealedMs: Type.Number({ minimum: 0, description: "sound made up over gaps" }),
  silencedMs: Type.Number({ minimum: 0, description: "gaps too long to conceal" }),
  bufferMs: Type.Number({ description: "speech that is here and has not sounded yet" }),
});
export type LiveReception = Static<typeof LiveReception>;

/** Names a live session or an alert or a broadcast of which a record tells; exactly one of the three. */
export const SoundedFor = {
  broadcastId: Type.Optional(Type.Union([Id], { description: "of a planned playout" })),
  alertId: Type.Optional(Type.Union([Id], { description: "of an alert" })),
  sessionId: Type.Optional(Type.Union([SessionId], { description: "of live speech outside an alert" })),
};
