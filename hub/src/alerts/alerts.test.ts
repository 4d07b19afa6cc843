import { minutes, seconds } from "@loa/kernel/units";
import { type Alert, SIRENS } from "@loa/protocol/alert";
import { sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import { ACTOR } from "../link/line-under-test.fixture.ts";
import {
  correctionIsReady,
  eachWithLine,
  FLOOD,
  hub,
  OPERATOR,
  says,
  send,
  shown,
  stateOf,
  tales,
  there,
  told,
  words,
} from "./alerts.fixture.ts";

eachWithLine();

describe("an exercise", () => {
  test("travels under its own key and kind, marked before and after, with no siren", async () => {
    const one = await there("kim-lien-1");
    const { body } = await send({ kind: "exercise" });
    expect(body).toMatchObject({ state: "sent", tone: "chime", repeat: 1 });
    const { alert, typ } = await told(one);
    expect([typ, alert.kind]).toEqual(["exercise", "exercise"]);
    expect(words(alert.sound)).toHaveLength(3);
    expect(alert.sound.some((one) => one.kind === "tone" && SIRENS.has(one.tone))).toBe(false);
  });

  test("with the siren is refused, and nothing is sent", async () => {
    const one = await there("kim-lien-1");
    for (const kind of ["exercise", "test"])
      expect(await send({ kind, tone: "siren" })).toMatchObject({
        status: 422,
        body: { code: "SIREN_NOT_ALLOWED" },
      });
    expect(await tales(one)).toHaveLength(0);
    expect((await hub.ask("GET", "/alerts")).body.items).toEqual([]);
  });

  test("does not end an actual alert", async () => {
    const { id } = (await send()).body;
    expect(await send({ kind: "exercise", supersedes: [id] })).toMatchObject({ status: 409 });
  });
});

describe("a recall", () => {
  test("silences at once, speaks Loa's correction, and stays as a tombstone for who comes later", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    await says(one, (await told(one)).alert, "started");
    await expect.poll(async () => correctionIsReady(id), { timeout: 20_000 }).toBe(true);
    const { status, body } = await hub.ask("POST", `/alerts/${id}/recall`);
    expect([status, body.state, body.recalledBy.name]).toEqual([200, "recalled", "Lan"]);
    const silence = (await told(one)).alert;
    expect(silence).toMatchObject({ action: "recall", revision: 2, sound: [] });
    expect(silence).not.toHaveProperty("correction");
    const { alert } = await told(one);
    expect(alert).toMatchObject({ action: "recall", revision: 3, sound: [] });
    expect(words(alert.correction ?? [])).toHaveLength(1);
    const late = await there("kim-lien-2");
    expect((await told(late)).alert).toMatchObject({ action: "recall", revision: 2 });
    expect((await told(late)).alert).toMatchObject({ action: "recall", revision: 3 });
    expect((await hub.ask("POST", `/alerts/${id}/recall`, {})).body.revision).toBe(3);
    expect(hub.audited.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["alert.send", "alert.recall", "alert.correct"]),
    );
  });

  test("in other words first silences, then speaks", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    await told(one);
    await hub.ask("POST", `/alerts/${id}/recall`, { text: "Chúng tôi bấm nhầm nút." });
    expect((await told(one)).alert).toMatchObject({ action: "recall", revision: 2, sound: [] });
    const { alert } = await told(one);
    expect(alert).toMatchObject({ action: "recall", revision: 3 });
    expect(words(alert.correction ?? [])).toHaveLength(1);
  });

  test("goes on being sent: the silence with it until a station has that, then the correction alone", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { id } = (await send()).body;
    for (const station of [one, two]) await says(station, (await told(station)).alert, "started");
    await expect.poll(async () => correctionIsReady(id), { timeout: 20_000 }).toBe(true);
    await hub.ask("POST", `/alerts/${id}/recall`);
    const [silence, correction] = [(await told(one)).alert, (await told(one)).alert];
    await says(one, silence, "ready");
    expect(await stateOf(id, one.id)).toMatchObject({ state: "received", receivedAt: hub.clock.now() });
    expect(await stateOf(id, two.id)).toMatchObject({ state: "sounding" });
    for (const _ of [silence, correction]) await told(two);
    await hub.clock.advance(seconds(1));
    expect((await told(one)).alert).toEqual({ ...correction, except: [], zones: [] });
    expect((await told(two)).alert).toMatchObject({ revision: 2 });
    expect((await told(two)).alert).toMatchObject({ revision: 3 });
    await says(one, correction, "finished");
    expect(await stateOf(id, one.id)).toMatchObject({ state: "done" });
    expect([await tales(one), await tales(two)]).toEqual([[], []]);
  });

  test("comes to a station that does not know the time as silence and correction too, both for its session", async () => {
    const nonce = "fedcba9876543210";
    const clock = { synchronised: false, errorMs: 1e9, offsetMs: 0, source: "none" };
    const lost = await there("kim-lien-1", { clock, nonce });
    const { id } = (await send()).body;
    await expect.poll(async () => correctionIsReady(id), { timeout: 20_000 }).toBe(true);
    await hub.ask("POST", `/alerts/${id}/recall`);
    const own: Alert[] = [];
    while (own.at(-1)?.correction === undefined) {
      const { alert } = await told(lost);
      if (alert.nonce !== undefined && alert.action === "recall") own.push(alert);
    }
    expect(own[0]).toMatchObject({ revision: 2, nonce, startAt: hub.clock.now() });
    expect(own.at(-1)).toMatchObject({ revision: 3, nonce, startAt: hub.clock.now() });
  });

  test("that the hub's end cut short after the silence is spoken when the hub is back, in the words that were asked for", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    await told(one);
    await hub.ask("POST", `/alerts/${id}/recall`, { text: "Chúng tôi bấm nhầm nút." });
    await told(one);
    const spoken = (await told(one)).alert;
    await hub.clock.advance(seconds(2));
    one.end();
    const { rows } = await sql<{ bodyJson: string }>`SELECT body_json FROM alerts WHERE id = ${id}`.execute(
      hub.database,
    );
    const record = JSON.parse(rows[0]!.bodyJson);
    const { correction: _, silence: revision, ...issue } = record.issue;
    const died = JSON.stringify({ ...record, version: record.version - 1, issue: { ...issue, revision } });
    await sql`UPDATE alerts SET body_json = ${died}, version = ${record.version - 1} WHERE id = ${id}`.execute(
      hub.database,
    );
    await hub.restart();
    await expect.poll(async () => (await shown(id)).revision, { timeout: 20_000 }).toBe(3);
    const back = await there("kim-lien-2");
    expect((await told(back)).alert).toMatchObject({ action: "recall", revision: 2 });
    const lengths = (sounds: Alert["sound"] = []) => sounds.map(({ durationMs }) => durationMs);
    const { alert } = await told(back);
    expect([alert.revision, lengths(alert.correction)]).toEqual([3, lengths(spoken.correction)]);
  });

  test("also ends what another alert supersedes", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    await told(one);
    const next = await send({ headline: "Vỡ đập", supersedes: [id] });
    expect((await told(one)).alert).toMatchObject({ alertId: next.body.id, supersedes: [id] });
    expect((await told(one)).alert).toMatchObject({ alertId: id, action: "recall", correction: [] });
    expect(await shown(id)).toMatchObject({ state: "recalled", supersededBy: next.body.id });
  });
});

