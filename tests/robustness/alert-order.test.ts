import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { renderTone } from "@loa/controller/audio/alert-tones";
import type { Alert, Tone } from "@loa/protocol/alert";
import { sign } from "@loa/protocol/envelope";
import { type TimeRequest, timeReply } from "@loa/protocol/time";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer } from "../harness/api.ts";
import { AREA_PATH, enrolByHand } from "../harness/by-hand.ts";
import { Commune } from "../harness/commune.ts";
import { fillStore } from "../harness/full-disk.ts";
import { HostileHub } from "../harness/hostile-hub.ts";
import { recordingAt } from "../harness/recording-at.ts";
import { RATE, rmsDb } from "../harness/sound.ts";
import { envelope, keySetOf, testKeys } from "../harness/test-keys.ts";
import { until, untilTime } from "../harness/until.ts";

const [ID, CLOCKLESS] = ["tram-thu-tu-01", "tram-khong-gio-02"];
const AREA = AREA_PATH[1] as string;
const SOUND_MS = 2_500;
/** Long enough for a cold amplifier, so that the whole of a tone is heard. */
const LEAD_MS = 3_000;

const BUTTON_MS = 19_000;

const keys = testKeys();
const hub = new HostileHub();
/** How far ahead of its own clock the station that does not know the time is told it; 0: it is told nothing. */
let toldAheadMs = 0;
const commune = new Commune([{ id: ID }, { id: CLOCKLESS }]);

beforeAll(async () => {
  await Promise.all([hub.start(), commune.startSim()]);
  const keySet = await keySetOf(keys, 2);
  const secret = enrolByHand(commune, ID, hub, keys, keySet);
  const other = enrolByHand(commune, CLOCKLESS, hub, keys, keySet);
  commune.writeStation(ID, {});
  commune.writeStation(CLOCKLESS, {
    clock: { rtc: false },
    button: { tone: "steady", soundMinutes: BUTTON_MS / 60_000 },
  });
  hub.answersTime = ({ nonce, t1 }: TimeRequest, station) => {
    const now = performance.timeOrigin + performance.now();
    if (station === ID) return [timeReply(secret, { nonce, t1, t2: now, t3: now })];
    const told = now + toldAheadMs;
    return toldAheadMs === 0 ? [] : [timeReply(other, { nonce, t1, t2: told, t3: told })];
  };
  await Promise.all([ID, CLOCKLESS].map((id) => commune.startStation(id).ready));
  await until(
    "births",
    20_000,
    () => [ID, CLOCKLESS].every((id) => hub.since(0, id, "birth").length > 0) || null,
  );
}, 60_000);

afterAll(async () => {
  await commune.stop();
  await hub.close();
});

const alertOf = (alertId: string, more: Partial<Alert> = {}): Alert => ({
  ...{ alertId, revision: 1, kind: "actual", action: "alert", supersedes: [], zones: [], except: [] },
  ...{
    sound: [{ kind: "tone", tone: "steady", durationMs: SOUND_MS }],
    repeat: 1,
    startAt: Date.now() + LEAD_MS,
  },
  ...{ headline: "Thứ tự", language: "vi", expires: Date.now() + 60_000, maxSoundMinutes: 1 },
  ...more,
});
const sent = async (alert: Alert) =>
  hub.send(`loa/1/area/${AREA}/alert`, await sign("alert", keys.alert, envelope([AREA], alert)));
const acked = (place: number, id: string, state: string, station = ID) =>
  hub.ack(place, station, (ack) => ack.id === id && ack.state === state, 20_000);
const closings = async (since: number, station = ID) =>
  (await commune.simEvents(station, since)).filter(({ type, closed }: Answer) => type === "relay" && closed);

/** When the station's horns began and ended to sound, Unix ms: the first sample and the last above −30 dBFS around a moment. */
async function soundAround(at: number, station = ID): Promise<{ from: number; to: number }> {
  const { samples, firstSampleAtUs } = await recordingAt(commune, station, "z1", at);
  const loud = (frame: number) => rmsDb(samples, frame, Math.min(samples.length, frame + 480)) > -30;
  const blocks = Array.from({ length: Math.floor(samples.length / 480) }, (_, i) => i * 480).filter(loud);
  const time = (frame: number) => firstSampleAtUs / 1_000 + (frame * 1_000) / RATE;
  return { from: time(blocks[0] ?? 0), to: time((blocks.at(-1) ?? 0) + 480) };
}

test("alert 5 is lost, 6 comes; 5 is sent again and is heard all the same", async () => {
  const place = hub.heard.length;
  const five = alertOf("al-5");
  await sent(alertOf("al-6"));
  await acked(place, "al-6", "finished");
  const since = Date.now();
  await sent({ ...five, startAt: since + LEAD_MS });
  await acked(place, "al-5", "finished");
  expect((await closings(since)).length).toBeGreaterThan(0);
});

