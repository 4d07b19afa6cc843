import type { FleetEffect, FleetState, SaidAck } from "./station-state.ts";

/** What a station acknowledges: late while it lags, never while it is mute. */
export function say({ behaviour }: Pick<FleetState, "behaviour">, ack: SaidAck): FleetEffect[] {
  if (behaviour.kind === "mute") return [];
  return [{ do: "ack", ack, afterMs: behaviour.kind === "lag" ? behaviour.lagMs : 0 }];
}
