import type { AreaId, StationId } from "@loa/protocol/identity";
import { HUB_TOPIC } from "@loa/protocol/topics";

/** Whether a station may publish on a topic: its own `up` topics and no other. Source: docs/protocol-rules.md */
export function mayPublish(station: StationId, topic: string): boolean {
  return topic.startsWith(`loa/1/up/${station}/`);
}

/**
 * Whether a station may subscribe a filter: its own `to` topics, those of the areas of its path, and the hub's presence.
 * Ids hold no wildcards, so a filter that begins with a granted prefix cannot reach beyond it.
 */
export function maySubscribe(station: StationId, areaPath: readonly AreaId[], filter: string): boolean {
  return (
    filter === HUB_TOPIC ||
    filter.startsWith(`loa/1/to/${station}/`) ||
    areaPath.some((area) => filter.startsWith(`loa/1/area/${area}/`))
  );
}
