import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hours, minutes, seconds } from "@loa/kernel/units";
import { type Alert, Alert as AlertSchema, type AlertSound, SIRENS } from "@loa/protocol/alert";
import { kindOf, verify } from "@loa/protocol/envelope";
import type { AlertDetail } from "@loa/protocol/http/alerts";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACTOR, LineUnderTest, station as record } from "../link/line-under-test.fixture.ts";
import { receiptOf, TestStation } from "../link/test-station.fixture.ts";
import type { Actor } from "../ports.ts";

let hub: LineUnderTest;
let stations: TestStation[] = [];
beforeEach(async () => {
  hub = await LineUnderTest.start();
});
afterEach(async () => {
  for (const station of stations) station.end();
  stations = [];
  await hub.end();
});

const FLOOD = {
  kind: "actual",
  headline: "Lũ đang lên",
  text: "Lũ đang lên. Lên ngay nơi cao.",
  targets: [{ areaId: "kim-lien" }],
  expiresInSeconds: 600,
};
const OPERATOR: Actor = { userId: "u-2", name: "Minh", role: "operator", areaId: "nam-dan" };

const send = (more: object = {}) => hub.ask("POST", "/alerts", { ...FLOOD, ...more });
const shown = async (id: string) => (await hub.ask("GET", `/alerts/${id}`)).body as AlertDetail;
const stateOf = async (id: string, station: string) =>
  (await shown(id)).stations.find(({ stationId }) => stationId === station);

const there = async (id: string, birth: object = {}): Promise<TestStation> => {
  const station = await TestStation.connected(hub, id);
  stations.push(station);
  await station.born(birth);
  await station.nextPlan();
  await station.ackPlan();
  await station.asksTime();
  return station;
};

type Told = { alert: Alert; topic: string; typ: string | null };
const read = async (
  station: TestStation,
  { topic, text }: { topic: string; text: string },
): Promise<Told> => {
  const kind = kindOf(text) === "exercise" ? "exercise" : "alert";
  const { body } = await verify(kind, AlertSchema, text, await station.trust());
  return { alert: body, topic, typ: kindOf(text) };
};
const told = async (station: TestStation): Promise<Told> =>
  read(station, await station.next(({ topic }) => topic.endsWith("/alert")));
const tales = async (station: TestStation) =>
  (await station.inbox()).filter(({ topic }) => topic.endsWith("/alert"));
const says = async (station: TestStation, { alertId: id, revision }: Alert, state: string, code?: string) => {
  await station.send("ack", { id, revision, state, at: hub.clock.now(), ...(code && { code }) });
  await station.asksTime();
};
const words = (sounds: readonly AlertSound[]) => sounds.filter(({ kind }) => kind === "opus");

