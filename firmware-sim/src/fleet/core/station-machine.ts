import { PLAN_ACK } from "@loa/protocol/ack";
import type { Command } from "@loa/protocol/command";
import type { OnAir } from "@loa/protocol/health";
import { newerPlan } from "@loa/protocol/plan";
import { alertOnAir, sound, takeAlert } from "./alerts.ts";
import { behave, calmDown, connectSoon, disconnected } from "./behaviour.ts";
import { stretchOf } from "./held-alert.ts";
import { hearLive, openLive, stopLive } from "./live.ts";
import { adopt, play, stop } from "./playouts.ts";
import { say } from "./saying.ts";
import type {
  FleetEffect,
  FleetEvent,
  FleetState,
  HeldPlan,
  SaidAck,
  Stepped,
  Surroundings,
  TimerName,
} from "./station-state.ts";

const HEALTH_MS = 30_000;
const ON_AIR_HEALTH_MS = 5_000;
const RECEIPT_RETRY_MS = 5_000;
const EPOCH_SPREAD_MS = 5_000;
const KEEP_ALIVE_MS = 20_000;

/** What a station does about something that happened to it. Pure: the shell carries the effects out. */
export function step(state: FleetState, event: FleetEvent, around: Surroundings): Stepped {
  if (state.behaviour.kind === "freeze") return frozen(state, event, around);
  switch (event.on) {
    case "start":
      return [state, [{ do: "wake", timer: "connect", at: around.now + around.chance * event.withinMs }]];
    case "online":
      return arrive(state, around);
    case "lost":
      return lose(state, around);
    case "timer":
      return ring(state, event.timer, around);
    case "hub":
      return hearHub(state, event.hubEpoch, around);
    case "plan":
      return takePlan(state, event.plan, event.fetch, around);
    case "unchanged":
      return [{ ...state, confirmed: state.plan !== null && !state.fetching }, []];
    case "assets-here":
      return fetched(state, around);
    case "command":
      return obey(state, event.command, event.expiresAt, around);
    case "alert":
      return takeAlert(state, event.alert, event.own, around);
    case "live":
      return hearLive(state, event.sessionId, event.last);
    case "refused":
      return [state, say(state, event.ack)];
    case "deed":
      return behave(state, event.deed, around);
  }
}

/** A frozen process hears nothing and does nothing; only that its connection ended shows afterwards. */
function frozen(state: FleetState, event: FleetEvent, around: Surroundings): Stepped {
  if (event.on === "lost") return disconnected(state);
  if (event.on === "online") return [{ ...state, link: "online" }, [{ do: "pause" }]];
  if (event.on === "timer" && event.timer === "behaviour") return calmDown(state, around);
  return event.on === "deed" ? behave(state, event.deed, around) : [state, []];
}

function arrive(state: FleetState, { now, chance }: Surroundings): Stepped {
  const online: FleetState = { ...state, link: "online", attempt: 0 };
  return [
    online,
    [
      { do: "birth" },
      { do: "health", onAir: onAirOf(online) },
      { do: "wake", timer: "health", at: now + chance * HEALTH_MS },
      { do: "resume-time" },
      { do: "wake", timer: "ping", at: now + KEEP_ALIVE_MS },
      ...(online.unsent.length > 0 ? sendReceipts(now) : []),
    ],
  ];
}

function lose(state: FleetState, around: Surroundings): Stepped {
  const [gone, forgetting] = disconnected(state);
  if (gone.behaviour.kind === "away") return [gone, forgetting];
  return [{ ...gone, attempt: gone.attempt + 1 }, [...forgetting, connectSoon(gone, around)]];
}

function ring(state: FleetState, timer: TimerName, around: Surroundings): Stepped {
  const { now } = around;
  switch (timer) {
    case "connect":
      return state.link === "down" ? [{ ...state, link: "connecting" }, [{ do: "connect" }]] : [state, []];
    case "birth":
      return [{ ...state, birthDue: false }, [{ do: "birth" }]];
    case "health": {
      const pause = state.onAir || state.alertOnAir !== null ? ON_AIR_HEALTH_MS : HEALTH_MS;
      const sent: FleetEffect[] = state.link === "online" ? [{ do: "health", onAir: onAirOf(state) }] : [];
      return [state, [...sent, { do: "wake", timer, at: now + pause }]];
    }
    case "playout":
      return play(state, around);
    case "alert":
      return sound(state, around);
    case "receipts":
      return [state, state.unsent.length > 0 && state.link === "online" ? sendReceipts(now) : []];
    case "time":
      return [state, [{ do: "time" }]];
    case "ping":
      return [state, [{ do: "ping" }, { do: "wake", timer, at: now + KEEP_ALIVE_MS }]];
    case "behaviour":
      return calmDown(state, around);
  }
}

