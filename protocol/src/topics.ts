import type { AreaId, StationId } from "./identity.ts";

/** What a station publishes; the last element of its `up` topics. */
export const UP_KINDS = ["birth", "death", "health", "ack", "receipt", "event", "time"] as const;
export type UpKind = (typeof UP_KINDS)[number];

/** What the hub publishes to one station or an area. */
export type DownKind = "plan" | "command" | "time" | "alert" | "live";

/** `loa/1/up/<station>/<kind>`: from a station. */
export const upTopic = (station: StationId, kind: UpKind): string => `loa/1/up/${station}/${kind}`;
/** `loa/1/to/<station>/<kind>`: to one station. */
export const toTopic = (station: StationId, kind: DownKind): string => `loa/1/to/${station}/${kind}`;
/** `loa/1/area/<area>/<kind>`: to every station of an area. */
export const areaTopic = (area: AreaId, kind: DownKind): string => `loa/1/area/${area}/${kind}`;
/** The hub's own presence. */
export const HUB_TOPIC = "loa/1/hub";

/** What a station subscribes, exactly: its own topics, its areas' topics and the hub's presence. */
export function stationSubscriptions(station: StationId, areaPath: readonly AreaId[]): string[] {
  return [`loa/1/to/${station}/#`, ...areaPath.map((area) => `loa/1/area/${area}/#`), HUB_TOPIC];
}

const UP = "loa/1/up/";

/** Takes an `up` topic apart; null when it is none. */
export function parseUpTopic(topic: string): { station: StationId; kind: UpKind } | null {
  if (!topic.startsWith(UP)) return null;
  const end = topic.indexOf("/", UP.length);
  const [station, kind] = [topic.slice(UP.length, end), topic.slice(end + 1) as UpKind];
  return end > UP.length && UP_KINDS.includes(kind) ? { station, kind } : null;
}
