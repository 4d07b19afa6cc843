import { existsSync } from "node:fs";
import { days, hours, minutes } from "@loa/kernel/units";
import type { LiveDetail } from "@loa/protocol/http/live";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { eachWithLine, hub, OPERATOR, there } from "../alerts/alerts.fixture.ts";
import type { LiveRecord } from "../core/live.ts";
import { lineLive } from "../store/repositories/line-live.ts";
import { lineDatabase } from "../store/repositories/line-tables.ts";
import { opusFrames, TestSpeaker } from "./live.fixture.ts";

eachWithLine();

const ALERT = { kind: "actual", headline: "Vỡ đê", expiresInSeconds: 3_600 };
const shown = async (id: string) => (await hub.ask("GET", `/live/${id}`)).body as LiveDetail;
const audio = async (id: string) =>
  (await hub.api.inject({ method: "GET", url: `/live/${id}/audio` })).statusCode;
const kept = async (id: string) => (await lineLive.get(lineDatabase(hub.database), id)) as LiveRecord;

/** Somebody speaks for two seconds, and it is recorded. */
async function spoken(more: object = {}): Promise<{ id: string; alertId?: string; file: string }> {
  hub.actor = OPERATOR;
  const { body } = await hub.ask("POST", "/live", { targets: [{ areaId: "kim-lien" }], ...more });
  const { id, alertId } = body as LiveDetail;
  const speaker = await TestSpeaker.to(hub, id);
  const frames = opusFrames("sine=frequency=700:duration=2:sample_rate=48000");
  for (let n = 0; n < frames.length; n += 3) {
    await hub.clock.advance(60);
    await speaker.says(speaker.sequence * 60_000, frames.slice(n, n + 3));
  }
  await hub.ask("DELETE", `/live/${id}`);
  await expect.poll(async () => (await kept(id)).recording).not.toBeNull();
  const { recording } = await kept(id);
  // What stations said last is stored a moment later.
  await hub.clock.advance(minutes(1));
  return { id, ...(alertId && { alertId }), file: hub.assets.path(recording?.sha256 ?? "") };
}

/** As if it had ended so long ago. */
async function endedAgo(id: string, ms: number): Promise<void> {
  await lineLive.save(lineDatabase(hub.database), { ...(await kept(id)), endedAt: hub.clock.now() - ms });
}

describe("the recording of live speech", () => {
  test("is removed once it was kept long enough; what else is known of the speech stays and says so", async () => {
    await there("kim-lien-1");
    const [old, recent] = [await spoken(), await spoken()];
    await hub.ask("PATCH", `/live/${old.id}`, { transcript: "Bà con chú ý." });
    await endedAgo(old.id, days(90) + hours(2));
    await endedAgo(recent.id, days(90) - hours(2));
    expect([await audio(old.id), await audio(recent.id)]).toEqual([200, 200]);
    await hub.clock.advance(hours(1));
    await expect.poll(() => existsSync(old.file)).toBe(false);
    const before = hub.clock.now() - hours(1);
    await expect.poll(async () => (await shown(old.id)).recordingRemovedAt).toBeGreaterThan(before);
    expect(await shown(old.id)).not.toHaveProperty("recording");
    expect(await shown(old.id)).toMatchObject({ state: "ended", transcript: "Bà con chú ý." });
    expect(await shown(recent.id)).toHaveProperty("recording");
    expect([await audio(old.id), await audio(recent.id)]).toEqual([404, 200]);
    const removals = hub.audited.filter(({ action }) => action === "live.recording-removed");
    expect(removals.map(({ subject }) => subject)).toEqual([old.id]);
  });

  test("stays as long as the alert stands whose voice it was, and goes with the next look", async () => {
    await there("kim-lien-1");
    const voice = await spoken({ alert: ALERT });
    const plain = await spoken();
    for (const { id } of [voice, plain]) await endedAgo(id, days(91));
    await hub.restart();
    await expect.poll(() => existsSync(plain.file)).toBe(false);
    expect(existsSync(voice.file)).toBe(true);
    await hub.clock.advance(hours(2));
    await expect.poll(() => existsSync(voice.file)).toBe(false);
    await expect.poll(async () => (await shown(voice.id)).recordingRemovedAt).toBeDefined();
  });

  test("stays where the store cannot note that it is gone, and goes once it can", async () => {
    await there("kim-lien-1");
    const { id, file } = await spoken();
    await endedAgo(id, days(91));
    await sql`PRAGMA query_only = ON`.execute(hub.database);
    await hub.clock.advance(hours(1));
    await hub.clock.advance(minutes(1));
    expect(existsSync(file)).toBe(true);
    expect(await audio(id)).toBe(200);
    await sql`PRAGMA query_only = OFF`.execute(hub.database);
    await hub.clock.advance(hours(1));
    await expect.poll(() => existsSync(file)).toBe(false);
    await expect.poll(async () => (await shown(id)).recordingRemovedAt).toBeDefined();
  });
});

test("recordings are found by an index, however much was spoken", async () => {
  const query =
    "SELECT id FROM live WHERE ended_at < 1 AND json_extract(body_json, '$.recording.sha256') IS NOT NULL ORDER BY ended_at";
  const { rows } = await sql<{ detail: string }>`EXPLAIN QUERY PLAN ${sql.raw(query)}`.execute(hub.database);
  expect(rows.map(({ detail }) => detail).join()).toContain("live_recorded");
});
