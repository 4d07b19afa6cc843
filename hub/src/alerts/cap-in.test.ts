import { minutes, seconds } from "@loa/kernel/units";
import { SIRENS } from "@loa/protocol/alert";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { eachWithLine, hub, OPERATOR, shown, tales, there, told, words } from "./alerts.fixture.ts";
import {
  AIRING,
  about,
  BUREAU,
  inMinutes,
  listed,
  listedOne,
  message,
  PROGRAM,
  post,
  postByHand,
  storm,
} from "./cap.fixture.ts";

eachWithLine();
/** Each speaks several texts aloud, on whatever machine. */
vi.setConfig({ testTimeout: 60_000 });
beforeEach(async () => {
  hub.cap = { ...hub.cap, capPrograms: [PROGRAM], capInbox: { ...AIRING, rules: [] } };
  await hub.restart();
});

describe("a message that a rule airs", () => {
  test("sounds at once in the area of its geocode, with the siren and its words", async () => {
    const one = await there("kim-lien-1");
    const body = await post(message());
    expect(body).toMatchObject({ state: "aired", sender: BUREAU, stationCount: 2, alertState: "sent" });
    const { alert } = await told(one);
    expect(alert).toMatchObject({ kind: "actual", action: "alert", headline: "Bão số 7" });
    expect(words(alert.sound)).toHaveLength(1);
    expect(alert.sound.some((item) => item.kind === "tone" && SIRENS.has(item.tone))).toBe(true);
    const detail = await shown(alert.alertId);
    expect(detail).toMatchObject({
      origin: "cap",
      targets: [{ areaId: "kim-lien" }],
      createdBy: { name: PROGRAM.name },
    });
    expect(detail.stations.map(({ stationId }) => stationId)).toEqual(["kim-lien-1", "kim-lien-2"]);
  });

  test("is spoken in Vietnamese first and then in English", async () => {
    const one = await there("kim-lien-1");
    const infos = [
      storm({ language: "en-US", event: "Storm", headline: "Storm 7", description: null }),
      storm(),
    ];
    const { alertId = "" } = await post(message({ infos }));
    expect(words((await told(one)).alert.sound)).toHaveLength(2);
    const { language, translations } = await shown(alertId);
    expect([language, translations.map((said) => said.language)]).toEqual(["vi", ["en"]]);
  });

  test("sounds once, however often it comes", async () => {
    const one = await there("kim-lien-1");
    const alert = message();
    const first = await post(alert);
    await told(one);
    expect((await post(alert)).id).toBe(first.id);
    expect(await post({ ...alert, note: "again" })).toMatchObject({ state: "ignored", because: "duplicate" });
    expect(await tales(one)).toHaveLength(0);
    await hub.restart();
    expect((await post(alert)).id).toBe(first.id);
    expect((await hub.ask("GET", "/alerts")).body.items).toHaveLength(1);
  });

  test("called back by its sender falls silent and is corrected; called back by another it goes on", async () => {
    const one = await there("kim-lien-1");
    const alert = message();
    const { id, alertId } = await post(alert);
    await told(one);
    await post(about([alert], { msgType: "Cancel", sender: "ke-gian@example.vn", infos: [] }));
    expect(await tales(one)).toHaveLength(0);
    expect(await post(about([alert], { msgType: "Cancel", infos: [] }))).toMatchObject({
      ...{ state: "ended", because: "cancel" },
    });
    await expect.poll(async () => (await told(one)).alert.action, { timeout: 20_000 }).toBe("recall");
    expect(await shown(alertId ?? "")).toMatchObject({ state: "recalled" });
    expect(await listedOne(id)).toMatchObject({ state: "ended", because: "cancelled" });
  });

  test("called back in the same moment does not go on", async () => {
    // Words that nothing has spoken yet, so that it is called back while they are being spoken.
    const alert = message({ infos: [storm({ headline: "Bão số 8" })] });
    const [{ alertId = "" }] = await Promise.all([
      post(alert),
      post(about([alert], { msgType: "Cancel", infos: [] })),
    ]);
    await expect
      .poll(async () => (await listed()).map(({ state }) => state), { timeout: 20_000 })
      .not.toContain("aired");
    const { body } = await hub.ask("GET", `/alerts/${alertId}`);
    expect([undefined, "recalled"]).toContain(body.state);
  });

  test("called back by an operator here says who did", async () => {
    const { alertId, id } = await post(message());
    hub.actor = OPERATOR;
    await hub.ask("POST", `/alerts/${alertId}/recall`, {});
    const { state, because, decidedBy } = (await listedOne(id)) ?? {};
    expect([state, because, decidedBy?.name]).toEqual(["ended", undefined, "Minh"]);
  });

  test("whose cancel came first never sounds", async () => {
    const one = await there("kim-lien-1");
    const alert = message();
    await post(about([alert], { msgType: "Cancel", infos: [] }));
    expect(await post(alert)).toMatchObject({ state: "ignored", because: "superseded" });
    expect(await tales(one)).toHaveLength(0);
  });

  test("gives way to its update", async () => {
    const one = await there("kim-lien-1");
    const first = message();
    const { alertId: before = "", id } = await post(first);
    await told(one);
    const { alertId: after } = await post(about([first], { msgType: "Update" }));
    expect((await told(one)).alert).toMatchObject({ alertId: after, supersedes: [before] });
    expect(await shown(before)).toMatchObject({ state: "recalled", supersededBy: after });
    expect(await listedOne(id)).toMatchObject({ state: "ended", because: "updated" });
  });

  test("goes on while its update waits for a person, and ends when that is taken up", async () => {
    const first = message();
    const { alertId: before = "" } = await post(first);
    const infos = [storm({ severity: "Minor" })];
    const { alertId: after = "", state } = await post(about([first], { msgType: "Update", infos }));
    expect(state).toBe("waiting");
    expect(await shown(before)).toMatchObject({ state: "sent" });
    hub.actor = OPERATOR;
    await hub.ask("POST", `/alerts/${after}/confirm`, {});
    expect(await shown(before)).toMatchObject({ supersededBy: after });
  });

  test("that is effective later sounds then, also when the hub was away", async () => {
    const infos = [storm({ effective: inMinutes(10) })];
    expect(await post(message({ infos }))).toMatchObject({ state: "waiting", stationCount: 2 });
    expect((await hub.ask("GET", "/alerts")).body.items).toEqual([]);
    await hub.restart(async () => {
      await hub.clock.advance(minutes(11));
    });
    await expect.poll(async () => (await listed())[0]?.state, { timeout: 20_000 }).toBe("aired");
  });

  test("and is called back before its time never sounds", async () => {
    const alert = message({ infos: [storm({ effective: inMinutes(10) })] });
    const { id } = await post(alert);
    await post(about([alert], { msgType: "Cancel", infos: [] }));
    expect(await listedOne(id)).toMatchObject({ state: "ended", because: "cancelled" });
    await hub.clock.advance(minutes(11));
    expect((await hub.ask("GET", "/alerts")).body.items).toEqual([]);
  });

  test("that is over is not sounded", async () => {
    const infos = [storm({ expires: inMinutes(-1) })];
    const sent = inMinutes(-90);
    expect(await post(message({ sent, infos }))).toMatchObject({ state: "ignored", because: "expired" });
  });
});

