import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { seconds } from "@loa/kernel/units";
import type { Fault, StationEvent } from "@loa/protocol/faults";
import type { Health } from "@loa/protocol/health";
import type { StationId } from "@loa/protocol/identity";
import {
  isOffline,
  OFFLINE_AFTER_MS,
  RECONNECT_GRACE_MS,
  SILENT_AFTER_MS,
  soundingNow,
  statusOf,
  withFault,
} from "../core/presence.ts";
import { stationView } from "../core/station-view.ts";
import type { EventSink, StationLive, StationRecord } from "../ports.ts";
import type { StationBook, StationState } from "./station-book.ts";

const LOOK_EVERY_MS = seconds(1);

/** What keeping presence needs. */
export interface PresenceParts {
  readonly book: StationBook;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly record: (station: StationId) => StationRecord | undefined;
  /** What is on air at a station changed. */
  readonly onAirChanged: (before: Health["onAir"], after: Health["onAir"]) => void;
}

/** Who is there and how they are; dashboards hear of what changes. */
export class PresenceKeeper {
  readonly #parts: PresenceParts;
  readonly #shown = new Map<StationId, string>();
  /** Of the face that is shown: the part that time alone changes. */
  readonly #timely = new Map<StationId, string>();
  #endLook: Cancel = () => {};

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** Stations that were there when the hub ended have a while to come back before they are called lost. */
  start(): void {
    const { book, clock } = this.#parts;
    const seen = [...book.all()].map((state) => state.lastSeenAt ?? 0);
    const ended = seen.reduce((latest, at) => Math.max(latest, at), 0);
    for (const state of book.all()) {
      if ((state.lastSeenAt ?? 0) > ended - SILENT_AFTER_MS)
        state.graceUntil = clock.now() + OFFLINE_AFTER_MS;
      this.#show(state, this.#face(state));
    }
    this.#endLook = this.#parts.clock.every("presence", LOOK_EVERY_MS, () => this.#look());
  }

  close(): void {
    this.#endLook();
  }

  connected(state: StationState): void {
    state.connected = true;
    state.lastSeenAt = this.#parts.clock.now();
    this.changed(state);
  }

  /** A connection ended, as the broker says. */
  lost(state: StationState): void {
    state.birth = null;
    this.dying(state);
  }

  /** A connection ended, as the station's last will says. That can be sent early by others: what the station says next outweighs it. */
  dying(state: StationState): void {
    state.connected = false;
    state.graceUntil = this.#parts.clock.now() + RECONNECT_GRACE_MS;
    this.changed(state);
  }

  health(state: StationState, health: Health): void {
    const before = state.health?.onAir ?? null;
    state.health = health;
    const record = this.#parts.record(state.id);
    if (record) this.#parts.events.publish({ kind: "health", stationId: state.id, health }, [record.areaId]);
    if (before?.broadcastId !== health.onAir?.broadcastId) this.#parts.onAirChanged(before, health.onAir);
    this.changed(state);
  }

  event(state: StationState, event: StationEvent): void {
    if (!("fault" in event)) return;
    state.faults = withFault(state.faults, event.fault, event.kind === "fault-raised");
    this.#parts.book.touch(state);
    this.changed(state);
  }

  /** Tells dashboards when what they show of the station is no longer true. */
  changed(state: StationState): void {
    const face = this.#face(state);
    if (this.#shown.get(state.id) === face) return;
    this.#show(state, face);
    const record = this.#parts.record(state.id);
    if (!record) return;
    const station = stationView(record, this.glance(state));
    this.#parts.events.publish({ kind: "station", station }, [record.areaId]);
  }

  /** A station at a glance. */
  glance(state: StationState): StationLive {
    const now = this.#parts.clock.now();
    const offline = isOffline(state, now);
    const { wanted, confirmed, rejectedCode } = state;
    return {
      status: statusOf(state, state.faults, now),
      onAir: offline ? null : soundingNow(state.health, now),
      faults:
        offline && state.lastSeenAt !== null ? [...state.faults, lostSince(state.lastSeenAt)] : state.faults,
      health: state.health,
      software: state.software,
      enrolment: enrolmentOf(state, now),
      planRevision: confirmed?.revision ?? null,
      planConfirmed:
        wanted !== null && confirmed?.revision === wanted.revision && confirmed.hubEpoch === wanted.hubEpoch,
      lastSeenAt: state.lastSeenAt,
      plan: {
        wanted: wanted && positionOf(wanted),
        confirmed: confirmed && positionOf(confirmed),
        ...(rejectedCode !== null && { rejectedCode }),
        segments: [],
      },
      playouts: [],
    };
  }

  /** Thousands of faces are not drawn again each second; what else is in them is told as it happens. */
  #look(): void {
    const now = this.#parts.clock.now();
    for (const state of this.#parts.book.all())
      if (timelyOf(state, now) !== this.#timely.get(state.id)) this.changed(state);
  }

  #show(state: StationState, face: string): void {
    this.#shown.set(state.id, face);
    this.#timely.set(state.id, timelyOf(state, this.#parts.clock.now()));
  }

  #face(state: StationState): string {
    const { wanted, confirmed, faults, health, rejectedCode } = state;
    const now = this.#parts.clock.now();
    const status = statusOf(state, faults, now);
    const sounding = status === "offline" ? undefined : soundingNow(health, now);
    const onAir = sounding?.alertId ?? sounding?.broadcastId;
    const codes = faults.map((fault) => fault.code + (fault.zone ?? "")).join();
    return `${status} ${onAir} ${codes} ${confirmed?.hubEpoch}.${confirmed?.revision} ${wanted?.hubEpoch}.${wanted?.revision} ${rejectedCode}`;
  }
}

/** Whether it is there, and what sounds; both end by themselves when nothing more is heard. */
function timelyOf(state: StationState, now: UnixMs): string {
  const sounding = soundingNow(state.health, now);
  const status = statusOf(state, state.faults, now);
  return sounding ? `${status} ${sounding.alertId ?? sounding.broadcastId}` : status;
}

const lostSince = (since: UnixMs): Fault => ({ code: "OFFLINE", since: since + OFFLINE_AFTER_MS });

function enrolmentOf({ serial, fingerprint, codeExpiresAt }: StationState, now: UnixMs) {
  if (codeExpiresAt !== null && now < codeExpiresAt)
    return { state: "open" as const, expiresAt: codeExpiresAt };
  return { state: serial !== null && fingerprint !== null ? ("used" as const) : ("none" as const) };
}

const positionOf = ({ hubEpoch, revision, validUntil }: NonNullable<StationLive["plan"]["wanted"]>) => ({
  hubEpoch,
  revision,
  validUntil,
});