/** A new epoch makes every station speak; they spread over 5 s. */
function hearHub(state: FleetState, hubEpoch: number, { now, chance }: Surroundings): Stepped {
  const risen = state.hubEpoch !== null && state.hubEpoch !== hubEpoch && !state.birthDue;
  if (!risen) return [{ ...state, hubEpoch }, []];
  const at = now + chance * EPOCH_SPREAD_MS;
  return [{ ...state, hubEpoch, birthDue: true }, [{ do: "wake", timer: "birth", at }]];
}

function takePlan(state: FleetState, plan: HeldPlan, fetch: boolean, around: Surroundings): Stepped {
  const received = say(state, planAck(plan, "received"));
  const held = state.plan;
  const same = held !== null && held.hubEpoch === plan.hubEpoch && held.revision === plan.revision;
  if (!same && !newerPlan(plan, held))
    return [state, say(state, { ...planAck(plan, "rejected"), code: "REPLAYED" })];
  if (same) {
    const [next, effects] = state.fetching ? ([state, []] as const) : ready(state);
    return [next, [...received, ...effects]];
  }
  const hashes = fetch ? hashesOf(plan) : [];
  const [played, playing] = play({ ...adopt(state, plan, around), fetching: hashes.length > 0 }, around);
  if (hashes.length > 0) return [played, [...received, ...playing, { do: "fetch", hashes }]];
  const [next, confirming] = ready(played);
  return [next, [...received, ...playing, ...confirming]];
}

function ready(state: FleetState): Stepped {
  if (!state.plan) return [state, []];
  const said = say(state, planAck(state.plan, "ready"));
  return [{ ...state, confirmed: said.length > 0 && state.link === "online" }, said];
}

function fetched(state: FleetState, around: Surroundings): Stepped {
  const [played, playing] = play({ ...state, fetching: false }, around);
  const [next, confirming] = ready(played);
  return [next, [...playing, ...confirming]];
}

function obey(state: FleetState, command: Command, expiresAt: number, around: Surroundings): Stepped {
  const done = say(state, { id: command.id, state: "finished" });
  switch (command.kind) {
    case "live":
      return openLive(state, command);
    case "stop": {
      if (command.sessionId !== undefined) return stopLive(state, command.sessionId, done);
      if (state.heard.has(command.id)) return [state, done];
      const fresh = [...state.heard].filter(([, until]) => until > around.now);
      const heard = new Map([...fresh, [command.id, expiresAt] as const]);
      const live = command.broadcastId === undefined ? null : state.live;
      const [next, effects] = stop({ ...state, heard, live }, command.broadcastId, around);
      return [next, [...effects, ...done]];
    }
    case "receipts-stored": {
      const stored = new Set(command.receiptIds);
      return [{ ...state, unsent: state.unsent.filter(({ receiptId }) => !stored.has(receiptId)) }, done];
    }
    case "area":
      return [state, [...done, { do: "move", command }]];
    default:
      return [state, done];
  }
}

const sendReceipts = (now: number): FleetEffect[] => [
  { do: "receipts" },
  { do: "wake", timer: "receipts", at: now + RECEIPT_RETRY_MS },
];

const planAck = ({ hubEpoch, revision }: HeldPlan, state: SaidAck["state"]): SaidAck => ({
  ...{ id: PLAN_ACK, hubEpoch, revision, state },
});

const hashesOf = ({ segments }: HeldPlan): string[] => [
  ...new Set(
    segments.flatMap(({ items }) =>
      items.flatMap((item) => (item.kind === "announcement" ? [item.sha256] : [])),
    ),
  ),
];

function onAirOf(state: FleetState): OnAir | null {
  const held = alertOnAir(state);
  if (held) {
    const { alertId, actual } = held.alert;
    const since = held.startedAt ?? held.from;
    return { alertId, segment: stretchOf(held.alert), priority: actual ? "emergency" : "test", since };
  }
  const { onAir } = state;
  if (!onAir) return null;
  const { broadcastId, segment, priority } = onAir.segment;
  return { broadcastId, segment, priority, since: onAir.startedAt };
}
