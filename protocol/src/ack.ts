import { type Static, Type } from "typebox";
import { Id, Instant } from "./identity.ts";

/** Topic `up/…/ack`: how far a command or plan came. `id` is the command's, or `plan`. */
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
