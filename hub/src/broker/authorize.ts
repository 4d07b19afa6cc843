import type { AreaId, StationId } from "@loa/protocol/identity";
import { stationSubscriptions } from "@loa/protocol/topics";
import { MAX_PACKET_BYTES } from "./packet-limit.ts";

/** Stations keep alive every 20 s; nobody may ask for more than this, or a lost one would go unseen. */
const KEEPALIVE_LIMIT_S = 60;

/** Whether a station may publish on a topic: its own `up` topics and no other. Source: docs/protocol-rules.md */
export function mayPublish(station: StationId, topic: string): boolean {
  return topic.startsWith(`loa/1/up/${station}/`) && !/[#+]/.test(topic);
}

/** Whether a station may subscribe a filter: exactly those of its own, of the areas of its path, and of the hub's presence. */
export function maySubscribe(station: StationId, areaPath: readonly AreaId[], filter: string): boolean {
  return stationSubscriptions(station, areaPath).includes(filter);
}

/** Why a message is not taken; null: it is. */
export function whyNotPublish(
  station: StationId,
  message: {
    readonly topic: string;
    readonly payload: Buffer;
    readonly qos: number;
    readonly retain: boolean;
  },
): string | null {
  if (!mayPublish(station, message.topic)) return "topic of another";
  if (message.retain) return "retained";
  if (message.qos === 2) return "QoS 2";
  return message.payload.length > MAX_PACKET_BYTES ? "too large" : null;
}

/** What a CONNECT asks for that nobody gets, with the return code that says so; null: nothing. Source: MQTT 3.1.1, table 3.1 */
export function whyNotConnect(request: {
  readonly clientId: string;
  readonly clean?: boolean;
  readonly keepalive?: number;
  readonly will?: { readonly topic: string; readonly retain?: boolean; readonly qos?: number };
}): { readonly reason: string; readonly returnCode: 2 | 5 } | null {
  const { clientId, clean, keepalive = 0, will } = request;
  if (!clean) return { reason: "a session that is not clean", returnCode: clientId === "" ? 2 : 5 };
  if (keepalive === 0 || keepalive > KEEPALIVE_LIMIT_S)
    return { reason: `a keep-alive of ${keepalive} s`, returnCode: 5 };
  if (will && (will.retain || will.qos === 2 || !mayPublish(clientId, will.topic)))
    return { reason: `a last will on ${will.topic}`, returnCode: 5 };
  return null;
}
