import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seconds } from "@loa/kernel/units";
import type { Command, LiveCommand } from "@loa/protocol/command";
import type { LiveDetail } from "@loa/protocol/http/live";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  eachWithLine,
  hub,
  OPERATOR,
  says,
  shown as shownAlert,
  tales,
  there,
  told,
} from "../alerts/alerts.fixture.ts";
import type { LiveRecord } from "../core/live.ts";
import { receiptOf, type TestStation } from "../link/test-station.fixture.ts";
import type { Actor } from "../ports.ts";
import { lineLive } from "../store/repositories/line-live.ts";
import { lineDatabase } from "../store/repositories/line-tables.ts";
import { decoded, opusFrames, packetsAt, TestSpeaker } from "./live.fixture.ts";

eachWithLine();

const STAFF: Actor = { userId: "u-3", name: "Hoa", role: "staff", areaId: "kim-lien" };
const OTHER: Actor = { ...STAFF, userId: "u-4", name: "Lê" };
const KIM_LIEN = { targets: [{ areaId: "kim-lien" }] };
const ALERT = { kind: "actual", headline: "Vỡ đê", expiresInSeconds: 120 };
const tone = () => opusFrames("sine=frequency=700:duration=2:sample_rate=48000");

const open = (body: object = KIM_LIEN, actor = STAFF) => {
  hub.actor = actor;
  return hub.ask("POST", "/live", body);
};
const shown = async (id: string) => (await hub.ask("GET", `/live/${id}`)).body as LiveDetail;
const sessionFor = async (station: TestStation) =>
  ((await station.nextCommand("live")) as { command: LiveCommand }).command.session;
const stops = async (station: TestStation): Promise<Command[]> =>
  (await station.inbox())
    .filter(({ topic }) => topic.endsWith("/command"))
    .map(({ text }) => JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString()).body)
    .filter(({ kind }) => kind === "stop");

/** Speaks frames in real rhythm. */
async function speak(speaker: TestSpeaker, frames: readonly Uint8Array[]): Promise<void> {
  for (let n = 0; n < frames.length; n += 3) {
    await hub.clock.advance(60);
    await speaker.says(speaker.sequence * 60_000, frames.slice(n, n + 3));
  }
}

