import { PLAN_ACK } from "@loa/protocol/ack";
import { claimedBody } from "@loa/protocol/envelope";
import type { SaidAck } from "./core/station-state.ts";

/** What a hub signs for stations. */
export type Signed = "plan" | "command" | "alert";

/** What a station answers to a signed message that does not hold, by what it claims to be; null when it names nothing. */
export function refusalOf(kind: Signed, compact: string, code: string): SaidAck | null {
  const { id, alertId, hubEpoch, revision } = claimedBody(compact);
  const whole = (name: string, value: unknown) => (Number.isInteger(value) ? { [name]: Number(value) } : {});
  const refused = { state: "rejected", code } as const;
  if (kind === "plan") {
    const position = Number.isInteger(hubEpoch) && Number.isInteger(revision);
    return {
      id: PLAN_ACK,
      ...(position && { ...whole("hubEpoch", hubEpoch), ...whole("revision", revision) }),
      ...refused,
    };
  }
  const named = kind === "alert" ? alertId : id;
  if (typeof named !== "string") return null;
  return { id: named.slice(0, 64), ...(kind === "alert" && whole("revision", revision)), ...refused };
}
