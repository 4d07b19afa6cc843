import { type Static, Type } from "typebox";
import { Fault } from "./faults.ts";
import { ClockState } from "./health.ts";
import { Instant, Sha256, Zone } from "./identity.ts";
import { TimeEnvelope } from "./time-envelope.ts";

/** Which plan a station holds. */
export const PlanPosition = Type.Object({
  hubEpoch: Type.Integer({ minimum: 1 }),
  revision: Type.Integer({ minimum: 1 }),
  validUntil: Instant,
});
export type PlanPosition = Static<typeof PlanPosition>;

/** Topic `up/…/birth`, QoS 1: sent at every connection and when the hub's epoch changes. The hub sends back what differs. */
export const Birth = Type.Object({
  nonce: Type.String({ minLength: 16, maxLength: 64, description: "fresh for each session" }),
  at: Instant,
  software: Type.String(),
  hardware: Type.String(),
  zones: Type.Array(Zone),
  hardEnvelope: TimeEnvelope,
  plan: Type.Union([PlanPosition, Type.Null()]),
  areaRevision: Type.Integer({ minimum: 0 }),
  keySetVersion: Type.Integer({ minimum: 0 }),
  missingAssets: Type.Array(Sha256),
  faults: Type.Array(Fault),
  clock: ClockState,
  unsentReceipts: Type.Integer({ minimum: 0 }),
});
export type Birth = Static<typeof Birth>;

/** Topic `up/…/death`, the MQTT last will. Its session is the wrapper's; the hub ignores a death of another session. */
export const Death = Type.Object({ reason: Type.Literal("lost") });
export type Death = Static<typeof Death>;

/** Topic `loa/1/hub`. A new epoch makes stations send birth again, spread over 5 s. It proves nothing and moves no relay. */
export const HubPresence = Type.Object({
  online: Type.Boolean(),
  at: Instant,
  hubEpoch: Type.Integer({ minimum: 1 }),
});
export type HubPresence = Static<typeof HubPresence>;
