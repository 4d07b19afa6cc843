import type { Schedule } from "@loa/protocol/http/schedules";
import type { Station } from "@loa/protocol/http/stations";
import { api, getAll } from "../data/api.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { confirmed } from "./confirm.ts";
import { offerUndo, say } from "./toast.ts";

async function put(id: string, maintenance: boolean): Promise<void> {
  world.stations.merge([await api.patch<Station>(`/stations/${id}`, { maintenance })]);
}

/** Marks a station as under maintenance, or no longer; offers to take it back. @throws ApiError */
export async function switchMaintenance({ id, name, status }: Station): Promise<void> {
  const begin = status !== "maintenance";
  const yes = await confirmed({
    title: t(begin ? "maintain.beginTitle" : "maintain.endTitle", { name }),
    facts: [t(begin ? "maintain.beginFact" : "maintain.endFact")],
    yes: t(begin ? "maintain.begin" : "maintain.end"),
  });
  if (!yes) return;
  await put(id, begin);
  offerUndo(t(begin ? "maintain.begun" : "maintain.ended", { name }), () => put(id, !begin));
}

/** Says what is lost, has the name typed, and takes the station out of service. Whether it was done. @throws ApiError */
export async function retireStation(station: Station): Promise<boolean> {
  const { id, name } = station;
  const schedules = await getAll<Schedule>("/schedules");
  const own = schedules.filter(({ targets }) =>
    targets.some((target) => "stationId" in target && target.stationId === id),
  );
  const yes = await confirmed({
    title: t("retire.title", { name }),
    facts: [
      t("retire.silent"),
      ...(own.length > 0
        ? [t("retire.schedules", { n: own.length, titles: own.map(({ title }) => `“${title}”`).join(", ") })]
        : []),
      t("retire.keeps"),
      t("retire.id", { id }),
    ],
    typed: name,
    yes: t("retire.button"),
    stop: true,
  });
  if (!yes) return false;
  await api.delete(`/stations/${id}`);
  world.stations.remove(id);
  say(t("retire.done", { name }));
  return true;
}