test("an update is spoken anew to the same stations, and those who have only the old one get it again", async () => {
  const one = await there("kim-lien-1");
  const { id } = (await send()).body;
  await says(one, (await told(one)).alert, "finished");
  const { body } = await hub.ask("POST", `/alerts/${id}/update`, { text: "Nước đang rút.", tone: "none" });
  expect(body).toMatchObject({ state: "sent", revision: 2, text: "Nước đang rút." });
  const { alert } = await told(one);
  expect(alert).toMatchObject({ action: "update", revision: 2 });
  expect(alert.expires).toBe(hub.clock.now() + 300 + minutes(10));
  await hub.clock.advance(seconds(1));
  expect((await told(one)).alert.revision).toBe(2);
});

describe("a second person", () => {
  beforeEach(async () => {
    hub.alertConfirmation = "second-person";
    await hub.restart();
  });

  test("confirms an actual alert before anything is sent, and nobody confirms their own", async () => {
    const one = await there("kim-lien-1");
    const { id, state } = (await send()).body;
    expect(state).toBe("awaitingConfirmation");
    expect(await tales(one)).toHaveLength(0);
    expect(await hub.ask("POST", `/alerts/${id}/confirm`)).toMatchObject({
      status: 409,
      body: { code: "SAME_PERSON" },
    });
    hub.actor = OPERATOR;
    const confirmed = await hub.ask("POST", `/alerts/${id}/confirm`);
    hub.actor = ACTOR;
    expect(confirmed).toMatchObject({ status: 200, body: { state: "sent", confirmedBy: { name: "Minh" } } });
    const { alert } = await told(one);
    expect(alert).toMatchObject({ revision: 1, startAt: hub.clock.now() + 300 });
    const update = await hub.ask("POST", `/alerts/${id}/update`, { text: "Nước đang rút." });
    expect(update.body).toMatchObject({
      ...{ updateWaits: true, revision: 1, text: FLOOD.text },
      proposal: {
        lifeMs: seconds(FLOOD.expiresInSeconds),
        text: "Nước đang rút.",
        headline: FLOOD.headline,
        proposedBy: { id: ACTOR.userId },
      },
    });
    expect(await tales(one)).toHaveLength(0);
  });

  test("sends no update that took the place of the one they read", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    hub.actor = OPERATOR;
    await hub.ask("POST", `/alerts/${id}/confirm`, {});
    hub.actor = ACTOR;
    const propose = async (text: string) =>
      (await hub.ask("POST", `/alerts/${id}/update`, { text })).body.proposal.number;
    const [read, newer] = [await propose("Nước đang rút."), await propose("Nước lại dâng.")];
    hub.actor = OPERATOR;
    const unread = await hub.ask("POST", `/alerts/${id}/confirm`, { proposal: read });
    const confirmed = await hub.ask("POST", `/alerts/${id}/confirm`, { proposal: newer });
    hub.actor = ACTOR;
    expect(unread).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    expect(confirmed).toMatchObject({ status: 200, body: { text: "Nước lại dâng.", updateWaits: false } });
    expect((await told(one)).alert).toMatchObject({ revision: 1 });
    expect((await told(one)).alert).toMatchObject({ revision: 2, headline: FLOOD.headline });
  });

  test("is not needed for exercises and recalls, and comes too late once the alert's time is over", async () => {
    expect((await send({ kind: "exercise" })).body.state).toBe("sent");
    const { id } = (await send({ expiresInSeconds: 60 })).body;
    await hub.clock.advance(minutes(1));
    hub.actor = OPERATOR;
    const late = await hub.ask("POST", `/alerts/${id}/confirm`);
    hub.actor = ACTOR;
    expect(late).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    expect(await shown(id)).toMatchObject({ state: "expired" });
  });
});

