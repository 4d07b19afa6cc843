// long because: one line under test serves every route of it, and they read what earlier ones left
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { days, hours, minutes, seconds } from "@loa/kernel/units";
import type { Broadcast, BroadcastDetail } from "@loa/protocol/http/broadcasts";
import type { Preview, Schedule } from "@loa/protocol/http/schedules";
import { WEEKDAYS } from "@loa/protocol/time-envelope";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTOR, announcement, LineUnderTest } from "../../link/line-under-test.fixture.ts";
import { receiptOf, TestStation } from "../../link/test-station.fixture.ts";

let hub: LineUnderTest;
const stations: TestStation[] = [];
beforeAll(async () => {
  hub = await LineUnderTest.start();
});
afterAll(async () => {
  for (const station of stations) station.end();
  await hub.end();
});
const settled = async (id: string): Promise<TestStation> => {
  const station = await TestStation.connected(hub, id);
  stations.push(station);
  await station.born();
  await station.nextPlan();
  await station.ackPlan();
  await station.asksTime();
  return station;
};
const make = async (target: object, inMs: number, more: object = {}): Promise<Schedule> => {
  const { status, body } = await hub.schedule(target, inMs, more);
  expect(body).toMatchObject({ title: "Bản tin" });
  expect(status).toBe(201);
  return body as Schedule;
};
const list = async (schedule: Schedule): Promise<Broadcast[]> =>
  (await hub.ask("GET", `/broadcasts?scheduleId=${schedule.id}`)).body.items;
const remove = (schedule: Schedule) => hub.ask("DELETE", `/schedules/${schedule.id}`);
const as = async <Result>(actor: Partial<typeof ACTOR>, work: () => Promise<Result>): Promise<Result> => {
  hub.actor = { ...ACTOR, ...actor };
  try {
    return await work();
  } finally {
    hub.actor = ACTOR;
  }
};

