import type { Area } from "@loa/protocol/http/areas";
import type { Station } from "@loa/protocol/http/stations";
import { SEATS } from "../src/words/seats.ts";
import { areas, stations } from "./mock-data.ts";

/** Puts a province of so many stations in the place of the small one, ten to a commune. */
export function manyStations(count: number): void {
  const root = areas[0]!;
  const communes = Array.from({ length: Math.ceil(count / 10) }, (_, i): Area => {
    const id = `xa-${i}`;
    return {
      ...root,
      id,
      name: `Xã số ${i}`,
      parentId: root.id,
      path: [root.id, id],
      envelope: null,
      stations: 10,
    };
  });
  areas.splice(1, areas.length, ...communes);
  const first = stations[0]!;
  const made = Array.from(
    { length: count },
    (_, i): Station => ({
      ...first,
      id: `na-station-${i}`,
      name: `Xóm ${i}`,
      areaId: `xa-${Math.floor(i / 10)}`,
      onAir: null,
      ...spot(i),
    }),
  );
  stations.splice(0, stations.length, ...made);
}

/** Around the district seats, communes some km apart, stations some hundred metres. */
function spot(i: number): { lat: number; lon: number } {
  const commune = Math.floor(i / 10);
  const seat = SEATS[commune % SEATS.length]!;
  const [turn, away] = [commune * 2.4, 0.012 * Math.sqrt(commune)];
  const [round, near] = [i * 2.4, 0.003 + (i % 10) * 0.0008];
  return {
    lat: seat.lat + Math.sin(turn) * away + Math.sin(round) * near,
    lon: seat.lon + Math.cos(turn) * away + Math.cos(round) * near,
  };
}
