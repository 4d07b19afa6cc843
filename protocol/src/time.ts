import { type Static, Type } from "typebox";
import { Instant } from "./identity.ts";
import { macOf, sameMac } from "./uplink.ts";

/** Topic `up/…/time`, QoS 0, wrapped as every uplink. t1: the station's own time at sending. */
export const TimeRequest = Type.Object({ nonce: Type.String({ minLength: 16, maxLength: 64 }), t1: Instant });
export type TimeRequest = Static<typeof TimeRequest>;

/** Topic `to/…/time`, QoS 0. t2, t3: hub time at receiving and answering. `mac` covers nonce, t1, t2 and t3. */
export const TimeReply = Type.Object({
  nonce: Type.String({ minLength: 16, maxLength: 64 }),
  t1: Instant,
  t2: Instant,
  t3: Instant,
  mac: Type.String(),
});
export type TimeReply = Static<typeof TimeReply>;

const macOfReply = (secret: Uint8Array, { nonce, t1, t2, t3 }: Omit<TimeReply, "mac">) =>
  macOf(secret, "time", nonce, t1, t2, t3);

/** The hub's answer, proven by the station's secret. */
export function timeReply(secret: Uint8Array, stamps: Omit<TimeReply, "mac">): TimeReply {
  return { ...stamps, mac: macOfReply(secret, stamps) };
}

/** Whether an answer comes from the holder of the secret. */
export function provesTime(secret: Uint8Array, reply: TimeReply): boolean {
  return sameMac(reply.mac, macOfReply(secret, reply));
}
