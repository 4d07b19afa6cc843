import { minutes } from "@loa/kernel/units";
import { afterEach, expect, test, vi } from "vitest";
import { keyOf } from "../core/cap-alert.ts";
import { readCap } from "../interop/cap/read-cap.ts";
import { readFeed } from "../interop/cap/read-feed.ts";
import { LineUnderTest } from "../link/line-under-test.fixture.ts";
import { eachWithLine, hub, OPERATOR, send, voice } from "./alerts.fixture.ts";
import { listed, message, PROGRAM, post, storm } from "./cap.fixture.ts";

eachWithLine();
/** Each speaks several texts aloud, on whatever machine. */
vi.setConfig({ testTimeout: 60_000 });
let other: LineUnderTest | null = null;
afterEach(async () => {
  await other?.end();
  other = null;
});

const get = (url: string, headers: Record<string, string> = {}) =>
  hub.api.inject({ method: "GET", url, headers });
const asCap = async (id: string) => readCap((await get(`/alerts/${id}/cap.xml`)).body);
const entries = async () => readFeed((await get("/alerts/feed.atom")).body);

test("an alert reads as CAP, with its area, its end and each language", async () => {
  const translations = [{ language: "en", text: "The river is rising." }];
  const { body } = await send({ translations });
  const { alert, notes } = await asCap(body.id);
  expect(notes).toEqual([]);
  expect(alert).toMatchObject({ status: "Actual", msgType: "Alert", scope: "Public", references: [] });
  expect(alert.infos.map(({ language, urgency }) => [language, urgency])).toEqual([
    ["vi", "Immediate"],
    ["en", "Immediate"],
  ]);
  const [info] = alert.infos;
  expect(info).toMatchObject({ headline: "Lũ đang lên", description: "Lũ đang lên. Lên ngay nơi cao." });
  expect(info?.areas).toMatchObject([
    { areaDesc: "kim-lien", geocodes: [{ valueName: "loa:area", value: "kim-lien" }] },
  ]);
  expect(Math.abs(Date.parse(info?.expires ?? "") - body.expiresAt)).toBeLessThan(1_000);
});

test.each([
  ["exercise", "Exercise"],
  ["test", "Test"],
])("of kind %s it is of status %s, with a note that says so", async (kind, status) => {
  const { body } = await send({ kind });
  const { alert } = await asCap(body.id);
  expect([alert.status, alert.note]).toEqual([status, expect.stringContaining("This is")]);
});

test("its update refers to it, its recall to both, and what takes its place to all of it", async () => {
  const { id } = (await send()).body;
  const first = (await asCap(id)).alert;
  await hub.clock.advance(minutes(1));
  await hub.ask("POST", `/alerts/${id}/update`, { text: "Nước vẫn lên." });
  const second = (await asCap(id)).alert;
  expect([second.msgType, second.references.map(keyOf)]).toEqual(["Update", [keyOf(first)]]);
  await hub.clock.advance(minutes(1));
  const next = (await send({ supersedes: [id] })).body;
  const replacing = (await asCap(next.id)).alert;
  expect([replacing.msgType, replacing.references.map(keyOf)]).toEqual([
    "Update",
    [first, second].map(keyOf),
  ]);
  expect((await asCap(id)).alert.msgType).toBe("Update");
  await hub.ask("POST", `/alerts/${next.id}/recall`, {});
  const cancel = (await asCap(next.id)).alert;
  expect([cancel.msgType, cancel.references.map(keyOf)]).toEqual([
    "Cancel",
    [first, second, replacing].map(keyOf),
  ]);
});

test("what was not sent, or is out of sight, cannot be read", async () => {
  hub.alertConfirmation = "second-person";
  await hub.restart();
  const { id } = (await send()).body;
  expect((await get(`/alerts/${id}/cap.xml`)).statusCode).toBe(404);
  expect(await entries()).toEqual([]);
  hub.actor = OPERATOR;
  await hub.ask("POST", `/alerts/${id}/confirm`, {});
  expect((await get(`/alerts/${id}/cap.xml`)).statusCode).toBe(200);
  hub.actor = { ...OPERATOR, areaId: "nam-giang" };
  expect((await get(`/alerts/${id}/cap.xml`)).statusCode).toBe(404);
  expect(await entries()).toEqual([]);
});