describe("an alert", () => {
  test("is signed once for the area, starts after the lead, and speaks within the message", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { status, body } = await send();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: "sent",
      revision: 1,
      tone: "siren",
      counts: { stations: 2, sent: 2 },
    });
    for (const station of [one, two]) {
      const { alert, topic, typ } = await told(station);
      expect([topic, typ]).toEqual(["loa/1/area/kim-lien/alert", "alert"]);
      expect(alert).toMatchObject({
        kind: "actual",
        startAt: hub.clock.now() + 300,
        zones: [],
        except: [],
        repeat: 3,
      });
      expect(alert.sound[0]).toMatchObject({ kind: "tone", tone: "wail" });
      const [speech] = words(alert.sound);
      expect(Buffer.from((speech as { data: string }).data, "base64").toString("latin1", 0, 4)).toBe("OggS");
      expect(speech!.durationMs).toBeGreaterThan(1_500);
      expect(await tales(station)).toHaveLength(0);
    }
  });

  test("goes from sent over received, ready and sounding to done, as each station says", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { id } = (await send()).body;
    const { alert } = await told(one);
    for (const [ack, state] of [
      ["received", "received"],
      ["ready", "ready"],
      ["started", "sounding"],
      ["finished", "done"],
    ] as const) {
      await says(one, alert, ack);
      expect(await stateOf(id, one.id)).toMatchObject({ state });
    }
    expect(await shown(id)).toMatchObject({ state: "sent", counts: { done: 1, sent: 1 } });
    await says(two, alert, "failed", "LOCKED_OUT");
    expect(await stateOf(id, two.id)).toMatchObject({ state: "failed", code: "LOCKED_OUT" });
    expect(await shown(id)).toMatchObject({ state: "done" });
    await hub.clock.advance(500);
    const events = hub.events.filter((event) => event.kind === "alert");
    expect(events.at(-1)).toMatchObject({ alert: { id, state: "done" } });
    expect(hub.eventAreas.get(events.at(-1)!)).toEqual(["kim-lien"]);
  });

  test("is sent again after 1, 2, 4 and 8 s on the own topic of whoever has not said that it has it", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { id } = (await send()).body;
    await says(one, (await told(one)).alert, "received");
    await told(two);
    for (const pause of [1, 2, 4, 8]) {
      await hub.clock.advance(seconds(pause) - 1);
      expect(await tales(two)).toHaveLength(0);
      await hub.clock.advance(1);
      expect((await told(two)).topic).toBe("loa/1/to/kim-lien-2/alert");
    }
    expect(await tales(one)).toHaveLength(0);
    await hub.clock.advance(minutes(11));
    const late = (await tales(two)).length;
    await hub.clock.advance(minutes(5));
    expect(await tales(two)).toHaveLength(late);
    expect(await stateOf(id, two.id)).toMatchObject({ state: "unreachable" });
  });

  test("that a station refused is still sent: the refusal may have been of a forgery", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send({ targets: [{ stationId: "kim-lien-1" }] })).body;
    const { alert } = await told(one);
    await says(one, alert, "rejected", "SIGNATURE_INVALID");
    expect(await stateOf(id, one.id)).toMatchObject({ state: "sent", code: "SIGNATURE_INVALID" });
    await hub.clock.advance(seconds(1));
    await says(one, (await told(one)).alert, "received");
    expect(await stateOf(id, one.id)).toMatchObject({ state: "received" });
  });

  test("reaches a station that comes back while it holds, with its birth's nonce when it lacks the time, and not after", async () => {
    await send();
    const back = await there("kim-lien-1");
    expect((await told(back)).topic).toBe("loa/1/to/kim-lien-1/alert");
    const clock = { synchronised: false, errorMs: 1e9, offsetMs: 0, source: "none" };
    await hub.clock.advance(minutes(5));
    const lost = await there("kim-lien-2", { clock, nonce: "fedcba9876543210" });
    const { alert } = await told(lost);
    expect(alert).toMatchObject({ nonce: "fedcba9876543210", startAt: hub.clock.now() });
    expect(alert.expires - alert.startAt).toBe(minutes(5) + 300);
    await says(lost, alert, "received");
    await hub.clock.advance(minutes(6));
    lost.session++;
    lost.counter = 0;
    await lost.born({ clock } as object);
    expect(await tales(lost)).toHaveLength(0);
  });

  test("goes to chosen zones alone, on the station's own topic", async () => {
    const one = await there("kim-lien-1");
    await send({ targets: [{ stationId: "kim-lien-1", zones: ["z2"] }] });
    const { alert, topic } = await told(one);
    expect([alert.zones, topic]).toEqual([["z2"], "loa/1/to/kim-lien-1/alert"]);
  });

  test("is told to a station that was moved on its own topic, and names it as excepted in the areas it may listen to", async () => {
    const [stays, moved] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const before = hub.registry.stationList;
    hub.registry.stationList = before.map((one) =>
      one.id === moved.id ? record(moved.id, "nam-giang") : one,
    );
    const gone = new Promise((resolve) => moved.client.once("close", () => resolve(null)));
    hub.registry.change({ kind: "station", id: moved.id });
    await hub.clock.advance(50);
    await gone;
    await send({ targets: [{ areaId: "nam-dan" }] });
    const { alert, topic } = await told(stays);
    expect([topic, alert.except]).toEqual(["loa/1/area/nam-dan/alert", [moved.id]]);
    // The broker refuses its old area's topic; the rest is subscribed.
    await moved.connect().catch(() => {});
    moved.session++;
    moved.counter = 0;
    await moved.born();
    expect((await told(moved)).topic).toBe(`loa/1/to/${moved.id}/alert`);
    await moved.nextPlan();
    await moved.ackPlan();
    await moved.asksTime();
    await send({ targets: [{ areaId: "nam-dan" }] });
    expect((await told(stays)).alert.except).toEqual([]);
  });

  test("is done by its receipt too, which has a column of its own", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    const { broadcastId: _, ...receipt } = receiptOf("r-1", "");
    await one.send("receipt", { receipts: [{ ...receipt, alertId: id, segment: 3 }] });
    await one.nextCommand("receipts-stored");
    expect(await shown(id)).toMatchObject({
      playouts: [{ stationId: one.id, alertId: id, outcome: "played" }],
    });
    expect(await stateOf(id, one.id)).toMatchObject({ state: "done" });
    const { rows } = await sql`SELECT broadcast_id, alert_id FROM receipts`.execute(hub.database);
    expect(rows).toEqual([{ broadcastId: "", alertId: id }]);
    expect((await hub.line.line.live(one.id)).playouts[0]).toMatchObject({ title: "Lũ đang lên" });
  });

  test("without a voice goes out with its siren, and says why", async () => {
    hub.espeak = "/nowhere/espeak-ng";
    await hub.restart();
    const one = await there("kim-lien-1");
    const { body } = await send();
    expect(body).toMatchObject({ state: "sent", speechCode: "SPEECH_UNAVAILABLE" });
    expect((await told(one)).alert.sound[0]).toMatchObject({ tone: "wail" });
    expect((await send({ kind: "exercise" })).status).toBe(503);
  });
});

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
    const { status, body } = await hub.ask("POST", `/alerts/${id}/recall`, {});
    expect([status, body.state, body.recalledBy.name]).toEqual([200, "recalled", "Lan"]);
    const { alert } = await told(one);
    expect(alert).toMatchObject({ action: "recall", revision: 2, sound: [] });
    expect(words(alert.correction ?? [])).toHaveLength(1);
    const late = await there("kim-lien-2");
    expect((await told(late)).alert).toMatchObject({ action: "recall", revision: 2 });
    expect((await hub.ask("POST", `/alerts/${id}/recall`, {})).body.revision).toBe(2);
    expect(hub.audited.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["alert.send", "alert.recall"]),
    );
  });

  test("in other words first silences, then speaks", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    await told(one);
    await hub.ask("POST", `/alerts/${id}/recall`, { text: "Chúng tôi bấm nhầm nút." });
    expect((await told(one)).alert).toMatchObject({ action: "update", revision: 2, sound: [] });
    const { alert } = await told(one);
    expect(alert).toMatchObject({ action: "recall", revision: 3 });
    expect(words(alert.correction ?? [])).toHaveLength(1);
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
    expect(update.body).toMatchObject({ updateWaits: true, revision: 1 });
    expect(await tales(one)).toHaveLength(0);
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

describe("a restart of the hub", () => {
  test("takes up what stands: who has it is asked no more, who has not gets it", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    await says(one, (await told(one)).alert, "received");
    await hub.clock.advance(seconds(2));
    one.end();
    await hub.restart();
    expect(await shown(id)).toMatchObject({ state: "sent", counts: { received: 1, unreachable: 1 } });
    const two = await there("kim-lien-2");
    expect((await told(two)).alert).toMatchObject({ alertId: id, revision: 1 });
  });
});

