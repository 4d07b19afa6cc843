import type { Area } from "@loa/protocol/http/areas";
import type { Broadcast, StopAnswer } from "@loa/protocol/http/broadcasts";
import { api } from "../data/api.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { confirmed } from "./confirm.ts";
import { say, sayError } from "./toast.ts";

async function stop(path: string, body?: unknown): Promise<void> {
  try {
    const { stations } = await api.post<StopAnswer>(path, body);
    say(t("stop.sent", { n: stations }));
  } catch (thrown) {
    sayError(thrown);
  }
}

/** Asks, then silences one broadcast everywhere. */
export async function stopBroadcast(broadcast: Broadcast): Promise<void> {
  const { onAir, unconfirmed } = broadcast.counts;
  const yes = await confirmed({
    title: t("stop.broadcast", { title: broadcast.title }),
    facts: [
      t("stop.willSilence", { n: onAir }),
      ...(unconfirmed > 0 ? [t("stop.unreachable", { n: unconfirmed })] : []),
      t("stop.laterStays"),
    ],
    yes: t("stop.yes"),
    no: t("stop.no"),
    stop: true,
  });
  if (yes) await stop(`/broadcasts/${broadcast.id}/stop`);
}

/** Asks, then silences everything but emergencies in an area and below. */
export async function stopArea(area: Area): Promise<void> {
  const sounding = world.stations.all.filter(
    (station) => station.onAir !== null && world.areas.get(station.areaId)?.path.includes(area.id),
  );
  const titles = new Set(
    sounding.map((station) => world.broadcasts.get(station.onAir?.broadcastId ?? "")?.title ?? ""),
  );
  titles.delete("");
  const yes = await confirmed({
    title: t("stop.area", { area: area.name }),
    facts: [
      t("stop.willSilence", { n: sounding.length }),
      ...(titles.size > 0 ? [t("stop.titles", { titles: [...titles].join(", ") })] : []),
      t("stop.emergencyStays"),
      t("stop.laterStays"),
    ],
    yes: t("stop.yes"),
    no: t("stop.no"),
    stop: true,
  });
  if (yes) await stop("/stop", { areaId: area.id });
}