test("the feed lists them newest first, marks exercises and recalls, and comes only when it changed", async () => {
  const { id } = (await send()).body;
  await hub.clock.advance(minutes(1));
  await send({ kind: "exercise" });
  const whole = await get("/alerts/feed.atom");
  const { etag = "", "last-modified": modified = "" } = whole.headers as Record<string, string>;
  expect(readFeed(whole.body).map(({ title }) => title)).toEqual([
    "[Diễn tập / Exercise] Lũ đang lên",
    "Lũ đang lên",
  ]);
  for (const headers of [{ "if-none-match": etag }, { "if-modified-since": modified }])
    expect((await get("/alerts/feed.atom", headers as never)).statusCode).toBe(304);
  await hub.clock.advance(minutes(1));
  await hub.ask("POST", `/alerts/${id}/recall`, {});
  const changed = await get("/alerts/feed.atom", { "if-none-match": etag });
  expect([changed.statusCode, readFeed(changed.body)[0]?.title]).toEqual([
    200,
    "[Thu hồi / Recalled] Lũ đang lên",
  ]);
});

test("what came from elsewhere is not passed on in the feed", async () => {
  hub.cap = { ...hub.cap, capPrograms: [PROGRAM] };
  await hub.restart();
  const { alertId } = await post(message({ infos: [storm()] }));
  expect(await entries()).toEqual([]);
  const { alert } = await asCap(alertId ?? "");
  expect(alert.infos[0]).toMatchObject({ event: "Bão", severity: "Severe" });
});

test("where the feed is public, everybody reads what was sent from here, and nothing else", async () => {
  hub.cap = { ...hub.cap, capPrograms: [PROGRAM], capFeed: "public" };
  await hub.restart();
  const { id } = (await send()).body;
  const { alertId } = await post(message());
  hub.actor = null as never;
  expect((await entries()).map(({ title }) => title)).toEqual(["Lũ đang lên"]);
  expect((await get(`/alerts/${id}/cap.xml`)).statusCode).toBe(200);
  expect((await get(`/alerts/${alertId}/cap.xml`)).statusCode).toBe(404);
});

test("another hub polls the feed, airs what a rule names, and follows its recall", async () => {
  const { id } = (await send()).body;
  const address = await hub.api.listen({ host: "127.0.0.1", port: 0 });
  other = await LineUnderTest.start("on", voice);
  const source = {
    ...{ name: "Tỉnh", url: `${address}/alerts/feed.atom`, everySeconds: 5, areaId: "nghe-an" },
    ...{ allowPrivate: true, otherwise: "wait" as const, languages: ["vi"] },
    rules: [{ verdict: "air" as const, senders: ["loa@127.0.0.1"] }],
    geocodes: [{ valueName: "loa:area", value: "kim-lien", areaId: "nam-giang" }],
  };
  other.cap = { ...other.cap, capSources: [source], capSender: "xa@example.vn" };
  const receiver = other;
  await receiver.restart();
  await receiver.clock.advance(1);
  const state = async () => {
    await receiver.clock.advance(1_000);
    const items = (await receiver.ask("GET", "/alerts/cap")).body.items;
    return items.map((one: { state: string; headline: string }) => [one.state, one.headline]);
  };
  await expect.poll(state, { timeout: 15_000 }).toEqual([["aired", "Lũ đang lên"]]);
  await hub.clock.advance(minutes(1));
  await hub.ask("POST", `/alerts/${id}/recall`, {});
  await expect.poll(async () => (await state()).length, { timeout: 15_000 }).toBe(2);
  await expect
    .poll(async () => (await state()).map(([one]: string[]) => one), { timeout: 15_000 })
    .toEqual(["ended", "ended"]);
  const [alert] = (await receiver.ask("GET", "/alerts")).body.items;
  expect(alert).toMatchObject({ state: "recalled", origin: "cap" });
  expect(await listed()).toEqual([]);
}, 60_000);
