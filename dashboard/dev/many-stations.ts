import type { Area } from "@loa/protocol/http/areas";
import type { Station } from "@loa/protocol/http/stations";
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
    }),
  );
  stations.splice(0, stations.length, ...made);
}