describe("a schedule", () => {
  test("is made, shown, listed, changed and ended", async () => {
    const made = await make({ areaId: "kim-lien" }, hours(3), { rrule: "FREQ=DAILY;COUNT=3", chime: true });
    expect(made).toMatchObject({ stations: 2, durationMs: 62_400, priority: "scheduled" });
    expect(made.nextOccurrences).toHaveLength(3);
    expect((await hub.ask("GET", `/schedules/${made.id}`)).body).toEqual(made);
    expect((await hub.ask("GET", "/schedules?area=kim-lien")).body.items).toEqual([made]);
    expect((await hub.ask("GET", "/schedules?area=nam-giang")).body.items).toEqual([]);
    const patched = await hub.ask("PATCH", `/schedules/${made.id}`, { title: "Mới", chime: false });
    expect(patched).toMatchObject({ status: 200, body: { title: "Mới", durationMs: 60_000 } });
    expect((await remove(made)).status).toBe(204);
    expect((await hub.ask("GET", `/schedules/${made.id}`)).status).toBe(404);
  });

  test("is refused where it meets another of its priority, naming what it hits", async () => {
    const first = await make({ areaId: "kim-lien" }, hours(5), { rrule: "FREQ=DAILY;COUNT=5" });
    const hit = await hub.schedule({ areaId: "nam-dan" }, hours(5) + days(2) + seconds(60));
    expect(hit).toMatchObject({ status: 409, body: { code: "SCHEDULE_CONFLICT" } });
    expect(hit.body.conflicts.map((one: { stationId: string }) => one.stationId)).toEqual([
      "kim-lien-1",
      "kim-lien-2",
    ]);
    expect(hit.body.conflicts[0].with).toMatchObject({ scheduleId: first.id, title: "Bản tin" });
    const urgent = await make({ areaId: "nam-dan" }, hours(5), { priority: "urgent" });
    const beside = await make({ areaId: "nam-giang" }, hours(5));
    const after = await make({ areaId: "kim-lien" }, hours(5) + seconds(61));
    for (const one of [first, urgent, beside, after]) await remove(one);
  });

  test("changes without meeting itself", async () => {
    const made = await make({ areaId: "kim-lien" }, hours(4));
    const start = new Date(hub.clock.now() + hours(4) + seconds(10)).toISOString();
    expect((await hub.ask("PATCH", `/schedules/${made.id}`, { start })).status).toBe(200);
    await remove(made);
  });

  test.each([
    [
      "an announcement that is not approved",
      { programme: { items: [{ announcementId: "a-9" }] } },
      409,
      "NOT_APPROVED",
    ],
    [
      "an announcement that does not exist",
      { programme: { items: [{ announcementId: "a-0" }] } },
      404,
      "NOT_FOUND",
    ],
    ["a start in the past", { start: "2020-01-01T00:00:00Z" }, 422, "SCHEDULE_IN_PAST"],
    ["a start without a zone", { start: "2030-01-01T00:00:00" }, 400, "BAD_REQUEST"],
    [
      "a rule that ended",
      { start: "2020-01-01T00:00:00Z", rrule: "FREQ=DAILY;COUNT=3" },
      422,
      "SCHEDULE_EMPTY",
    ],
    ["a rule that cannot be read", { rrule: "FREQ=NEVER" }, 422, "RRULE_INVALID"],
    ["a zone that does not exist", { timeZone: "Asia/Atlantis" }, 422, "TIME_ZONE_INVALID"],
    ["an area that does not exist", { targets: [{ areaId: "atlantis" }] }, 404, "NOT_FOUND"],
    ["no target", { targets: [] }, 400, "BAD_REQUEST"],
    [
      "a programme longer than its step",
      { rrule: "FREQ=HOURLY;COUNT=2", programme: { items: Array(40).fill({ announcementId: "a-2" }) } },
      409,
      "SCHEDULE_CONFLICT",
    ],
  ])("with %s is refused", async (_, more, status, code) => {
    hub.registry.announcementList = [
      ...hub.registry.announcementList.filter(({ id }) => id !== "a-9"),
      { ...announcement("a-9", 1_000), state: "submitted" },
    ];
    expect(await hub.schedule({ areaId: "kim-lien" }, hours(6), more)).toMatchObject({
      status,
      body: { code },
    });
  });

  test("outside the hours of its stations is refused, and one that uses up the day", async () => {
    // Its date in Vietnam.
    const tomorrow = new Date(hub.clock.now() + hours(7) + days(1)).toISOString().slice(0, 10);
    const before = hub.registry.areaList;
    const windows = Object.fromEntries(WEEKDAYS.map((day) => [day, [["05:00", "22:00"]]]));
    const envelope = { windows, maxMinutesPerDay: 2, maxGainDb: 0 } as never;
    hub.registry.areaList = before.map((area) => (area.id === "kim-lien" ? { ...area, envelope } : area));
    hub.registry.change({ kind: "area", id: "kim-lien" });
    await hub.clock.advance(50);
    const at = (time: string, more: object = {}) =>
      hub.schedule({ areaId: "nam-dan" }, 0, { start: `${tomorrow}T${time}+07:00`, ...more });
    expect((await at("03:15:00")).body.code).toBe("OUTSIDE_ENVELOPE");
    expect((await at("21:59:30")).body.code).toBe("OUTSIDE_ENVELOPE");
    const long = { programme: { items: [{ announcementId: "a-1" }, { announcementId: "a-2" }] } };
    expect((await at("12:00:00", long)).body.code).toBe("AIRTIME_EXCEEDED");
    const two = await at("12:00:00");
    expect(two.status).toBe(201);
    expect((await at("13:00:00", { chime: true })).body.code).toBe("AIRTIME_EXCEEDED");
    await remove(two.body);
    hub.registry.areaList = before;
    hub.registry.change({ kind: "area", id: "kim-lien" });
    await hub.clock.advance(50);
  });

  test("of a wider area is seen below and changed above", async () => {
    const made = await make({ areaId: "nam-dan" }, hours(7));
    await as({ areaId: "kim-lien", role: "staff" }, async () => {
      expect((await hub.ask("GET", `/schedules/${made.id}`)).status).toBe(200);
      expect((await remove(made)).body).toMatchObject({ code: "FORBIDDEN" });
      expect((await hub.schedule({ areaId: "nam-giang" }, hours(8))).status).toBe(404);
    });
    await as({ areaId: "nam-dan", role: "auditor" }, async () => {
      expect((await hub.schedule({ areaId: "nam-dan" }, hours(8))).status).toBe(403);
    });
    await remove(made);
  });

  test("loses its sound when its announcement is withdrawn", async () => {
    const station = await settled("kim-lien-2");
    const made = await make({ stationId: station.id }, hours(2));
    await hub.clock.advance(50);
    expect((await station.nextPlan()).segments).toHaveLength(1);
    const before = hub.registry.announcementList;
    hub.registry.announcementList = before.map((one) => ({ ...one, state: "archived" }));
    hub.registry.change({ kind: "announcement", id: "a-1" });
    for (let turn = 0; turn < 3; turn++) await hub.clock.advance(50);
    expect((await station.nextPlan()).segments).toHaveLength(0);
    hub.registry.announcementList = before;
    hub.registry.change({ kind: "announcement", id: "a-1" });
    await hub.clock.advance(50);
    await remove(made);
    station.end();
  });
});

