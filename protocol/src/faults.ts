import { type Static, Type } from "typebox";
import { Instant, ZoneId } from "./identity.ts";

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

/** Topic `up/…/event`. */
export const StationEvent = Type.Object({
  kind: Type.Enum(["fault-raised", "fault-cleared"]),
  at: Instant,
  fault: Fault,
});
export type StationEvent = Static<typeof StationEvent>;