describe("live speech ends", () => {
  test("by its speaker: the last packet says so, and a stop follows once the last word has sounded", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    const session = await sessionFor(one);
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, tone().slice(0, 30));
    speaker.socket.send(JSON.stringify({ kind: "end" }));
    expect(await speaker.next(({ kind }) => kind === "ended")).toMatchObject({ end: "speaker" });
    expect((await packetsAt(one, session)).packets.at(-1)).toMatchObject({ last: true });
    expect(await stops(one)).toEqual([]);
    await hub.clock.advance(2_600);
    expect(await stops(one)).toMatchObject([{ sessionId: id, by: "Hoa" }]);
    await expect.poll(async () => (await shown(id)).recording).toBeDefined();
    expect(await shown(id)).toMatchObject({ state: "ended", end: "speaker" });
  });

  test("by anybody who may silence all of its stations, and by nobody else", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open({ targets: [{ areaId: "nam-dan" }] }, OPERATOR)).body;
    await sessionFor(one);
    hub.actor = OTHER;
    expect((await hub.ask("DELETE", `/live/${id}`)).status).toBe(403);
    hub.actor = { ...OPERATOR, userId: "u-8", role: "technician" };
    expect((await hub.ask("DELETE", `/live/${id}`)).body).toMatchObject({ state: "ended", end: "stopped" });
    expect(await stops(one)).toMatchObject([{ sessionId: id }]);
    expect((await hub.ask("DELETE", `/live/${id}`)).status).toBe(200);
    expect(hub.audited.filter(({ action }) => action === "live.end")).toMatchObject([{ actor: "u-8" }]);
  });

  test("by a stop of its area; where more listens it goes on without that area", async () => {
    const [here, away] = [await there("kim-lien-1"), await there("nam-giang-1")];
    const wide = (
      await open({ targets: [{ stationId: "kim-lien-1" }, { stationId: "nam-giang-1" }] }, OPERATOR)
    ).body;
    const local = (await open({ targets: [{ stationId: "kim-lien-2" }] })).body;
    await Promise.all([sessionFor(here), sessionFor(away)]);
    const speaker = await (async () => {
      hub.actor = OPERATOR;
      return TestSpeaker.to(hub, wide.id);
    })();
    await speak(speaker, tone().slice(0, 6));
    hub.actor = OTHER;
    expect((await hub.ask("POST", "/stop", { areaId: "kim-lien" })).status).toBe(202);
    expect(await shown(local.id)).toMatchObject({ state: "ended", end: "stopped" });
    const { stations, state } = await shown(wide.id);
    expect(state).toBe("speaking");
    expect(stations.find(({ stationId }) => stationId === here.id)).toMatchObject({ code: "STOPPED" });
    here.session++;
    here.counter = 0;
    await here.born();
    const told = (await here.inbox()).filter(({ topic }) => topic.endsWith("/command"));
    expect(told.every(({ text }) => !Buffer.from(text.split(".")[1]!, "base64url").includes('"live"'))).toBe(
      true,
    );
    await speaker.close();
  });

  test("with its hub: the next one tells the stations, and has what was recorded", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    await sessionFor(one);
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, tone().slice(0, 99));
    await hub.restart();
    hub.actor = STAFF;
    const ended = await shown(id);
    expect(ended).toMatchObject({ state: "ended", end: "hub", recording: { durationMs: 1_980 } });
    const back = await there("kim-lien-2");
    expect(await stops(back)).toMatchObject([{ sessionId: id }]);
    expect((await open()).status).toBe(201);
  });

  test("where the store takes nothing, neither then nor at the next start: the hub lives, and tells the stations", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    await sessionFor(one);
    await sql`PRAGMA query_only = ON`.execute(hub.database);
    expect((await hub.ask("DELETE", `/live/${id}`)).body).toMatchObject({ state: "ended" });
    expect(await stops(one)).toMatchObject([{ sessionId: id }]);
    await sql`PRAGMA query_only = OFF`.execute(hub.database);
    hub.opened = (database) => sql`PRAGMA query_only = ON`.execute(database);
    await hub.restart();
    await sql`PRAGMA query_only = OFF`.execute(hub.database);
    const back = await there("kim-lien-2");
    expect(await stops(back)).toMatchObject([{ sessionId: id }]);
    hub.opened = async () => {};
    await hub.restart();
    hub.actor = STAFF;
    expect(await shown(id)).toMatchObject({ state: "ended", end: "hub" });
  });

  test("for a speaker who logged out meanwhile: what is said no longer goes out", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    const session = await sessionFor(one);
    const speaker = await TestSpeaker.to(hub, id);
    const closed = new Promise<void>((resolve) => speaker.socket.addEventListener("close", () => resolve()));
    const [frame] = tone() as [Uint8Array];
    const secondsOf = async (count: number) => {
      for (let n = 0; n < (count * 1_000) / 60; n++) {
        await hub.clock.advance(60);
        await Promise.race([speaker.says(speaker.sequence * 60_000, [frame, frame, frame]), closed]);
      }
    };
    await secondsOf(6);
    hub.loggedIn = false;
    await secondsOf(16);
    expect(await shown(id)).toMatchObject({ state: "ended", end: "lost" });
    const said = (await packetsAt(one, session)).packets.filter(({ frames }) => frames.length > 0);
    expect(said.length).toBeGreaterThan(6 * 16);
    expect(said.length).toBeLessThan(12 * 16);
  });
});

