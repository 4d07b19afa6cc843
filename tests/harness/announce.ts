import type { Answer, Person } from "./api.ts";
import type { Commune } from "./commune.ts";
import { until } from "./until.ts";

/** Uploads a sound, waits for ingest, submits it, and has another person approve it. */
export async function approved(
  commune: Commune,
  title: string,
  file: Uint8Array,
  name: string,
): Promise<Answer> {
  const [author, approver] = await Promise.all([commune.person("xa"), commune.person("xa2")]);
  const { id } = await author.upload(title, file, name);
  const ready = await until(`${title} ready`, 60_000, async () => {
    const announcement = await author.get(`/announcements/${id}`);
    if (announcement.ingest.state === "failed") throw new Error(`ingest failed: ${announcement.ingest.code}`);
    return announcement.ingest.state === "ready" ? announcement : null;
  });
  await author.post(`/announcements/${id}/submit`);
  await approver.post(`/announcements/${id}/approve`);
  return ready;
}

/** How long it is until seven tomorrow morning in Vietnam, ms: within every envelope, and never soon. */
export function untilTomorrowMorning(): number {
  const now = Temporal.Now.zonedDateTimeISO("Asia/Ho_Chi_Minh");
  const morning = now.add({ days: 1 }).withPlainTime("07:00");
  return morning.epochMilliseconds - now.epochMilliseconds;
}

/** Schedules an announcement once; resolves with its broadcast. `inMs`: how far from now it starts. */
export async function scheduled(
  person: Person,
  announcementId: string,
  targets: readonly Answer[],
  inMs: number,
  more: Record<string, unknown> = {},
): Promise<Answer> {
  const start = new Date(Math.ceil((Date.now() + inMs) / 1_000) * 1_000).toISOString();
  const title = `Phát ${announcementId}`;
  const schedule = await person.post("/schedules", {
    title,
    targets,
    programme: { items: [{ announcementId }] },
    start,
    chime: false,
    ...more,
  });
  const { items } = await person.get(`/broadcasts?scheduleId=${schedule.id}`);
  return { ...items[0], scheduleId: schedule.id };
}

/** Waits until every station of a broadcast holds plan and audio. */
export async function confirmed(person: Person, broadcastId: string, withinMs = 20_000): Promise<void> {
  await until(`${broadcastId} confirmed`, withinMs, async () => {
    const { stations } = await person.get(`/broadcasts/${broadcastId}`);
    return stations.every(({ state }: Answer) => state !== "unconfirmed") ? true : null;
  });
}

/** Waits until every station of a broadcast has its receipt, and returns the playouts. */
export async function proven(
  person: Person,
  broadcastId: string,
  count: number,
  withinMs = 60_000,
): Promise<Answer[]> {
  return until(`${broadcastId} proven`, withinMs, async () => {
    const { playouts } = await person.get(`/broadcasts/${broadcastId}`);
    return playouts.length >= count ? playouts : null;
  });
}