describe("the read-back", () => {
  test("says what will sound in the next 24 h", async () => {
    const made = await make({ areaId: "kim-lien" }, hours(9));
    const { items } = (await hub.ask("GET", "/schedules/preview?area=kim-lien")).body as Preview;
    expect(items).toMatchObject([{ scheduleId: made.id, stations: 2, areas: ["kim-lien"], draft: false }]);
    await remove(made);
  });

  test("shows a draft with what it would hit, and stores nothing", async () => {
    const made = await make({ areaId: "kim-lien" }, hours(9));
    const draft = {
      title: "Thử",
      targets: [{ stationId: "kim-lien-1" }],
      programme: { items: [{ announcementId: "a-2" }] },
      start: new Date(hub.clock.now() + hours(9)).toISOString(),
    };
    const { body } = await hub.ask("POST", "/schedules/preview", draft);
    expect(body.items.filter(({ draft }: { draft: boolean }) => draft)).toMatchObject([
      { title: "Thử", scheduleId: null, problem: { code: "SCHEDULE_CONFLICT" } },
    ]);
    expect(body.conflicts).toMatchObject([{ stationId: "kim-lien-1", with: { scheduleId: made.id } }]);
    expect((await hub.ask("GET", "/schedules")).body.items).toHaveLength(1);
    await remove(made);
  });
});

describe("a schedule that is edited", () => {
  const daily = { rrule: "FREQ=DAILY" };

  test("is read back in the place of its stored form, and does not clash with itself", async () => {
    const made = await make({ areaId: "kim-lien" }, hours(9), daily);
    const { title, targets, programme } = made;
    const start = new Date(hub.clock.now() + hours(9) + seconds(10)).toISOString();
    const draft = { title, targets, programme, start, ...daily, scheduleId: made.id };
    const { body } = await hub.ask("POST", "/schedules/preview", draft);
    expect(body.conflicts).toEqual([]);
    expect(body.items.filter(({ draft }: { draft: boolean }) => !draft)).toEqual([]);
    expect(body.items[0]).toMatchObject({ draft: true, title });
    expect(body.items[0].problem).toBeUndefined();
    expect((await hub.ask("POST", "/schedules/preview", { ...draft, scheduleId: "s-none" })).status).toBe(
      404,
    );
    await remove(made);
  });

  test("becomes one that sounds once when its rule is taken away", async () => {
    const made = await make({ areaId: "kim-lien" }, hours(9), daily);
    const kept = await hub.ask("PATCH", `/schedules/${made.id}`, { title: "Tên mới" });
    expect(kept.body.rrule).toBe(daily.rrule);
    const { body } = await hub.ask("PATCH", `/schedules/${made.id}`, { rrule: null });
    expect(body.rrule).toBeUndefined();
    expect(body.nextOccurrences).toHaveLength(1);
    await remove(made);
  });
});

