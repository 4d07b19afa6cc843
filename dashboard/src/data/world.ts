import type { AlertList, AlertSummary } from "@loa/protocol/http/alerts";
import type { Announcement } from "@loa/protocol/http/announcements";
import type { Area } from "@loa/protocol/http/areas";
import type { Broadcast } from "@loa/protocol/http/broadcasts";
import type { DashboardEvent } from "@loa/protocol/http/events";
import type { LiveSummary } from "@loa/protocol/http/live";
import type { Station } from "@loa/protocol/http/stations";
import { api, getAll } from "./api.ts";
import type { ApiError } from "./api-error.ts";
import { toApiError } from "./api-error.ts";
import { feed } from "./feed.ts";
import { hubNow } from "./hub-clock.ts";
import { keepWorld, recallWorld } from "./kept-world.ts";
import { user } from "./session.ts";
import { Signal } from "./signal.ts";
import { Table } from "./table.ts";

const DAY_MS = 86_400_000;
/** The days that the page knows of move on while it is open. */
const HOUR_MS = 3_600_000;

/** A table that is read as a whole. */
export type WorldPart = "areas" | "stations" | "broadcasts";

/** What the pages share, kept current by the event stream. */
export class World {
  readonly areas = new Table<Area>();
  readonly stations = new Table<Station>();
  /** Yesterday, today and the next two days. */
  readonly broadcasts = new Table<Broadcast>();
  /** The newest, and those that changed since the page was opened. */
  readonly alerts = new Table<AlertSummary>();
  /** Announcements that changed since the page was opened. */
  readonly announcements = new Table<Announcement>();
  /** Live speech that goes on, and what changed of it since the page was opened. */
  readonly live = new Table<LiveSummary>();
  /** Which of the tables hold what the hub said, now or, from the cache, when it last answered. */
  readonly have = new Signal<ReadonlySet<WorldPart>>(new Set());
  readonly loaded = new Signal(false);
  readonly failure = new Signal<ApiError | null>(null);
}

/** Applies a frame's worth of events, later ones over earlier ones. */
export function fold(world: World, events: readonly DashboardEvent[]): void {
  const areas = new Map<string, Area | null>();
  const stations = new Map<string, Station | null>();
  const broadcasts = new Map<string, Broadcast>();
  const announcements = new Map<string, Announcement>();
  const live = new Map<string, LiveSummary>();
  const alerts = new Map<string, AlertSummary>();
  for (const event of events) {
    if (event.kind === "station") stations.set(event.station.id, event.station);
    else if (event.kind === "area") areas.set(event.area.id, event.area);
    else if (event.kind === "gone") {
      if (event.areaId !== undefined) areas.set(event.areaId, null);
      if (event.stationId !== undefined) stations.set(event.stationId, null);
    } else if (event.kind === "broadcast") broadcasts.set(event.broadcast.id, event.broadcast);
    else if (event.kind === "live") live.set(event.live.id, event.live);
    else if (event.kind === "alert") alerts.set(event.alert.id, event.alert);
    else if (event.kind === "announcement") announcements.set(event.announcement.id, event.announcement);
  }
  apply(world.areas, areas);
  apply(world.stations, stations);
  world.broadcasts.merge([...broadcasts.values()]);
  world.announcements.merge([...announcements.values()]);
  world.live.merge([...live.values()]);
  world.alerts.merge([...alerts.values()]);
}

/** Puts rows in their places; null takes one out. */
function apply<Row extends { id: string }>(table: Table<Row>, rows: ReadonlyMap<string, Row | null>): void {
  for (const [id, row] of rows) if (row === null) table.remove(id);
  table.merge([...rows.values()].filter((row) => row !== null));
}

/** The world of this page. */
export const world = new World();

function got(part: WorldPart): void {
  if (!world.have.value.has(part)) world.have.set(new Set([...world.have.value, part]));
}

async function loadBroadcasts(): Promise<void> {
  const from = new Date(hubNow() - DAY_MS).toISOString();
  const to = new Date(hubNow() + 2 * DAY_MS).toISOString();
  await world.broadcasts.read(() => getAll<Broadcast>("/broadcasts", { from, to }));
  got("broadcasts");
}

/** Reads the tree again, after a change of it. @throws ApiError */
export async function loadAreas(): Promise<void> {
  await world.areas.read(() => getAll<Area>("/areas"));
  got("areas");
}

/** Live speech lasts minutes: what goes on is among the newest. */
const NEWEST_LIVE = 20;

async function loadLive(): Promise<void> {
  await world.live.read(
    async () => (await api.get<{ items: LiveSummary[] }>("/live", { limit: NEWEST_LIVE })).items,
  );
}

/** More than that do not stand at once. */
const NEWEST_ALERTS = 50;

async function loadAlerts(): Promise<void> {
  await world.alerts.read(async () => (await api.get<AlertList>("/alerts", { limit: NEWEST_ALERTS })).items);
}

async function loadStations(): Promise<void> {
  await world.stations.read(() => getAll<Station>("/stations"));
  got("stations");
}

/** Reads everything that the pages share; what cannot be read leaves the rest to be shown. */
export async function loadWorld(): Promise<void> {
  const parts = await Promise.allSettled([
    loadAreas(),
    loadStations(),
    loadBroadcasts(),
    loadLive(),
    loadAlerts(),
  ]);
  const failed = parts.find((part) => part.status === "rejected");
  const failure = failed ? toApiError(failed.reason) : null;
  if (parts.some((part) => part.status === "fulfilled")) world.loaded.set(true);
  else if (failure?.code === "HUB_AWAY") await recall();
  world.failure.set(failure?.code === "HUB_AWAY" && world.loaded.value ? null : failure);
}

/** Without the hub the page shows what was kept, and says from when it is. */
async function recall(): Promise<void> {
  const at = user.value ? await recallWorld(world, user.value.id) : null;
  if (at !== null) feed.knownFrom(at);
}

let reload: ReturnType<typeof setTimeout> | undefined;

function follow(events: readonly DashboardEvent[]): void {
  fold(world, events);
  const begin = events.some((event) => event.kind === "reset");
  if (!begin && !events.some((event) => event.kind === "schedule")) return;
  clearTimeout(reload);
  reload = setTimeout(() => void (begin ? loadWorld() : loadBroadcasts().catch(() => undefined)), 200);
}

/** Starts reading, following and keeping for a user; the answer ends it, at log-out. */
export function followWorld(userId: string): () => void {
  const end = feed.on(follow);
  const endKeeping = keepWorld(world, userId);
  feed.open();
  void loadWorld();
  const hourly = setInterval(() => void loadBroadcasts().catch(() => undefined), HOUR_MS);
  return () => {
    end();
    endKeeping();
    feed.close();
    clearTimeout(reload);
    clearInterval(hourly);
    world.have.set(new Set());
    world.loaded.set(false);
    for (const table of [
      world.areas,
      world.stations,
      world.broadcasts,
      world.announcements,
      world.live,
      world.alerts,
    ])
      table.replace([]);
  };
}