describe("what was said live", () => {
  test("is kept later where there was no room for it", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    await sessionFor(one);
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, tone().slice(0, 99));
    const assets = join(hub.folder, "assets");
    await rm(assets, { recursive: true, force: true });
    await writeFile(assets, "in the way");
    await hub.ask("DELETE", `/live/${id}`);
    await expect.poll(() => hub.audited.map(({ action }) => action)).toContain("live.end");
    expect((await shown(id)).recording).toBeUndefined();
    await hub.restart(() => rm(assets));
    hub.actor = STAFF;
    expect(await shown(id)).toMatchObject({ end: "speaker", recording: { durationMs: 1_980 } });
    expect((await hub.api.inject(`/live/${id}/audio`)).statusCode).toBe(200);
  });

  test("is kept, played in parts, and written down by staff", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    await sessionFor(one);
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, tone());
    expect((await hub.ask("GET", `/live/${id}/audio`)).status).toBe(409);
    await hub.ask("DELETE", `/live/${id}`);
    const { recording } = await shown(id);
    const heard = decoded(await readFile(hub.assets.path(recording!.sha256)));
    let turns = 0;
    for (let n = 1; n < heard.length; n++) if (heard[n - 1]! < 0 && heard[n]! >= 0) turns++;
    expect(turns / (heard.length / 48_000)).toBeGreaterThan(690);
    expect(turns / (heard.length / 48_000)).toBeLessThan(710);
    const audio = await hub.api.inject({ url: `/live/${id}/audio`, headers: { range: "bytes=0-3" } });
    expect([audio.statusCode, audio.body]).toEqual([206, "OggS"]);

    hub.actor = OTHER;
    const written = await hub.ask("PATCH", `/live/${id}`, { transcript: "Xin chào bà con." });
    expect(written.body).toMatchObject({ transcript: "Xin chào bà con.", recording });
    expect(hub.audited.at(-1)).toMatchObject({ actor: "u-4", action: "live.transcript", subject: id });
    hub.actor = { ...OTHER, role: "auditor" };
    expect((await hub.ask("PATCH", `/live/${id}`, { transcript: "" })).status).toBe(403);
    hub.actor = { ...OTHER, areaId: "nam-giang" };
    expect((await hub.ask("GET", `/live/${id}`)).status).toBe(404);
    expect((await hub.ask("GET", `/live/${id}/audio`)).status).toBe(404);
    expect((await hub.ask("GET", "/live")).body.items).toEqual([]);
  });

  test("is listed newest first, page by page, with what proves that it sounded", async () => {
    const one = await there("kim-lien-1");
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { id } = (await open()).body;
      ids.unshift(id);
      if (n < 2) await hub.ask("DELETE", `/live/${id}`);
      await hub.clock.advance(10);
    }
    const first = (await hub.ask("GET", "/live?limit=2")).body;
    expect(first.items.map(({ id }: LiveDetail) => id)).toEqual(ids.slice(0, 2));
    const rest = (await hub.ask("GET", `/live?limit=2&cursor=${first.next}`)).body;
    expect([rest.items.map(({ id }: LiveDetail) => id), rest.next]).toEqual([ids.slice(2), null]);
    expect((await hub.ask("GET", "/live?state=waiting")).body.items).toHaveLength(1);
    const { broadcastId: _, ...receipt } = receiptOf("r-1", "", { sequence: 7 });
    await one.send("receipt", { receipts: [{ ...receipt, sessionId: ids[2] }] });
    await one.nextCommand("receipts-stored");
    expect((await shown(ids[2]!)).playouts).toMatchObject([{ receiptId: "r-1", sessionId: ids[2] }]);
  });
});

test("a commune finds its own speech as soon among ten thousand of others as alone", async () => {
  const { id } = (await open()).body;
  await hub.ask("DELETE", `/live/${id}`);
  const took = async () => {
    const runs: number[] = [];
    for (let run = 0; run < 5; run++) {
      const begun = performance.now();
      const { items } = (await hub.ask("GET", "/live?limit=20")).body;
      expect(items.map((live: LiveDetail) => live.id)).toEqual([id]);
      runs.push(performance.now() - begun);
    }
    return runs.sort((a, b) => a - b)[2] as number;
  };
  const alone = await took();
  const record = (await lineLive.get(lineDatabase(hub.database), id)) as LiveRecord;
  await hub.database.transaction().execute(async (transaction) => {
    for (let n = 0; n < 10_000; n++)
      await lineLive.save(lineDatabase(transaction), {
        ...record,
        ...{ id: n.toString(16).padStart(32, "0"), createdAt: record.createdAt + n },
        reach: [{ stationId: "nam-giang-1", zones: ["z1"] }],
        by: { id: "u-9", name: "Minh" },
      });
  });
  expect(await took()).toBeLessThan(10 * alone);
});