describe("a broadcast", () => {
  test("goes from planned over on air to done, and its counts follow plan, health and receipts", async () => {
    const station = await settled("kim-lien-1");
    const made = await make({ areaId: "kim-lien" }, minutes(5));
    const [planned] = await list(made);
    expect(planned).toMatchObject({ state: "planned", counts: { stations: 2, unconfirmed: 2 } });
    await hub.clock.advance(50);
    const plan = await station.nextPlan();
    expect(plan.segments[0]?.broadcastId).toBe(planned!.id);
    await station.ackPlan();
    await station.asksTime();
    expect((await list(made))[0]).toMatchObject({ counts: { confirmed: 1, unconfirmed: 1 } });
    await hub.clock.advance(minutes(5));
    await station.send("health", health(hub.clock.now(), planned!.id));
    await station.asksTime();
    expect((await list(made))[0]).toMatchObject({ state: "onAir", counts: { onAir: 1, unconfirmed: 1 } });
    await hub.clock.advance(minutes(1));
    await station.send("health", health(hub.clock.now(), null));
    await station.send("receipt", { receipts: [receiptOf("r-1", planned!.id)] });
    await station.nextCommand("receipts-stored");
    await hub.clock.advance(seconds(40));
    const detail = (await hub.ask("GET", `/broadcasts/${planned!.id}`)).body as BroadcastDetail;
    expect(detail).toMatchObject({
      state: "done",
      counts: { stations: 2, played: 1, failed: 1 },
      announcements: [{ id: "a-1", durationMs: 60_000 }],
      playouts: [{ stationId: "kim-lien-1", outcome: "played" }],
    });
    expect(detail.stations).toMatchObject([
      { stationId: "kim-lien-1", state: "done" },
      { stationId: "kim-lien-2", state: "done", code: "OFFLINE" },
    ]);
    await remove(made);
    expect((await list(made)).map(({ id, state }) => [id, state])).toEqual([[planned!.id, "done"]]);
    station.end();
  });

  test("is told to every area that it reaches, not only to the one above them all", async () => {
    const made = await make({ areaId: "nam-dan" }, minutes(2));
    await hub.clock.advance(minutes(2) + seconds(1));
    await expect
      .poll(() => {
        const told = hub.events.findLast(
          (event) => event.kind === "broadcast" && event.broadcast.scheduleId === made.id,
        );
        return told && hub.eventAreas.get(told)?.toSorted();
      })
      .toEqual(["kim-lien", "nam-giang"]);
    const told = hub.events.find((event) => event.kind === "schedule" && event.scheduleId === made.id);
    expect(told && hub.eventAreas.get(told)?.toSorted()).toEqual(["kim-lien", "nam-giang"]);
    await hub.clock.advance(minutes(5));
    await remove(made);
  });

  test("is cancelled alone: the other occurrences keep their names and times", async () => {
    const made = await make({ areaId: "kim-lien" }, hours(1), { rrule: "FREQ=DAILY;COUNT=3" });
    const all = (await hub.ask("GET", `/broadcasts?scheduleId=${made.id}&to=${iso(days(5))}`)).body.items;
    expect((await hub.ask("DELETE", `/broadcasts/${all[1].id}`)).status).toBe(204);
    const left = (await hub.ask("GET", `/broadcasts?scheduleId=${made.id}&to=${iso(days(5))}`)).body.items;
    expect(left.map(({ id, state }: Broadcast) => [id, state])).toEqual([
      [all[0].id, "planned"],
      [all[1].id, "cancelled"],
      [all[2].id, "planned"],
    ]);
    expect(((await hub.ask("GET", `/schedules/${made.id}`)).body as Schedule).exceptions).toHaveLength(1);
    await remove(made);
  });

  test("comes in pages that do not overlap", async () => {
    const made = await make({ areaId: "kim-lien" }, hours(1), { rrule: "FREQ=HOURLY;COUNT=7" });
    const ids: string[] = [];
    for (let cursor = ""; cursor !== "end"; ) {
      const url = `/broadcasts?scheduleId=${made.id}&limit=3${cursor && `&cursor=${cursor}`}`;
      const { items, next } = (await hub.ask("GET", url)).body;
      ids.push(...items.map(({ id }: Broadcast) => id));
      cursor = next ?? "end";
    }
    expect([ids.length, new Set(ids).size]).toEqual([7, 7]);
    await remove(made);
  });
});

