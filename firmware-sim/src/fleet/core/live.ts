import type { LiveCommand } from "@loa/protocol/command";
import { say } from "./saying.ts";
import type { FleetEffect, FleetState, Stepped } from "./station-state.ts";

/** Opens live speech. Nothing is decoded here; its packets are counted. The same session again only changes its end. */
export function openLive(state: FleetState, { id, session }: LiveCommand): Stepped {
  const { sessionId, startAt } = session;
  const received = say(state, { id, state: "received" });
  if (state.live?.sessionId === sessionId) return [state, received];
  return [
    { ...state, live: { sessionId, startAt, sounding: false } },
    [...received, ...say(state, { id: sessionId, state: "ready" })],
  ];
}

/** The first packet of a session starts it, and the one that is flagged last ends it. */
export function hearLive(state: FleetState, sessionId: string, last: boolean): Stepped {
  const { live } = state;
  if (live?.sessionId !== sessionId) return [state, []];
  const started = live.sounding ? [] : say(state, { id: sessionId, state: "started" });
  if (!last) return [{ ...state, live: { ...live, sounding: true } }, started];
  return [{ ...state, live: null }, [...started, ...say(state, { id: sessionId, state: "finished" })]];
}

/** One session alone is stopped. */
export function stopLive(state: FleetState, sessionId: string, done: readonly FleetEffect[]): Stepped {
  if (state.live?.sessionId !== sessionId) return [state, done];
  return [{ ...state, live: null }, [...done, ...say(state, { id: sessionId, state: "finished" })]];
}