describe("what is not actual", () => {
  test.each([
    ["Exercise", "exercise"],
    ["Test", "test"],
  ] as const)("%s waits, is marked when it sounds, and never carries the siren", async (status, as) => {
    const one = await there("kim-lien-1");
    const { alertId = "", kind } = await post(message({ status }));
    expect(kind).toBe(as);
    await hub.ask("POST", `/alerts/${alertId}/confirm`, {});
    const { alert, typ } = await told(one);
    expect([typ, alert.kind]).toEqual(["exercise", as]);
    expect(words(alert.sound)).toHaveLength(3);
    expect(alert.sound.some((item) => item.kind === "tone" && SIRENS.has(item.tone))).toBe(false);
  });

  test.each([
    ["System", { status: "System" }, "rule"],
    ["Draft", { status: "Draft" }, "draft"],
    ["Ack", { msgType: "Ack" }, "acknowledgement"],
    ["Error", { msgType: "Error" }, "acknowledgement"],
  ] as const)("%s is kept and not heard", async (_, more, because) => {
    const body = await post(about([message()], more as never));
    expect(body).toMatchObject({ state: "ignored", because });
    expect((await hub.ask("GET", "/alerts")).body.items).toEqual([]);
  });

  test("a message of this hub that comes back is not aired again", async () => {
    expect(await post(message({ sender: "loa@127.0.0.1" }))).toMatchObject({
      state: "ignored",
      because: "own",
    });
  });
});