test("a recall that comes before its alert keeps the alert silent for good, also after a restart", async () => {
  const place = hub.heard.length;
  const alert = alertOf("al-nham", { sound: [{ kind: "tone", tone: "wail", durationMs: 5_000 }] });
  await sent({ ...alert, revision: 2, action: "recall", sound: [], correction: [] });
  await acked(place, alert.alertId, "received");
  const since = Date.now();
  await sent({ ...alert, startAt: Date.now() + 200 });
  await untilTime(Date.now() + 1_500);
  await commune.part(ID).stop();
  const again = hub.heard.length;
  await commune.startStation(ID).ready;
  await until("birth", 20_000, () => hub.since(again, ID, "birth")[0]);
  await sent({ ...alert, startAt: Date.now() + 200 });
  await untilTime(Date.now() + 2_000);
  expect(await closings(since)).toEqual([]);
});

test("a recall of long ago says nothing at a station that never had its alert; one whose alert it had is corrected", async () => {
  const place = hub.heard.length;
  const correction = [{ kind: "tone" as const, tone: "all-clear" as const, durationMs: 1_500 }];
  const startAt = Date.now() - 3_600_000;
  const called = { revision: 2, action: "recall" as const, sound: [], correction, startAt };
  const had = alertOf("al-da-nghe");
  await sent(had);
  await acked(place, had.alertId, "finished");
  const since = Date.now();
  await sent(alertOf("al-chua-nghe", called));
  await acked(place, "al-chua-nghe", "finished");
  await untilTime(Date.now() + 2_000);
  expect(await closings(since)).toEqual([]);
  await sent({ ...had, ...called });
  await hub.ack(
    place,
    ID,
    ({ id, state, revision }) => id === had.alertId && state === "finished" && revision === 2,
    20_000,
  );
  expect((await closings(since)).length).toBeGreaterThan(0);
});

test("a siren whose hub fell silent ends by itself; an update in time would have kept it", async () => {
  const place = hub.heard.length;
  const siren = (tone: Tone) => [{ kind: "tone" as const, tone, durationMs: 60_000 }];
  const startAt = Date.now() + LEAD_MS;
  await sent(alertOf("al-tu-tat", { sound: siren("steady"), repeat: 0, startAt, maxSoundMinutes: 4 / 60 }));
  await acked(place, "al-tu-tat", "finished");
  const kept = Date.now() + LEAD_MS;
  const update = alertOf("al-keo-dai", {
    sound: siren("steady"),
    repeat: 0,
    startAt: kept,
    maxSoundMinutes: 4 / 60,
  });
  await sent(update);
  await untilTime(kept + 2_500);
  await sent({ ...update, revision: 2, action: "update", startAt: kept + 2_700 });
  await hub.ack(
    place,
    ID,
    ({ id, state, revision }) => id === "al-keo-dai" && state === "finished" && revision === 2,
    20_000,
  );
  const [alone, refreshed] = [await soundAround(startAt + 3_000), await soundAround(kept + 3_500)];
  expect(refreshed.to - refreshed.from).toBeGreaterThan((alone.to - alone.from) * 1.4);
});

test("with its link cut the siren goes on, and ends at its time", async () => {
  const place = hub.heard.length;
  const startAt = Date.now() + LEAD_MS;
  const alert = alertOf("al-mat-mang", {
    repeat: 2,
    startAt,
    sound: [{ kind: "tone", tone: "steady", durationMs: 3_000 }],
  });
  await sent(alert);
  await acked(place, alert.alertId, "started");
  await hub.birth(ID);
  await acked(place, alert.alertId, "finished");
  const { from, to } = await soundAround(startAt + 5_000);
  expect(Math.abs((to - from) / 6_000 - 1)).toBeLessThan(0.2);
});

test("a station that does not know the time believes only an alert that echoes its session", async () => {
  const [place, since] = [hub.heard.length, Date.now()];
  const birth = await hub.birth(CLOCKLESS);
  expect(birth.clock.synchronised).toBe(false);
  const to = async (alert: Alert) =>
    hub.send(`loa/1/to/${CLOCKLESS}/alert`, await sign("alert", keys.alert, envelope([CLOCKLESS], alert)));
  await to(alertOf("al-khong-gio-1"));
  await to(alertOf("al-khong-gio-2", { nonce: "x".repeat(24) }));
  await acked(place, "al-khong-gio-1", "rejected", CLOCKLESS);
  await acked(place, "al-khong-gio-2", "rejected", CLOCKLESS);
  expect(await closings(since, CLOCKLESS)).toEqual([]);
  await to(alertOf("al-khong-gio-3", { nonce: birth.nonce }));
  await acked(place, "al-khong-gio-3", "started", CLOCKLESS);
  expect((await closings(since, CLOCKLESS)).length).toBeGreaterThan(0);
});

