import type { UnixMs } from "@loa/kernel/clock";
import { seconds } from "@loa/kernel/units";
import type { Fault } from "@loa/protocol/faults";
import type { Health } from "@loa/protocol/health";
import type { StationDetail } from "@loa/protocol/http/stations";

/** Keep-alive of stations; a client is lost at 1.5 times it. Source: docs/protocol-rules.md */
export const KEEP_ALIVE_MS = seconds(20);
export const OFFLINE_AFTER_MS = 1.5 * KEEP_ALIVE_MS;
/** A connected station that says nothing for three reports of health is as good as lost. */
export const SILENT_AFTER_MS = seconds(100);

/** A connection that broke has this long to come back, even when the station had said nothing for a while. */
export const RECONNECT_GRACE_MS = seconds(5);

/** On air a station reports every 5 s. A report this old was held back, or those after it were. */
const SOUNDING_COUNTS_MS = seconds(12);

/** What is known of a station's link. `lastSeenAt` null: never heard. */
export interface Sighting {
  readonly connected: boolean;
  readonly lastSeenAt: UnixMs | null;
  /** Until then a station without a connection is not called lost. */
  readonly graceUntil: UnixMs;
}

/** Whether a station counts as lost at `now`. */
export function isOffline({ connected, lastSeenAt, graceUntil }: Sighting, now: UnixMs): boolean {
  if (lastSeenAt === null) return true;
  if (connected) return now - lastSeenAt >= SILENT_AFTER_MS;
  return now >= graceUntil && now - lastSeenAt >= OFFLINE_AFTER_MS;
}

/** What sounds at a station by its last report, while that one counts; its clock's own error is allowed for. */
export function soundingNow(health: Health | null, now: UnixMs): Health["onAir"] {
  if (health === null || now > health.at + health.clock.errorMs + SOUNDING_COUNTS_MS) return null;
  return health.onAir;
}

/** What people see at a glance. Maintenance is the desk's word and is added there. */
export function statusOf(sighting: Sighting, faults: readonly Fault[], now: UnixMs): StationDetail["status"] {
  if (sighting.lastSeenAt === null) return "registered";
  if (isOffline(sighting, now)) return "offline";
  return faults.length > 0 ? "degraded" : "online";
}

/** Faults that stand after one was raised or cleared; one of each code and zone. */
export function withFault(faults: readonly Fault[], fault: Fault, raised: boolean): Fault[] {
  const others = faults.filter((one) => one.code !== fault.code || one.zone !== fault.zone);
  return raised ? [...others, fault] : others;
}