describe("a message that waits", () => {
  const minor = () => message({ infos: [storm({ severity: "Minor" })] });

  test("is a draft that an operator of the area takes up", async () => {
    const one = await there("kim-lien-1");
    const { alertId = "", state, id } = await post(minor());
    expect([state, (await shown(alertId)).state]).toEqual(["waiting", "draft"]);
    expect(await tales(one)).toHaveLength(0);
    hub.actor = { ...OPERATOR, areaId: "nam-giang" };
    expect(await hub.ask("POST", `/alerts/${alertId}/confirm`, {})).toMatchObject({ status: 404 });
    hub.actor = OPERATOR;
    expect((await hub.ask("POST", `/alerts/${alertId}/confirm`, {})).body.state).toBe("sent");
    expect((await told(one)).alert).toMatchObject({ alertId, action: "alert" });
    expect(await listedOne(id)).toMatchObject({ state: "aired", decidedBy: { name: "Minh" } });
  });

  test("taken up late still ends when its author said", async () => {
    const { alertId = "", expiresAt } = await post(minor());
    await hub.clock.advance(minutes(30));
    const { body } = await hub.ask("POST", `/alerts/${alertId}/confirm`, {});
    expect(body.expiresAt).toBe(expiresAt);
  });

  test("needs two persons here where so configured", async () => {
    hub.cap = { ...hub.cap, capConfirmation: "second-person" };
    await hub.restart();
    const { alertId = "" } = await post(minor());
    hub.actor = OPERATOR;
    expect((await hub.ask("POST", `/alerts/${alertId}/confirm`, {})).body.state).toBe("awaitingConfirmation");
    expect((await hub.ask("POST", `/alerts/${alertId}/confirm`, {})).body.code).toBe("SAME_PERSON");
    hub.actor = { ...OPERATOR, userId: "u-3", name: "Hoa" };
    expect((await hub.ask("POST", `/alerts/${alertId}/confirm`, {})).body.state).toBe("sent");
  });

  test("taken up once something here can speak has its words, though nothing could when it came", async () => {
    hub.espeak = "/nowhere/espeak-ng";
    await hub.restart();
    const { alertId = "" } = await post(minor());
    expect((await shown(alertId)).speechCode).toBe("SPEECH_UNAVAILABLE");
    hub.espeak = undefined;
    await hub.restart();
    const one = await there("kim-lien-1");
    await hub.ask("POST", `/alerts/${alertId}/confirm`, {});
    expect(words((await told(one)).alert.sound)).toHaveLength(1);
  });

  test("is dismissed with a reason, once, and does not come back", async () => {
    const alert = minor();
    const { alertId = "", id } = await post(alert);
    hub.actor = OPERATOR;
    const dismiss = () => hub.ask("POST", `/alerts/${alertId}/dismiss`, { reason: "Không đúng địa bàn" });
    expect((await dismiss()).status).toBe(200);
    expect((await dismiss()).status).toBe(409);
    expect((await hub.ask("POST", `/alerts/${alertId}/confirm`, {})).status).toBe(409);
    expect(await listedOne(id)).toMatchObject({
      ...{
        state: "ignored",
        because: "dismissed",
        reason: "Không đúng địa bàn",
        decidedBy: { name: "Minh" },
      },
    });
    expect(hub.audited.map(({ action }) => action)).toContain("alert.dismiss");
    expect((await listed("?state=waiting")).length).toBe(0);
  });

  test("does not need the store: it is there after a restart, and so is what sounded", async () => {
    await hub.database.destroy();
    const [airs, waits] = [message(), minor()];
    expect([(await post(airs)).state, (await post(waits)).state]).toEqual(["aired", "waiting"]);
    await hub.line.stop();
    await hub.open();
    const { body } = await hub.ask("GET", "/alerts");
    expect(body.items.map(({ state }: { state: string }) => state).sort()).toEqual(["draft", "sent"]);
    expect((await listed()).map(({ state }) => state).sort()).toEqual(["aired", "waiting"]);
    await post(airs);
    expect((await hub.ask("GET", "/alerts")).body.items).toHaveLength(2);
  });

  test("because it names no area reaches all of the area of whoever posts it", async () => {
    const { stationCount, state } = await post(message({ infos: [storm({ areas: [] })] }));
    expect([state, stationCount]).toEqual(["waiting", 3]);
  });
});

test("a message reaches no further than the area of whoever posts it", async () => {
  hub.actor = { ...OPERATOR, areaId: "nam-giang" };
  expect(await postByHand(message())).toMatchObject({ state: "ignored", because: "no-stations" });
  expect(await post(message())).toMatchObject({ code: "NOT_FOUND" });
});

test("who may not send alerts may not hand them in", async () => {
  hub.actor = { ...OPERATOR, role: "staff" };
  expect(await hub.post("<alert/>")).toMatchObject({ status: 403 });
});

test("an invalid message is refused with every problem and its path, and kept", async () => {
  const bad = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a b</identifier><status>Real</status></alert>`;
  const { status, body } = await hub.post(bad);
  expect([status, body.code]).toEqual([422, "CAP_INVALID"]);
  expect(body.problems.map(({ path }: { path: string }) => path)).toEqual(
    expect.arrayContaining(["/alert/identifier", "/alert/status", "/alert/sender"]),
  );
  expect((await hub.post(bad)).status).toBe(422);
  const [kept, ...more] = await listed("?state=invalid");
  expect([kept?.problems.length, more.length]).toEqual([body.problems.length, 0]);
});

test.each([
  ["another media type", "{}", "application/json", 400],
  ["an entity bomb", `<!DOCTYPE a [<!ENTITY b "${"x".repeat(99)}">]><alert>&b;</alert>`, "text/xml", 422],
  ["more than is read", `<alert>${"x".repeat(1_000_001)}</alert>`, "application/xml", 413],
  ["nothing", "", "application/xml", 422],
])("%s is refused", async (_, text, type, status) => {
  expect((await hub.post(text, type)).status).toBe(status);
});

test("drafts are told to dashboards as alerts", async () => {
  await post(message({ infos: [storm({ severity: "Minor" })] }));
  await hub.clock.advance(seconds(1));
  expect(hub.events).toContainEqual(
    expect.objectContaining({ kind: "alert", alert: expect.objectContaining({ state: "draft" }) }),
  );
});