test("a siren sounds on to its end where the station learns meanwhile that it is hours later than it thought", async () => {
  const place = hub.heard.length;
  const { nonce } = await hub.birth(CLOCKLESS);
  const [startAt, lastsMs] = [Date.now(), 30_000];
  const sound = [{ kind: "tone" as const, tone: "steady" as const, durationMs: lastsMs }];
  const alert = alertOf("al-biet-gio", { sound, nonce, startAt });
  const to = envelope([CLOCKLESS], alert);
  await hub.send(`loa/1/to/${CLOCKLESS}/alert`, await sign("alert", keys.alert, to));
  await acked(place, alert.alertId, "started", CLOCKLESS);
  const startedAt = Date.now();
  toldAheadMs = 3 * 3_600_000;
  await until(
    "the time is known",
    20_000,
    () => hub.since(place, CLOCKLESS, "health").find(({ body }) => body.clock.synchronised) ?? null,
  );
  expect(Date.now() - startedAt).toBeLessThan(lastsMs);
  await until(
    "the end",
    40_000,
    () =>
      hub
        .since(place, CLOCKLESS, "ack")
        .find(({ body }) => body.id === alert.alertId && ["finished", "failed"].includes(body.state)) ?? null,
  );
  const { from, to: ended } = await soundAround(startedAt + 2_000, CLOCKLESS);
  expect((ended - from) / lastsMs).toBeGreaterThan(0.85);
  expect((ended - from) / lastsMs).toBeLessThan(1.1);
});

test("the button's siren sounds where the last known time lies hours ahead, and goes on to its end when the process was killed meanwhile", async () => {
  toldAheadMs = 0;
  await commune.part(CLOCKLESS).stop();
  const place = hub.heard.length;
  await commune.startStation(CLOCKLESS).ready;
  const birth = await until("birth", 20_000, () => hub.since(place, CLOCKLESS, "birth")[0]);
  expect(birth.body.clock.synchronised).toBe(false);
  const pressedAt = Date.now();
  // A press before the board was read does not count; people press again.
  const began = await until("the siren", 30_000, async () => {
    await commune.disturb(CLOCKLESS, "button?ms=1500");
    await untilTime(Date.now() + 3_000);
    return (await closings(pressedAt, CLOCKLESS))[0];
  });
  await untilTime(began.at + 5_000);
  commune.part(CLOCKLESS).kill("SIGKILL");
  await commune.part(CLOCKLESS).ended;
  await commune.startStation(CLOCKLESS).ready;
  const receipt = await until("its receipt", 60_000, () =>
    hub.receipts(CLOCKLESS).find(({ alertId }) => alertId?.startsWith("button-")),
  );
  expect(receipt).toMatchObject({ outcome: "partial", code: "INTERRUPTED" });
  const { from } = await soundAround(began.at + 3_000, CLOCKLESS);
  const { to } = await soundAround(from + BUTTON_MS - 1_000, CLOCKLESS);
  expect((to - from) / BUTTON_MS).toBeGreaterThan(0.9);
  expect((to - from) / BUTTON_MS).toBeLessThan(1.1);
});

test("without any plan, and on a full disk, the siren sounds", async () => {
  expect(hub.since(0, ID, "birth").at(-1)?.body.plan).toBe(null);
  const place = hub.heard.length;
  const free = fillStore(join(commune.stationData(ID), "journal.db"));
  const startAt = Date.now() + LEAD_MS;
  await sent(alertOf("al-day-dia", { startAt }));
  await acked(place, "al-day-dia", "started");
  await untilTime(startAt + SOUND_MS + 1_500);
  free();
  const { samples, firstSampleAtUs } = await recordingAt(commune, ID, "z1", startAt + 2_000);
  const tone = new Float32Array(RATE / 10);
  renderTone("steady", 0, tone.length, tone);
  const from = Math.round((startAt + 1_800 - firstSampleAtUs / 1_000) * (RATE / 1_000));
  expect(rmsDb(samples, from, from + tone.length)).toBeGreaterThan(rmsDb(tone, 0, tone.length) - 6);
});

test("a station that starts on a disk that takes nothing is heard of, and its siren sounds", async () => {
  await commune.part(ID).stop();
  const inTheWay = join(commune.stationData(ID), "journal.db-shm");
  mkdirSync(inTheWay);
  const place = hub.heard.length;
  const before = Math.max(...hub.since(0, ID, "birth").map(({ session }) => session));
  await commune.startStation(ID).ready;
  const birth = await until("birth", 20_000, () => hub.since(place, ID, "birth")[0]);
  expect(birth.session).toBeGreaterThan(before);
  const since = Date.now();
  await sent(alertOf("al-dia-hong"));
  await acked(place, "al-dia-hong", "started");
  expect((await closings(since)).length).toBeGreaterThan(0);
  await commune.part(ID).stop();
  rmdirSync(inTheWay);
  const again = hub.heard.length;
  await commune.startStation(ID).ready;
  const later = await until("birth", 20_000, () => hub.since(again, ID, "birth")[0]);
  expect(later.session).toBeGreaterThan(birth.session);
});
