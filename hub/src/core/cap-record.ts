import type { UnixMs } from "@loa/kernel/clock";
import type { CapBecause, CapState } from "@loa/protocol/http/cap";
import type { AreaId, StationId } from "@loa/protocol/identity";
import { type AlertRecord, endOf, isDraft } from "./alert.ts";
import type { CapAlert, CapNamedValue } from "./cap-alert.ts";
import type { CapEntry } from "./cap-life.ts";

/** What became of a message: it waits for its time, an alert was made of it, or it is only kept. */
export type CapFate = "due" | "alert" | "done" | "ignored" | "invalid";

interface Person {
  readonly id: string;
  readonly name: string;
}

/**
 * A message as the hub keeps it; one whose info blocks become effective at several times is kept once for each. Messages of one `scope` can
 * end each other; others cannot, whatever they call themselves.
 */
export interface CapRecord {
  readonly id: string;
  readonly receivedAt: UnixMs;
  /** Name of the source, or of who posted it. */
  readonly source: string;
  readonly scope: string;
  readonly areaId: AreaId;
  /** Who posted it by hand: it is their proposal, and no rule airs it. */
  readonly author?: Person;
  /** Persons who want it aired at its time. */
  readonly confirmedBy?: readonly Person[];
  /** Who decided that it is not aired at its time, and why. */
  readonly withheld?: { readonly by: Person; readonly reason: string };
  /** Of the message as it came. */
  readonly sha256: string;
  readonly fate: CapFate;
  readonly because: CapBecause | null;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  /** Null when it could not be read. */
  readonly alert: CapAlert | null;
  /** What is remembered of it; null when it changes nothing. */
  readonly entry: CapEntry | null;
  readonly alertId: string | null;
  /** Stations that it reaches, as far as that was found out. */
  readonly stations: readonly StationId[];
  readonly unknownGeocodes: readonly CapNamedValue[];
}

/** Fates that messages of a state have. */
export const FATES_OF: Readonly<Record<CapState, readonly CapFate[]>> = {
  waiting: ["due", "alert"],
  aired: ["alert"],
  ended: ["alert", "done", "due"],
  ignored: ["alert", "due", "ignored"],
  invalid: ["invalid"],
};

/** How it stands with a message and the alert that was made of it. Pure. */
export function capState(
  { fate, entry, because }: CapRecord,
  alert: AlertRecord | null,
  now: UnixMs,
): { readonly state: CapState; readonly because?: CapBecause } {
  const why = because !== null && { because };
  switch (fate) {
    case "invalid":
      return { state: "invalid", ...why };
    case "ignored":
      return { state: "ignored", ...why };
    case "done":
      return { state: "ended", ...why };
    case "due":
      return now < (entry?.holds?.to ?? 0) ? { state: "waiting" } : { state: "ended", because: "expired" };
    case "alert":
      return alert === null ? { state: "ended", because: because ?? "expired" } : aired(alert, because, now);
  }
}

function aired(alert: AlertRecord, because: CapBecause | null, now: UnixMs) {
  if (alert.dismissal !== undefined) return { state: "ignored" as const, because: "dismissed" as const };
  if (alert.supersededBy !== null) return { state: "ended" as const, because: "updated" as const };
  if (alert.recalledAt !== null) return { state: "ended" as const, ...(because !== null && { because }) };
  if (now >= endOf(alert)) return { state: "ended" as const, because: "expired" as const };
  const waits = isDraft(alert) || alert.issue === null;
  return { state: waits ? ("waiting" as const) : ("aired" as const) };
}
