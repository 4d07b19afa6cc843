import { type Static, Type } from "typebox";
import { Id, Instant } from "./identity.ts";

/**
 * Topic `up/…/ack`: how far a command, plan or alert came. `id` is the command's or alert's, or `plan`. A `live` command is `received` under its
 * own id; `ready`, `started`, `finished` and `failed` of the speech come under the session's.
 */
export const Ack = Type.Object({
  id: Id,
  hubEpoch: Type.Optional(Type.Integer()),
  revision: Type.Optional(Type.Integer()),
  state: Type.Enum(["received", "rejected", "ready", "started", "finished", "failed"]),
  code: Type.Optional(Type.String({ description: "docs/errors.md" })),
  at: Instant,
});
export type Ack = Static<typeof Ack>;

/** The `id` in acks of plans. */
export const PLAN_ACK = "plan";
