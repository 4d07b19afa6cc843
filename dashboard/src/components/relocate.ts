import type { Area } from "@loa/protocol/http/areas";
import type { Schedule } from "@loa/protocol/http/schedules";
import type { Station } from "@loa/protocol/http/stations";
import { api, getAll } from "../data/api.ts";
import { loadAreas, loadWorld, world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { areaAndBelow } from "../words/area-rows.ts";
import { areaRelocation, type Desk, type Relocation, stationRelocation } from "../words/relocation.ts";
import { askArea } from "./area-picker.ts";
import { confirmed } from "./confirm.ts";
import { offerUndo, sayError } from "./toast.ts";

async function desk(): Promise<Desk> {
  const schedules = await getAll<Schedule>("/schedules");
  return { areas: world.areas.all, stations: world.stations.all, schedules };
}

const nameOf = (id: string | null): string => world.areas.get(id ?? "")?.name ?? id ?? "";

/** At most three titles; more would hide the sentence. */
function titles(list: readonly string[]): string {
  const shown = list.slice(0, 3).map((title) => `“${title}”`);
  return list.length > 3
    ? t("list.andMore", { items: shown.join(", "), n: list.length - 3 })
    : shown.join(", ");
}

/** "14 stations, 2 areas inside, 3 schedules": what there is none of is left out. */
function things(stations: number, areas: number, schedules: number): string {
  return [
    ...(stations > 0 ? [t("stations", { n: stations })] : []),
    ...(areas > 0 ? [t("area.below", { n: areas })] : []),
    ...(schedules > 0 ? [t("move.schedules", { n: schedules })] : []),
  ].join(", ");
}

function followFact(follow: string, area: string): string {
  return follow === "" ? t("move.nothing", { area }) : t("move.follow", { things: follow, area });
}

/** The move in words, before it is made. */
function factsOf(move: Relocation, to: string): string[] {
  const { stations, areas, following, lost, gained, envelopeFrom } = move;
  const area = nameOf(to);
  return [
    ...(areas > 0
      ? [followFact(things(stations, areas - 1, following.length), area)]
      : [t("move.stationFollows", { area, n: following.length })]),
    ...(stations > 0 ? [t("move.reconnect", { n: stations })] : []),
    ...(lost.length > 0 ? [t("move.lost", { n: lost.length, titles: titles(lost) })] : []),
    ...(gained.length > 0 ? [t("move.gained", { n: gained.length, titles: titles(gained) })] : []),
    ...(envelopeFrom ? [t("move.envelope", { area: envelopeFrom.name })] : []),
    t("move.people"),
  ];
}

async function putArea(id: string, parentId: string): Promise<void> {
  await api.patch(`/areas/${id}`, { parentId });
  await loadAreas();
}

async function carryOut(area: Area, to: string): Promise<boolean> {
  const before = area.parentId;
  try {
    await putArea(area.id, to);
  } catch (thrown) {
    sayError(thrown);
    return false;
  }
  offerUndo(t("move.done", { name: area.name, area: nameOf(to) }), () => putArea(area.id, before ?? to));
  return true;
}

/** Asks for the new parent, says what will happen, moves, and offers to move back. Whether it was moved. */
export async function moveArea(area: Area): Promise<boolean> {
  const all = await desk();
  const banned = areaAndBelow(world.areas.all, area.id);
  const to = await askArea({
    title: t("move.title", { name: area.name }),
    hint: t("move.hint"),
    chosen: area.parentId ?? "",
    banned,
    effects: async (id) => (id === area.parentId ? [] : factsOf(areaRelocation(all, area.id, id), id)),
    yes: t("move.yes"),
  });
  return to !== null && (await carryOut(area, to));
}

/** The same for an area that was dragged onto its new parent. */
export async function dropArea(area: Area, to: string): Promise<boolean> {
  const move = areaRelocation(await desk(), area.id, to);
  const yes = await confirmed({
    title: t("move.question", { name: area.name, area: nameOf(to) }),
    facts: factsOf(move, to),
    yes: t("move.yes"),
  });
  return yes && (await carryOut(area, to));
}

async function putStation(id: string, areaId: string): Promise<void> {
  world.stations.merge([await api.patch<Station>(`/stations/${id}`, { areaId })]);
}

/** Asks for a station's new area, moves it, and offers to move it back. The area it is in afterwards. */
export async function moveStation(station: Station): Promise<string> {
  const all = await desk();
  const to = await askArea({
    title: t("move.title", { name: station.name }),
    chosen: station.areaId,
    effects: async (id) => (id === station.areaId ? [] : factsOf(stationRelocation(all, station, id), id)),
    yes: t("move.yes"),
  });
  if (to === null) return station.areaId;
  try {
    await putStation(station.id, to);
  } catch (thrown) {
    sayError(thrown);
    return station.areaId;
  }
  offerUndo(t("move.done", { name: station.name, area: nameOf(to) }), () =>
    putStation(station.id, station.areaId),
  );
  return to;
}

/** Asks which area takes this one in, has its name typed, and merges. The area that is left, or null. */
export async function mergeArea(area: Area): Promise<string | null> {
  const all = await desk();
  const { stations, areas, following } = areaRelocation(all, area.id, area.parentId ?? area.id);
  const into = await askArea({
    title: t("merge.title", { name: area.name }),
    hint: t("merge.hint", { name: area.name }),
    banned: areaAndBelow(world.areas.all, area.id),
    effects: async (id) => mergeFacts(area, id, { stations, areas, schedules: following.length }),
    yes: t("merge.next"),
  });
  if (into === null) return null;
  const yes = await confirmed({
    title: t("merge.question", { name: area.name, area: nameOf(into) }),
    facts: [...mergeFacts(area, into, { stations, areas, schedules: following.length }), t("merge.forever")],
    typed: area.name,
    yes: t("merge.yes"),
    stop: true,
  });
  if (!yes) return null;
  try {
    await api.post(`/areas/${area.id}/merge`, { into });
    await loadWorld();
    return into;
  } catch (thrown) {
    sayError(thrown);
    return null;
  }
}

function mergeFacts(
  area: Area,
  into: string,
  { stations, areas, schedules }: { stations: number; areas: number; schedules: number },
): string[] {
  const target = nameOf(into);
  return [
    followFact(things(stations, areas - 1, schedules), target),
    t("merge.content", { area: target }),
    ...(stations > 0 ? [t("move.reconnect", { n: stations })] : []),
    t("merge.gone", { name: area.name, id: area.id }),
  ];
}
