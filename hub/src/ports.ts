import type { UnixMs } from "@loa/kernel/clock";
import type { DashboardEvent } from "@loa/protocol/http/events";
import type { Role } from "@loa/protocol/http/session";
import type { StationDetail } from "@loa/protocol/http/stations";
import type { AreaId, Sha256, StationId, Zone } from "@loa/protocol/identity";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";

/** Who asks. Rights follow from the role and reach the actor's area and all below it. */
export interface Actor {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  readonly areaId: AreaId;
  /** The token that acts for them. */
  readonly tokenId?: string;
}

/** An area as planning needs it. `envelope` is its own; null inherits the parent's. */
export interface AreaRecord {
  readonly id: AreaId;
  readonly name: string;
  readonly parentId: AreaId | null;
  readonly timeZone: string;
  readonly envelope: TimeEnvelope | null;
  /** Rises whenever a path through this area changes. */
  readonly revision: number;
}

/** A station as registered. */
export interface StationRecord {
  readonly id: StationId;
  readonly name: string;
  readonly areaId: AreaId;
  readonly zones: readonly Zone[];
  readonly maintenance: boolean;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** A station that was taken out of service; its id stays its own. */
export interface RetiredStation extends StationRecord {
  readonly retiredAt: UnixMs;
}

/** An announcement as planning needs it: its approved version, else its newest; sound fields are null until ingest is ready. */
export interface AnnouncementRecord {
  readonly id: string;
  readonly title: string;
  readonly areaId: AreaId;
  readonly state: "draft" | "submitted" | "approved" | "rejected" | "archived";
  readonly sha256: Sha256 | null;
  readonly bytes: number | null;
  readonly durationMs: number | null;
  /** Never sounds after this. */
  readonly expiresAt: UnixMs | null;
  /** Who made this version. */
  readonly createdBy: string;
  readonly decidedBy: { readonly id: string; readonly name: string } | null;
}

/**
 * What of the desk's data changed. `stations`: many at once. `merge`: the area `id` went up in `into`. A station that is not registered any
 * more was taken out of service.
 */
export type RegistryChange =
  | { readonly kind: "area" | "station" | "announcement"; readonly id: string }
  | { readonly kind: "stations"; readonly ids: readonly StationId[] }
  | { readonly kind: "merge"; readonly id: AreaId; readonly into: AreaId };

/** The desk's data that the line (planning, trust, link) reads. Implemented over the store's repositories. */
export interface Registry {
  areas(): Promise<readonly AreaRecord[]>;
  area(id: AreaId): Promise<AreaRecord | null>;
  /** Root first, `id` last. @throws NOT_FOUND */
  areaPath(id: AreaId): Promise<readonly AreaId[]>;
  stations(): Promise<readonly StationRecord[]>;
  station(id: StationId): Promise<StationRecord | null>;
  announcement(id: string): Promise<AnnouncementRecord | null>;
  announcements(ids: readonly string[]): Promise<readonly AnnouncementRecord[]>;
  /** Subscribes to changes of stations, areas or announcement states that can change plans. */
  onChange(listener: (change: RegistryChange) => void | Promise<void>): void;
}

/** What the line knows about a station right now; the desk shows it. */
export interface StationLive {
  readonly status: StationDetail["status"];
  readonly onAir: StationDetail["onAir"];
  readonly faults: StationDetail["faults"];
  readonly health: StationDetail["health"];
  readonly enrolment: StationDetail["enrolment"];
  readonly software: string | null;
  readonly planRevision: number | null;
  readonly planConfirmed: boolean;
  readonly lastSeenAt: UnixMs | null;
  readonly plan: StationDetail["plan"];
  readonly playouts: StationDetail["playouts"];
}

/** The line as the desk sees it. */
export interface Line {
  /** Without history, for lists of thousands: `plan.segments` and `playouts` are empty. */
  glance(id: StationId): StationLive;
  live(id: StationId): Promise<StationLive>;
  /** Makes the one-time code of a station's label. @throws STATION_UNKNOWN */
  enrolmentLabel(id: StationId): Promise<import("@loa/protocol/enrolment").EnrolmentLabel>;
  /** The labels of many, stored together. @throws STATION_UNKNOWN */
  enrolmentLabels(ids: readonly StationId[]): Promise<import("@loa/protocol/enrolment").EnrolmentLabel[]>;
}

/** Where changes go that dashboards should see: to every listener whose area holds one of the areas that are concerned. */
export interface EventSink {
  publish(event: DashboardEvent, areaIds: Iterable<AreaId>): void;
}

/** Append-only, hash-chained record of who did what. */
export interface Audit {
  record(entry: {
    actor: string;
    action: string;
    subject: string;
    detail?: Record<string, unknown>;
  }): Promise<void>;
  /** Records inside a transaction of the store, together with what it is about. */
  recordIn(
    transaction: import("./store/database.ts").Database,
    entry: Parameters<Audit["record"]>[0],
  ): Promise<void>;
}

/** What carries messages to and from stations. No code outside `broker/` knows which broker it is. */
export interface Broker {
  /** Starts listening. Resolves with the address stations connect to. */
  listen(): Promise<string>;
  close(): Promise<void>;
  /**
   * Publishes to whoever is subscribed; resolves when the broker has taken it. `about`: what it says, with QoS 1; it is not written again to a
   * station to which the same is still on its way.
   */
  publish(topic: string, payload: string | Uint8Array, qos: 0 | 1, about?: string): Promise<void>;
  /** Every message that an authenticated station published on one of its own `up` topics. */
  onMessage(listener: (station: StationId, topic: string, payload: Uint8Array) => void): void;
  onConnected(listener: (station: StationId) => void): void;
  onDisconnected(listener: (station: StationId) => void): void;
  /** Closes a station's connection, e.g. after it was enrolled anew. */
  disconnect(station: StationId): void;
}
