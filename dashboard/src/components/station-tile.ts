import type { Station } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { clockTime, dayAndTime } from "../words/time-text.ts";
import { stationBadge } from "./badge.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** What people want to know first about a station in this state. */
function detail(station: Station): string | TemplateResult {
  if (station.onAir !== null && station.faults.length > 0)
    return html`${icon("warning")} ${tCode("fault", station.faults[0]?.code ?? "")}`;
  if (station.onAir !== null) {
    const broadcast = world.broadcasts.get(station.onAir.broadcastId ?? "");
    return broadcast ? `${t("tile.until", { time: clockTime(broadcast.endAt) })} · ${broadcast.title}` : "";
  }
  const fault = station.faults.find(({ code }) => code !== "OFFLINE") ?? station.faults[0];
  if (station.status === "offline")
    return station.lastSeenAt === null ? "" : t("tile.silentSince", { time: dayAndTime(station.lastSeenAt) });
  if (fault) return tCode("fault", fault.code);
  if (station.status === "online" && !station.planConfirmed) return t("tile.planPending");
  const horns = station.zones.reduce((sum, zone) => sum + zone.horns, 0);
  return t("tile.horns", { n: horns, zones: station.zones.length });
}

/** One station on the wall. */
export class StationTile extends View {
  static override properties = { stationId: {} };
  declare stationId: string;

  protected override sources() {
    return [world.stations.row(this.stationId)];
  }

  protected override render(): TemplateResult | typeof nothing {
    const station = world.stations.get(this.stationId);
    if (!station) return nothing;
    const onAir = station.onAir !== null && station.onAir.since <= hubNow() + 60_000;
    return html`<a
      class="tile ${onAir ? "on-air" : station.status}"
      href="/stations/${station.id}"
      data-testid="station-tile"
      data-status=${station.status}
      data-on-air=${onAir}
    >
      <b>${station.name}</b>
      ${stationBadge(station.status, onAir)}
      <small class=${station.faults.length > 0 ? "trouble" : ""}>${detail(station)}</small>
    </a>`;
  }
}
customElements.define("loa-station-tile", StationTile);