describe("a stop", () => {
  test("reaches the stations by their area at once, again until each has acknowledged, and takes the rest out of the plan", async () => {
    const [one, two] = [await settled("kim-lien-1"), await settled("kim-lien-2")];
    const made = await make({ areaId: "kim-lien" }, minutes(5));
    await hub.clock.advance(50);
    for (const station of [one, two]) {
      await station.nextPlan();
      await station.ackPlan();
    }
    const [broadcast] = await list(made);
    const answer = await hub.ask("POST", `/broadcasts/${broadcast!.id}/stop`);
    expect(answer).toMatchObject({ status: 202, body: { stations: 2 } });
    const told = await one.nextCommand("stop");
    expect(told.topic).toBe("loa/1/area/kim-lien/command");
    expect(told.command).toMatchObject({ id: answer.body.commandId, broadcastId: broadcast!.id, by: "Lan" });
    await one.send("ack", { id: told.command.id, state: "finished", at: 1 });
    await one.asksTime();
    await two.nextCommand("stop");
    await hub.clock.advance(seconds(1));
    expect((await two.nextCommand("stop")).topic).toBe("loa/1/to/kim-lien-2/command");
    expect((await one.inbox()).filter(({ topic }) => topic.endsWith("/command"))).toEqual([]);
    expect((await one.nextPlan()).segments).toEqual([]);
    expect(hub.audited.at(-1)).toMatchObject({ action: "broadcast.stop", subject: broadcast!.id });
    two.session++;
    two.counter = 0;
    await two.born();
    expect((await two.nextCommand("stop")).command.id).toBe(told.command.id);
    await two.send("ack", { id: told.command.id, state: "finished", at: 1 });
    await hub.clock.advance(minutes(6) + seconds(30));
    expect((await list(made))[0]).toMatchObject({ state: "done", counts: { stopped: 2 } });
    await remove(made);
    for (const station of [one, two]) station.end();
  });

  test("of an area silences what sounds there and leaves the rest of the broadcast", async () => {
    const [one, other] = [await settled("kim-lien-1"), await settled("nam-giang-1")];
    const made = await make({ areaId: "nam-dan" }, minutes(2));
    await hub.clock.advance(50);
    for (const station of [one, other]) {
      await station.nextPlan();
      await station.ackPlan();
      await station.asksTime();
    }
    await hub.clock.advance(minutes(2));
    const answer = await hub.ask("POST", "/stop", { areaId: "kim-lien" });
    expect(answer).toMatchObject({ status: 202, body: { stations: 2 } });
    const { command } = await one.nextCommand("stop");
    expect(command).not.toHaveProperty("broadcastId");
    expect((await other.inbox()).filter(({ topic }) => topic.endsWith("/command"))).toEqual([]);
    await hub.clock.advance(50);
    expect((await one.nextPlan()).segments).toEqual([]);
    expect((await list(made))[0]).toMatchObject({ counts: { stopped: 2, confirmed: 1 } });
    await as({ areaId: "kim-lien", role: "auditor" }, async () => {
      expect((await hub.ask("POST", "/stop", { areaId: "kim-lien" })).status).toBe(403);
      expect((await hub.ask("POST", "/stop", { areaId: "nam-dan" })).status).toBe(404);
    });
    await remove(made);
    for (const station of [one, other]) station.end();
  });
});

describe("assets", () => {
  const bytes = Buffer.from("OggS and so on, some audio for stations");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const path = `/assets/${sha256}`;

  test("are given to enrolled stations, whole or in part, to be kept for ever", async () => {
    await hub.store(sha256, bytes);
    const station = await settled("kim-lien-1");
    const whole = await station.https("GET", path);
    expect(whole).toMatchObject({ status: 200, body: bytes.toString() });
    expect(whole.headers["cache-control"]).toContain("immutable");
    const part = await station.https("GET", path, { range: "bytes=5-7" });
    expect(part).toMatchObject({ status: 206, body: "and" });
    expect(part.headers).toMatchObject({
      "content-range": `bytes 5-7/${bytes.length}`,
      "content-length": "3",
    });
    const rest = await station.https("GET", path, { range: "bytes=9-", "if-range": `"${sha256}"` });
    expect(rest).toMatchObject({ status: 206, body: bytes.toString().slice(9) });
    expect((await station.https("GET", path, { range: `bytes=${bytes.length}-` })).status).toBe(416);
    expect((await station.https("GET", "/assets/..%2f..%2fkeys")).status).toBe(400);
    expect(await station.https("GET", path, {}, undefined, true)).toMatchObject({
      status: 401,
      body: { code: "STATION_CERTIFICATE_REQUIRED" },
    });
    station.end();
  });
});

test("the store holds no secret of a station", async () => {
  const station = await TestStation.connected(hub, "kim-lien-1");
  await hub.clock.advance(seconds(3));
  const files = await Promise.all(["hub.db", "hub.db-wal"].map((name) => readFile(join(hub.folder, name))));
  const secret = Buffer.from(station.enrolled.secret, "base64url");
  for (const file of files)
    for (const form of [secret, Buffer.from(station.enrolled.secret), Buffer.from(secret.toString("hex"))])
      expect(file.includes(form)).toBe(false);
  station.end();
});

const iso = (inMs: number) => encodeURIComponent(new Date(hub.clock.now() + inMs).toISOString());

const health = (at: number, broadcastId: string | null) => ({
  at,
  onAir: broadcastId && { broadcastId, segment: 0, priority: "scheduled", since: at },
  board: "ready",
  amplifier: broadcastId !== null,
  zonesClosed: [],
  readings: { zoneAmps: {} },
  clock: { synchronised: true, errorMs: 1, offsetMs: 0, source: "hub" },
  audio: { state: "running", jumps: 0, underruns: 0, restarts: 0 },
  storageFreeBytes: 1,
  rssBytes: 1,
});