describe("the voice of an alert", () => {
  test("follows its tone as the last item of one round, and only operators have it", async () => {
    const one = await there("kim-lien-1");
    expect((await open({ ...KIM_LIEN, alert: ALERT })).status).toBe(403);
    const { status, body } = await open({ ...KIM_LIEN, alert: { ...ALERT, siren: "pulse" } }, OPERATOR);
    expect(status).toBe(201);
    const { alert } = await told(one);
    expect(alert).toMatchObject({ alertId: body.alertId, repeat: 1, maxSoundMinutes: 60 });
    expect(alert.sound[0]).toMatchObject({ kind: "tone", tone: "pulse" });
    expect(alert.sound.at(-1)).toMatchObject({
      ...{ kind: "live", durationMs: seconds(120) },
      session: { sessionId: body.id, delayMs: 300 },
    });
    expect(alert.sound.filter(({ kind }) => kind === "live")).toHaveLength(1);
    await says(one, alert, "received");
    expect(await shownAlert(body.alertId)).toMatchObject({ sessionId: body.id });
    const speaker = await TestSpeaker.to(hub, body.id);
    await speak(speaker, tone().slice(0, 6));
    const live = alert.sound.at(-1) as { session: { publicKey: string } };
    expect((await packetsAt(one, live.session)).packets).toHaveLength(2);
    speaker.socket.send(JSON.stringify({ kind: "end" }));
    await speaker.next(({ kind }) => kind === "ended");
    await hub.clock.advance(2_500);
    const update = (await told(one)).alert;
    expect(update).toMatchObject({ alertId: body.alertId, revision: 2, action: "update", sound: [] });
    for (const state of ["received", "ready"]) await says(one, update, state);
    expect(await shownAlert(body.alertId)).toMatchObject({ counts: { done: 1 } });
  });

  test("waits for a second person, and speaks to nobody before", async () => {
    hub.alertConfirmation = "second-person";
    await hub.restart();
    const one = await there("kim-lien-1");
    const { id, alertId } = (await open({ ...KIM_LIEN, alert: ALERT }, OPERATOR)).body;
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, tone().slice(0, 30));
    expect(await shown(id)).toMatchObject({ state: "waiting" });
    expect(await tales(one)).toEqual([]);
    hub.actor = { ...OPERATOR, userId: "u-7", name: "Kế" };
    expect((await hub.ask("POST", `/alerts/${alertId}/confirm`)).status).toBe(200);
    const { alert } = await told(one);
    hub.actor = OPERATOR;
    await speak(speaker, tone().slice(0, 6));
    expect(await shown(id)).toMatchObject({ state: "speaking" });
    const live = alert.sound.at(-1) as { session: { publicKey: string } };
    expect((await packetsAt(one, live.session)).packets).toHaveLength(2);
    await speaker.close();
  });

  test("ends with the alert's recall, and a voice that was never confirmed takes its alert back", async () => {
    const one = await there("kim-lien-1");
    const { id, alertId } = (await open({ ...KIM_LIEN, alert: ALERT }, OPERATOR)).body;
    await told(one);
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, tone().slice(0, 6));
    await hub.ask("POST", `/alerts/${alertId}/recall`, {});
    expect(await speaker.next(({ kind }) => kind === "ended")).toMatchObject({ end: "recalled" });
    expect(await shown(id)).toMatchObject({ state: "ended", end: "recalled" });

    hub.alertConfirmation = "second-person";
    await hub.restart();
    const waiting = (await open({ ...KIM_LIEN, alert: ALERT }, OPERATOR)).body;
    await hub.ask("DELETE", `/live/${waiting.id}`);
    await expect.poll(async () => (await shownAlert(waiting.alertId)).state).toBe("recalled");
  });

  test("takes the zones from whoever speaks there, and is held by nobody but another alert", async () => {
    const plain = (await open()).body;
    const voice = await open({ ...KIM_LIEN, alert: ALERT }, OPERATOR);
    expect(voice.status).toBe(201);
    hub.actor = STAFF;
    expect(await shown(plain.id)).toMatchObject({ state: "ended", end: "preempted" });
    expect((await open()).body).toMatchObject({ code: "LIVE_HELD", holder: { name: "Minh" } });
    hub.actor = OPERATOR;
    const speaker = await TestSpeaker.to(hub, voice.body.id);
    expect((await open({ ...KIM_LIEN, alert: ALERT }, OPERATOR)).body.code).toBe("LIVE_HELD");
    await speaker.close();
  });

  test("of an exercise is spoken as one before and after, at no siren", async () => {
    const one = await there("kim-lien-1");
    const exercise = { ...ALERT, kind: "exercise" };
    const { id } = (await open({ ...KIM_LIEN, alert: exercise }, OPERATOR)).body;
    const { alert, typ } = await told(one);
    expect([typ, alert.sound.map(({ kind }) => kind)]).toEqual([
      "exercise",
      ["tone", "silence", "opus", "silence", "live"],
    ]);
    await hub.ask("DELETE", `/live/${id}`);
    const update = (await told(one)).alert;
    expect(update.sound.map(({ kind }) => kind)).toEqual(["opus"]);
  });
});
