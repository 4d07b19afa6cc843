import type { CreateArea } from "@loa/protocol/http/areas";
import type { CreateStation } from "@loa/protocol/http/stations";
import type { Zone } from "@loa/protocol/identity";
import type { Static } from "typebox";
import { unitOf } from "./chance.ts";
import { DISTRICTS, type District, ENDINGS, SPOTS } from "./districts.ts";

/** Legacy communes of the province, and how many stations one has before the next gets any. */
export const COMMUNES = 480;
export const PER_COMMUNE = 13;

/** The speaker lines of every station of a fleet. */
export const ZONES: readonly Zone[] = [
  { id: "z1", name: "Hướng chợ", horns: 4 },
  { id: "z2", name: "Hướng khu dân cư", horns: 3 },
];

/** Where stations and communes lie around their seats, degrees. */
const COMMUNE_SPREAD = 0.09;
const STATION_SPREAD = 0.015;

/** Areas, parents first, and stations of a fleet. */
export interface FleetTerritory {
  readonly areas: readonly Static<typeof CreateArea>[];
  readonly stations: readonly CreateStation[];
}

/**
 * The first `count` stations of the province below the area `root`. A larger fleet holds a smaller one, station by station, so
 * that a fleet can grow.
 */
export function territoryOf(count: number, root: string): FleetTerritory {
  const places = Array.from({ length: count }, (_, n) => placeOf(n));
  const communes = [...new Set(places.map(({ commune }) => commune))];
  const districts = new Set(communes.map((commune) => districtOf(commune)));
  return {
    areas: [
      ...[...districts].map(({ id, name }) => ({ id, name, parentId: root })),
      ...communes.map(communeArea),
    ],
    stations: places.map(({ commune, ordinal }) => stationAt(commune, ordinal)),
  };
}

function placeOf(n: number): { commune: number; ordinal: number } {
  if (n < COMMUNES * PER_COMMUNE) return { commune: Math.floor(n / PER_COMMUNE), ordinal: n % PER_COMMUNE };
  return { commune: n % COMMUNES, ordinal: Math.floor(n / COMMUNES) };
}

const districtOf = (commune: number) => DISTRICTS[commune % DISTRICTS.length] as District;
const withinDistrict = (commune: number) => Math.floor(commune / DISTRICTS.length);
const two = (n: number) => String(n + 1).padStart(2, "0");
const communeId = (commune: number) => `${districtOf(commune).id}-${two(withinDistrict(commune))}`;

function communeArea(commune: number): Static<typeof CreateArea> {
  const { id, stem, town } = districtOf(commune);
  const name = `${town ? "Phường" : "Xã"} ${stem} ${ENDINGS[withinDistrict(commune) % ENDINGS.length]}`;
  return { id: communeId(commune), name, parentId: id };
}

function stationAt(commune: number, ordinal: number): CreateStation {
  const area = communeId(commune);
  const id = `${area}-${two(ordinal)}`;
  const round = Math.floor(ordinal / SPOTS.length);
  const name = `Cụm ${SPOTS[ordinal % SPOTS.length]}${round > 0 ? ` ${round + 1}` : ""}`;
  const seat = districtOf(commune);
  const [lat, lon] = beside(beside([seat.lat, seat.lon], area, COMMUNE_SPREAD), id, STATION_SPREAD);
  return { id, name, areaId: area, zones: [...ZONES], lat, lon };
}

/** A point within `spread` of another, evenly over the disc, always the same for one name. */
function beside([lat, lon]: readonly [number, number], name: string, spread: number): [number, number] {
  const angle = 2 * Math.PI * unitOf(`${name} angle`);
  const distance = spread * Math.sqrt(unitOf(`${name} distance`));
  const round = (degrees: number) => Number(degrees.toFixed(5));
  return [round(lat + distance * Math.sin(angle)), round(lon + distance * Math.cos(angle))];
}
