import { type Static, Type } from "typebox";
import { AreaId, Id } from "./identity.ts";
import { LiveSession, SessionId } from "./live-session.ts";

/** Silence now: one broadcast (also what of it is still to come), or everything non-emergency that sounds now. */
export const StopCommand = Type.Object({
  id: Id,
  kind: Type.Literal("stop"),
  broadcastId: Type.Optional(Id),
  sessionId: Type.Optional(Type.Union([SessionId], { description: "this live session alone" })),
  by: Type.String({ description: "who asked" }),
});
export type StopCommand = Static<typeof StopCommand>;

/** The hub has these receipts for good; the station may forget them. */
export const ReceiptsStoredCommand = Type.Object({
  id: Id,
  kind: Type.Literal("receipts-stored"),
  receiptIds: Type.Array(Id, { minItems: 1, maxItems: 100 }),
});

/** A newer key set, itself signed by the root (JWS compact of kind `key-set`). */
export const KeySetCommand = Type.Object({ id: Id, kind: Type.Literal("key-set"), keySet: Type.String() });

/** The station's new place in the tree. */
export const AreaCommand = Type.Object({
  id: Id,
  kind: Type.Literal("area"),
  areaPath: Type.Array(AreaId, { minItems: 1 }),
  areaRevision: Type.Integer({ minimum: 1 }),
});

/** Opens live speech of priority `live`. A second one with the same `sessionId` changes its `endsBy`. Its end: a packet flagged last, or `stop`. */
export const LiveCommand = Type.Object({ id: Id, kind: Type.Literal("live"), session: LiveSession });
export type LiveCommand = Static<typeof LiveCommand>;

/** Topic `…/command`, signed by use `command`. `id` is remembered on disk until `exp`; a known one is only acked again. */
export const Command = Type.Union([
  StopCommand,
  LiveCommand,
  ReceiptsStoredCommand,
  KeySetCommand,
  AreaCommand,
]);
export type Command = Static<typeof Command>;