describe("a store that takes nothing", () => {
  const journal = () => join(hub.folder, "alerts.journal");
  const REFUSALS = {
    "is read-only": {
      begin: () => sql`PRAGMA query_only = ON`.execute(hub.database),
      end: () => sql`PRAGMA query_only = OFF`.execute(hub.database),
    },
    "is full": {
      async begin() {
        await sql`CREATE TABLE ballast (x BLOB)`.execute(hub.database);
        await sql`PRAGMA max_page_count = 1`.execute(hub.database);
        const grow = () => sql`INSERT INTO ballast VALUES (zeroblob(2000))`.execute(hub.database);
        for (let full = false; !full; )
          full = await grow().then(
            () => false,
            () => true,
          );
      },
      end: () => sql`PRAGMA max_page_count = 1000000`.execute(hub.database),
    },
  };

  test.each(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[])(
    "because it %s does not hold up an alert: it is journalled, sent, and stored once it can be",
    async (how) => {
      const one = await there("kim-lien-1");
      await hub.clock.advance(seconds(3));
      await REFUSALS[how].begin();
      const { status, body } = await send();
      expect(status).toBe(201);
      expect((await told(one)).alert.alertId).toBe(body.id);
      expect(readFileSync(journal(), "utf8")).toContain(body.id);
      expect((await hub.ask("GET", "/alerts")).body.items).toHaveLength(1);
      await REFUSALS[how].end();
      await hub.clock.advance(seconds(1));
      await expect.poll(() => existsSync(journal())).toBe(false);
      const { rows } = await sql`SELECT id, version FROM alerts`.execute(hub.database);
      expect(rows).toEqual([{ id: body.id, version: 2 }]);
      expect(hub.audited.filter(({ action }) => action === "alert.send")).toHaveLength(1);
    },
  );

  test("until the hub ends leaves the alert in the journal, and the next start takes it up", async () => {
    await hub.clock.advance(seconds(3));
    await REFUSALS["is read-only"].begin();
    const { id } = (await send()).body;
    await hub.restart(async () => expect(existsSync(journal())).toBe(true));
    expect(existsSync(journal())).toBe(false);
    const one = await there("kim-lien-1");
    expect((await told(one)).alert.alertId).toBe(id);
  });

  test("together with a journal that cannot be written still does not hold it up", async () => {
    const one = await there("kim-lien-1");
    await hub.clock.advance(seconds(3));
    await REFUSALS["is read-only"].begin();
    mkdirSync(journal());
    const { status, body } = await send();
    expect(status).toBe(201);
    expect((await told(one)).alert.alertId).toBe(body.id);
    await REFUSALS["is read-only"].end();
  });
});

async function correctionIsReady(id: string): Promise<boolean> {
  await hub.clock.advance(seconds(1));
  const { rows } = await sql<{ bodyJson: string }>`SELECT body_json FROM alerts WHERE id = ${id}`.execute(
    hub.database,
  );
  return JSON.parse(rows[0]?.bodyJson ?? "{}").correction !== null;
}

test("alerts of long ago are still listed, by pages that do not overlap", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) {
    ids.unshift((await send({ headline: `Lũ ${n}` })).body.id);
    await hub.clock.advance(hours(20));
  }
  const first = (await hub.ask("GET", "/alerts?limit=2")).body;
  const second = (await hub.ask("GET", `/alerts?limit=2&cursor=${first.next}`)).body;
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  expect(second.next).toBeNull();
});
