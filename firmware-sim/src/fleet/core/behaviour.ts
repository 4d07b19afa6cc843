import { backoffMs } from "@loa/kernel/retry";
import { sound } from "./alerts.ts";
import type { Deed } from "./script.ts";
import type { Behaviour, FleetEffect, FleetState, Stepped, Surroundings } from "./station-state.ts";

const NORMAL: Behaviour = { kind: "normal" };

/** Timers that mean nothing without a connection. */
const OF_THE_LINK = ["birth", "health", "receipts", "time", "ping"] as const;

/** Does something to a station. What was done before ends first. */
export function behave(state: FleetState, deed: Deed, around: Surroundings): Stepped {
  const [calm, calming] = calmDown(state, around, deed.do === "drop" || deed.do === "offline");
  const [done, effects] = carryOut(calm, deed, around);
  const until: FleetEffect =
    deed.forMs === undefined || done.behaviour.kind === "normal"
      ? { do: "forget", timers: ["behaviour"] }
      : { do: "wake", timer: "behaviour", at: around.now + deed.forMs };
  return [done, [...calming, ...effects, until]];
}

/** Ends what was done to a station. `staysAway`: no connection is begun for it. */
export function calmDown(state: FleetState, around: Surroundings, staysAway = false): Stepped {
  const calm: FleetState = { ...state, behaviour: NORMAL };
  switch (state.behaviour.kind) {
    case "freeze":
      return thaw(calm, around);
    case "away":
      return staysAway ? [calm, []] : [calm, [connectSoon(calm, around)]];
    case "fault":
      return clearFault(calm, around);
    case "lockout":
    case "unsynced":
      return [calm, tellNow(calm)];
    default:
      return [calm, []];
  }
}

/** The next attempt to connect: full jitter below 8 s. */
export function connectSoon({ attempt }: FleetState, { now, chance }: Surroundings): FleetEffect {
  return { do: "wake", timer: "connect", at: now + backoffMs(attempt, chance) };
}

/** A state without a connection. */
export function disconnected(state: FleetState): Stepped {
  return [
    { ...state, link: "down", birthDue: false, confirmed: false },
    [{ do: "forget", timers: OF_THE_LINK }],
  ];
}

function carryOut(state: FleetState, deed: Deed, around: Surroundings): Stepped {
  switch (deed.do) {
    case "normal":
      return [state, []];
    case "mute":
      return [{ ...state, behaviour: { kind: "mute" } }, []];
    case "lag":
      return [{ ...state, behaviour: { kind: "lag", lagMs: deed.lagMs ?? 0 } }, []];
    case "freeze":
      return [{ ...state, behaviour: { kind: "freeze" } }, [{ do: "pause" }]];
    case "fail":
      return [{ ...state, behaviour: { kind: "fail", code: deed.failure ?? "INTERNAL" } }, []];
    case "lockout":
    case "unsynced":
      return [{ ...state, behaviour: { kind: deed.do } }, tellNow(state)];
    case "fault":
      return raiseFault(state, deed, around);
    case "reconnect":
      return leave(state, true, around);
    case "drop":
      return deed.forMs === undefined ? leave(state, false, around) : stayAway(state, false);
    case "offline":
      return stayAway(state, true);
  }
}

function leave(state: FleetState, politely: boolean, around: Surroundings): Stepped {
  const [gone, forgetting] = disconnected({ ...state, attempt: 0 });
  return [gone, [{ do: "close", politely }, ...forgetting, connectSoon(gone, around)]];
}

function stayAway(state: FleetState, politely: boolean): Stepped {
  const [gone, forgetting] = disconnected({ ...state, attempt: 0, behaviour: { kind: "away" } });
  return [gone, [{ do: "close", politely }, ...forgetting, { do: "forget", timers: ["connect"] }]];
}

/** A process that went on after it had stood still: everything that was due meanwhile is due now. */
function thaw(state: FleetState, around: Surroundings): Stepped {
  const [played, playing] = sound(state, around);
  const link: FleetEffect[] =
    state.link === "online"
      ? (["health", "receipts", "time", "ping"] as const).map((timer) => ({
          do: "wake",
          timer,
          at: around.now,
        }))
      : state.link === "down"
        ? [connectSoon(state, around)]
        : [];
  return [played, [{ do: "resume" }, ...playing, ...link]];
}

/** Its next health says it. */
const tellNow = ({ link }: FleetState): FleetEffect[] =>
  link === "online" ? [{ do: "wake", timer: "health", at: 0 }] : [];

function raiseFault(state: FleetState, { code }: Deed, { now }: Surroundings): Stepped {
  if (!code) return [state, []];
  const fault = { code, since: now };
  return [
    { ...state, fault, behaviour: { kind: "fault", code } },
    [{ do: "event", kind: "fault-raised", fault }],
  ];
}

function clearFault(state: FleetState, { now }: Surroundings): Stepped {
  if (!state.fault) return [state, []];
  const fault = { ...state.fault, clearedAt: now };
  return [{ ...state, fault: null }, [{ do: "event", kind: "fault-cleared", fault }]];
}
