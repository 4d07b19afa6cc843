import { type Static, Type } from "typebox";
import { Id, Instant, ZoneId } from "./identity.ts";
import { SessionId } from "./live-session.ts";

/** Fault codes that the parts raise. */
export const FAULT_CODES = [
  "OFFLINE",
  "BOARD_LOST",
  "AMP_NO_OUTPUT",
  "LINE_OPEN",
  "LINE_HORN_LOST",
  "MAINS_LOST",
  "MAINS_OUT_OF_RANGE",
  "BATTERY_LOW",
  "DOOR_OPEN",
  "OVER_TEMPERATURE",
  "SILENCE_ON_AIR",
  "CLOCK_UNSYNCED",
  "ASSET_MISSING",
  "STORAGE_LOW",
  "PLAN_EXPIRING",
  "SIGNATURE_REJECTED",
  "LOCKED_OUT",
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** A fault that stands, or stood until `clearedAt`. */
export const Fault = Type.Object({
  code: Type.Enum([...FAULT_CODES]),
  zone: Type.Optional(ZoneId),
  since: Instant,
  value: Type.Optional(Type.Number({ description: "last measured value" })),
  threshold: Type.Optional(Type.Number()),
  clearedAt: Type.Optional(Instant),
});
export type Fault = Static<typeof Fault>;

/** Topic `up/…/event`. Faults; the alarm button at the pole, whose alert the station made itself; live speech that was lost. */
export const StationEvent = Type.Union([
  Type.Object({ kind: Type.Enum(["fault-raised", "fault-cleared"]), at: Instant, fault: Fault }),
  Type.Object({
    kind: Type.Literal("button-alarm"),
    at: Instant,
    alertId: Type.Union([Id], { description: "`button-…`; its receipt follows" }),
    endsBy: Instant,
    ownTime: Type.Optional(
      Type.Literal(true, { description: "nobody believed the clock: only the time between the two counts" }),
    ),
  }),
  Type.Object({ kind: Type.Literal("live-lost"), at: Instant, sessionId: SessionId }),
]);
export type StationEvent = Static<typeof StationEvent>;