test("an alert of a tone alone says nothing, in the siren that was chosen; an exercise of one is marked all the same", async () => {
  const one = await there("kim-lien-1");
  const { body } = await send({ spoken: false, siren: "steady" });
  expect(body).toMatchObject({ tone: "siren", siren: "steady", spoken: false });
  const { alert } = await told(one);
  expect(alert.sound.map((item) => (item.kind === "tone" ? item.tone : item.kind))).toEqual([
    ...["steady", "silence", "silence"],
  ]);
  await hub.ask("POST", `/alerts/${body.id}/update`, { siren: "pulse" });
  const [tone, ...others] = (await told(one)).alert.sound;
  expect(tone).toMatchObject({ tone: "pulse" });
  expect(words(others)).toEqual([]);
  await send({ kind: "exercise", spoken: false });
  expect(words((await told(one)).alert.sound)).toHaveLength(2);
});

describe("an alert of stored audio", () => {
  const kept = () => hub.registry.announcementList.find(({ id }) => id === "a-1")!;
  const become = (more: object) => {
    hub.registry.announcementList = [{ ...kept(), ...more }];
  };
  const asked = async () => {
    const { status, body } = await send({ text: undefined, announcementId: "a-1" });
    return [status, body.code ?? body.announcementId];
  };

  test("takes what was approved, and one's own that nobody has decided on, but nobody else's", async () => {
    expect(await asked()).toEqual([201, "a-1"]);
    become({ state: "draft" });
    expect(await asked()).toEqual([409, "NOT_APPROVED"]);
    become({ state: "draft", createdBy: "u-1" });
    expect(await asked()).toEqual([201, "a-1"]);
    const [{ id }] = (await hub.ask("GET", "/alerts?limit=1")).body.items;
    hub.actor = OPERATOR;
    expect((await hub.ask("POST", `/alerts/${id}/update`, {})).status).toBe(200);
    hub.actor = ACTOR;
    become({ state: "rejected", createdBy: "u-1" });
    expect(await asked()).toEqual([409, "NOT_APPROVED"]);
  });

  test("takes none that a second person could not hear as it will sound", async () => {
    hub.alertConfirmation = "second-person";
    await hub.restart();
    become({ state: "draft", createdBy: "u-1" });
    expect(await asked()).toEqual([409, "NOT_APPROVED"]);
    const drill = await send({ kind: "exercise", text: undefined, announcementId: "a-1" });
    expect(drill.status).toBe(201);
  });

  test("takes none that is out of the sender's sight, neither at first nor later", async () => {
    hub.actor = { ...OPERATOR, areaId: "kim-lien" };
    expect(await asked()).toEqual([201, "a-1"]);
    const { id } = (await send()).body;
    become({ areaId: "nam-giang" });
    expect(await asked()).toEqual([404, "NOT_FOUND"]);
    const { body } = await hub.ask("POST", `/alerts/${id}/update`, { announcementId: "a-1" });
    expect(body.code).toBe("NOT_FOUND");
  });
});

