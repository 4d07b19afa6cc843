import { type Static, Type } from "typebox";
import { Id, Instant, ZoneId } from "./identity.ts";
import { SoundedFor } from "./live-session.ts";

/** How a playout ended. Expected outcomes, not errors; `code` says why where it is not `played`. */
export const OUTCOMES = ["played", "partial", "preempted", "missed", "refused", "failed", "stopped"] as const;
export const Outcome = Type.Enum([...OUTCOMES]);
export type Outcome = Static<typeof Outcome>;

/** Speaker-line reading of one zone while on air, means over the playout. `ohms` null: open line. Source: docs/hardware.md */
export const LineReading = Type.Object({
  zone: ZoneId,
  volts: Type.Number({ minimum: 0, description: "V rms" }),
  amps: Type.Number({ minimum: 0, description: "A rms" }),
  ohms: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  hornsEstimated: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
});
export type LineReading = Static<typeof LineReading>;

/** The durable record of one playout, with proof of sound. Exactly once at the hub, by `receiptId`. */
export const Receipt = Type.Object({
  receiptId: Id,
  ...SoundedFor,
  segment: Type.Integer({ minimum: 0, description: "stretch of the broadcast or alert" }),
  zones: Type.Array(ZoneId),
  scheduledAt: Instant,
  startedAt: Type.Union([Instant, Type.Null()], {
    description: "first sample at the horns; null: nothing sounded",
  }),
  endedAt: Instant,
  outcome: Outcome,
  code: Type.Optional(Type.String({ description: "docs/errors.md" })),
  samplesRendered: Type.Integer({ minimum: 0, description: "frames at 48 kHz given to the card" }),
  samplesPlanned: Type.Integer({ minimum: 0 }),
  startErrorMs: Type.Union([Type.Number(), Type.Null()], { description: "late is positive" }),
  clockErrorMs: Type.Number({ description: "error bound of the station's clock" }),
  gainDb: Type.Number(),
  line: Type.Array(LineReading),
  sequence: Type.Integer({ minimum: 1, description: "rises by one with each receipt of the station" }),
});
export type Receipt = Static<typeof Receipt>;

/** Topic `up/…/receipt`. The hub answers with a `receipts-stored` command; only then the station forgets them. */
export const ReceiptBatch = Type.Object({ receipts: Type.Array(Receipt, { minItems: 1, maxItems: 100 }) });
export type ReceiptBatch = Static<typeof ReceiptBatch>;
