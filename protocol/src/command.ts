import { type Static, Type } from "typebox";
import { AreaId, Id } from "./identity.ts";

/** Silence now: one broadcast (also what of it is still to come), or everything non-emergency that sounds now. */
export const StopCommand = Type.Object({
  id: Id,
  kind: Type.Literal("stop"),
  broadcastId: Type.Optional(Id),
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

/** Topic `…/command`, signed by use `command`. `id` is remembered on disk until `exp`; a known one is only acked again. */
export const Command = Type.Union([StopCommand, ReceiptsStoredCommand, KeySetCommand, AreaCommand]);
export type Command = Static<typeof Command>;
