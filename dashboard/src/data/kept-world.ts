import type { Area } from "@loa/protocol/http/areas";
import type { Broadcast } from "@loa/protocol/http/broadcasts";
import type { Station } from "@loa/protocol/http/stations";
import { api, getAll } from "./api.ts";
import { feed } from "./feed.ts";
import { hubNow } from "./hub-clock.ts";
import { keep, kept } from "./kept.ts";
import { user } from "./session.ts";
import type { World, WorldPart } from "./world.ts";

const KEEP_EVERY_MS = 60_000;
/** Once the page has nothing more urgent. */
const FIRST_KEEP_MS = 4_000;
/** Copying thousands of stations at once would hold up the page. */
const CHUNK = 250;

interface Head {
  readonly userId: string;
  /** When all of it was known good, Unix ms. */
  readonly at: number;
  readonly chunks: number;
  readonly areas: readonly Area[];
  readonly broadcasts: readonly Broadcast[];
}

const PARTS: readonly WorldPart[] = ["areas", "stations", "broadcasts"];

/** Keeps a world on this device while the hub answers, for the time when it does not; the answer ends it. */
export function keepWorld(world: World, userId: string): () => void {
  let saving = false;
  const save = async () => {
    const whole = PARTS.every((part) => world.have.value.has(part));
    if (saving || !whole || feed.link.value.state !== "live") return;
    saving = true;
    await saveWorld(world, userId).finally(() => {
      saving = false;
    });
  };
  const first = setTimeout(() => {
    void save();
    for (const list of [api.get("/announcements"), getAll("/schedules")]) void list.catch(() => undefined);
  }, FIRST_KEEP_MS);
  const regular = setInterval(() => void save(), KEEP_EVERY_MS);
  const hidden = () => void (document.hidden && save());
  document.addEventListener("visibilitychange", hidden);
  return () => {
    clearTimeout(first);
    clearInterval(regular);
    document.removeEventListener("visibilitychange", hidden);
  };
}

/** The head is written last: it tells how many parts belong to it. */
async function saveWorld(world: World, userId: string): Promise<void> {
  const at = hubNow();
  const stations = world.stations.all;
  const chunks = Math.ceil(stations.length / CHUNK);
  for (let i = 0; i < chunks; i++) {
    if (user.value?.id !== userId) return;
    await keep(`stations ${i}`, stations.slice(i * CHUNK, (i + 1) * CHUNK));
  }
  if (user.value?.id !== userId) return;
  const head: Head = { userId, at, chunks, areas: world.areas.all, broadcasts: world.broadcasts.all };
  await keep("world", head);
}

/** Fills an empty world with what was kept for the user; tells from when that is, or null when there is nothing. */
export async function recallWorld(world: World, userId: string): Promise<number | null> {
  const head = await kept<Head>("world");
  if (head?.userId !== userId || world.loaded.value) return null;
  const parts = await Promise.all(
    Array.from({ length: head.chunks }, (_, i) => kept<Station[]>(`stations ${i}`)),
  );
  if (world.loaded.value || user.value?.id !== userId) return null;
  world.areas.replace(head.areas);
  world.stations.replace(parts.flatMap((part) => part ?? []));
  world.broadcasts.replace(head.broadcasts);
  world.have.set(new Set(PARTS));
  world.loaded.set(true);
  return head.at;
}