describe("rights", () => {
  test.each([
    ["staff", "kim-lien", 403],
    ["approver", "kim-lien", 403],
    ["technician", "nam-dan", 403],
    ["operator", "kim-lien", 201],
    ["operator", "nam-giang", 404],
  ] as const)("%s of %s who sends to kim-lien gets %i", async (role, areaId, status) => {
    hub.actor = { ...OPERATOR, role, areaId };
    expect((await send()).status).toBe(status);
    hub.actor = ACTOR;
  });

  test("let everybody there see it, and nobody recall what reaches beyond their area", async () => {
    const { id } = (await send({ targets: [{ areaId: "nam-dan" }] })).body;
    hub.actor = { ...OPERATOR, role: "staff", areaId: "nam-giang" };
    const seen = await hub.ask("GET", "/alerts");
    hub.actor = { ...OPERATOR, areaId: "nam-giang" };
    const recall = await hub.ask("POST", `/alerts/${id}/recall`, {});
    hub.actor = ACTOR;
    expect(seen.body.items.map(({ id }: { id: string }) => id)).toEqual([id]);
    expect(recall.status).toBe(403);
  });

  test("need a second factor where so configured", async () => {
    hub.alertTotp = true;
    await hub.restart();
    expect(await send()).toMatchObject({ status: 403, body: { code: "SECOND_FACTOR_NEEDED" } });
  });
});

test("a rehearsal tells who would hear it, what it would override and who is silent or faulty, and sends nothing", async () => {
  const fault = { code: "LINE_OPEN", zone: "z1", since: 1 };
  const one = await there("kim-lien-1", { faults: [fault] } as object);
  await hub.schedule({ areaId: "kim-lien" }, seconds(20));
  const { status, body } = await hub.ask("POST", "/alerts/rehearse", FLOOD);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ stations: 2, horns: 12, overrides: [{ title: "Bản tin", stations: 2, onAir: false }] },
    ...{ unreachable: [{ stationId: "kim-lien-2" }], faulty: [{ stationId: one.id, codes: ["LINE_OPEN"] }] },
  });
  expect(body.roundMs).toBeGreaterThan(9_000);
  expect(body.durationMs).toBe(3 * body.roundMs);
  expect(await tales(one)).toHaveLength(0);
  expect((await hub.ask("GET", "/alerts")).body.items).toEqual([]);
});

test("a rehearsal tells who speaks there and which alert sounds there now", async () => {
  const one = await there("kim-lien-1");
  const drill = (await send({ kind: "exercise", targets: [{ stationId: one.id }] })).body;
  const spoken = (await hub.ask("POST", "/live", { targets: [{ areaId: "nam-dan" }] })).body;
  const rehearsed = async () => (await hub.ask("POST", "/alerts/rehearse", FLOOD)).body;
  const { alert } = await told(one);
  expect(await rehearsed()).toMatchObject({
    live: [{ sessionId: spoken.id, by: "Lan", stations: 2 }],
    alerts: [],
  });
  await says(one, alert, "started");
  expect((await rehearsed()).alerts).toEqual([
    { alertId: drill.id, kind: "exercise", headline: FLOOD.headline, stations: 1 },
  ]);
  await says(one, alert, "finished");
  await hub.ask("DELETE", `/live/${spoken.id}`);
  expect(await rehearsed()).toMatchObject({ live: [], alerts: [] });
});

test("built-in wordings are there for storm, flood, fire, evacuation and all-clear", async () => {
  const { items } = (await hub.ask("GET", "/alerts/templates")).body;
  expect(items.map(({ event }: { event: string }) => event)).toEqual([
    "storm",
    "flood",
    "fire",
    "evacuation",
    "allClear",
  ]);
});
