import type { UnixMs } from "@loa/kernel/clock";
import type { ErrorCode } from "@loa/kernel/error-codes";
import type { Ack } from "@loa/protocol/ack";
import type { Command } from "@loa/protocol/command";
import type { Fault, FaultCode } from "@loa/protocol/faults";
import type { OnAir } from "@loa/protocol/health";
import type { Plan, Segment } from "@loa/protocol/plan";
import type { Receipt } from "@loa/protocol/receipt";
import type { AlertFacts, HeldAlert } from "./held-alert.ts";
import type { Deed } from "./script.ts";

/** What a light station keeps of a plan. Segments are shared by all stations that have the same. */
export interface HeldPlan extends Pick<Plan, "hubEpoch" | "revision" | "validUntil"> {
  readonly segments: readonly Segment[];
}

/** Names one segment for life: `<broadcastId>/<segment>`. */
export type SegmentKey = string;

/** How a station behaves. `away`: without a connection, on purpose. */
export type Behaviour =
  | { readonly kind: "normal" | "freeze" | "mute" | "away" | "lockout" | "unsynced" }
  | { readonly kind: "fail"; readonly code: ErrorCode }
  | { readonly kind: "lag"; readonly lagMs: number }
  | { readonly kind: "fault"; readonly code: FaultCode };

/** A segment that sounds. */
export interface Sounding {
  readonly segment: Segment;
  readonly startedAt: UnixMs;
  readonly late: boolean;
}

/** Everything a light station knows. */
export interface FleetState {
  readonly link: "down" | "connecting" | "online";
  /** Connections that failed in a row. */
  readonly attempt: number;
  readonly hubEpoch: number | null;
  readonly birthDue: boolean;
  readonly plan: HeldPlan | null;
  /** The hub was told that the plan can sound, or said itself that it is the newest. */
  readonly confirmed: boolean;
  /** Audio of the plan is still being fetched. */
  readonly fetching: boolean;
  readonly behaviour: Behaviour;
  readonly onAir: Sounding | null;
  /** By id, until each expires; recalls as well. */
  readonly alerts: ReadonlyMap<string, HeldAlert>;
  /** The one that sounds; nothing of the plan does then. */
  readonly alertOnAir: string | null;
  /** Of this session's birth: an alert that echoes it is believed without a clock that is set. */
  readonly nonce: string;
  /** Live speech that was opened last. */
  readonly live: { readonly sessionId: string; readonly startAt: UnixMs; readonly sounding: boolean } | null;
  /** Segments that have their receipt, with their ends. */
  readonly settled: ReadonlyMap<SegmentKey, UnixMs>;
  readonly stopped: ReadonlySet<string>;
  /** Stop commands that were carried out, with when they expire. */
  readonly heard: ReadonlyMap<string, UnixMs>;
  readonly unsent: readonly Receipt[];
  readonly sequence: number;
  readonly fault: Fault | null;
}

/** A station that was just switched on. */
export const SWITCHED_ON: FleetState = {
  link: "down",
  attempt: 0,
  hubEpoch: null,
  birthDue: false,
  plan: null,
  confirmed: false,
  fetching: false,
  behaviour: { kind: "normal" },
  onAir: null,
  alerts: new Map(),
  alertOnAir: null,
  nonce: "",
  live: null,
  settled: new Map(),
  stopped: new Set(),
  heard: new Map(),
  unsent: [],
  sequence: 0,
  fault: null,
};

/** Timers by name; setting one again replaces it. */
export type TimerName =
  | "connect"
  | "birth"
  | "health"
  | "playout"
  | "alert"
  | "receipts"
  | "time"
  | "ping"
  | "behaviour";

/** What happens to a station. Signed messages have been judged before they come here. */
export type FleetEvent =
  | { readonly on: "start"; readonly withinMs: number }
  | { readonly on: "online" | "lost" | "assets-here" | "unchanged" }
  | { readonly on: "timer"; readonly timer: TimerName }
  | { readonly on: "hub"; readonly hubEpoch: number }
  | { readonly on: "plan"; readonly plan: HeldPlan; readonly fetch: boolean }
  | { readonly on: "command"; readonly command: Command; readonly expiresAt: UnixMs }
  | { readonly on: "alert"; readonly alert: AlertFacts; readonly own: string }
  | { readonly on: "live"; readonly sessionId: string; readonly last: boolean }
  | { readonly on: "refused"; readonly ack: SaidAck }
  | { readonly on: "deed"; readonly deed: Deed };

/** An ack without its time. */
export type SaidAck = Omit<Ack, "at">;

/** What the shell carries out. */
export type FleetEffect =
  | { readonly do: "connect" | "ping" | "birth" | "time" | "resume-time" | "pause" | "resume" | "receipts" }
  | { readonly do: "close"; readonly politely: boolean }
  | { readonly do: "health"; readonly onAir: OnAir | null }
  | { readonly do: "ack"; readonly ack: SaidAck; readonly afterMs: number }
  | { readonly do: "event"; readonly kind: "fault-raised" | "fault-cleared"; readonly fault: Fault }
  | { readonly do: "fetch"; readonly hashes: readonly string[] }
  | { readonly do: "move"; readonly command: Extract<Command, { kind: "area" }> }
  | { readonly do: "wake"; readonly timer: TimerName; readonly at: UnixMs }
  | { readonly do: "forget"; readonly timers: readonly TimerName[] };

/** What a step may use besides state and event. */
export interface Surroundings {
  /** Station time. */
  readonly now: UnixMs;
  readonly clockErrorMs: number;
  /** In [0, 1), drawn for this step. */
  readonly chance: number;
  receiptId(key: SegmentKey): string;
}

/** A new state with what follows from it. */
export type Stepped = readonly [FleetState, readonly FleetEffect[]];
