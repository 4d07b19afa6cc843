import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { hours, minutes, seconds } from "@loa/kernel/units";
import { provesTime } from "@loa/protocol/time";
import { upTopic } from "@loa/protocol/topics";
import { wrapUplink } from "@loa/protocol/uplink";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LineUnderTest, station as record } from "./line-under-test.fixture.ts";
import { receiptOf, TestStation } from "./test-station.fixture.ts";

let test_: LineUnderTest;
let stations: TestStation[] = [];
beforeEach(async () => {
  test_ = await LineUnderTest.start();
});
afterEach(async () => {
  for (const station of stations) station.end();
  stations = [];
  await test_.end();
});
const connected = async (id: string): Promise<TestStation> => {
  const station = await TestStation.connected(test_, id);
  stations.push(station);
  return station;
};
/** A station that holds and has confirmed its newest plan. */
const settled = async (id: string): Promise<TestStation> => {
  const station = await connected(id);
  await station.born();
  await station.nextPlan();
  await station.ackPlan();
  await station.asksTime();
  return station;
};
const glance = (id: string) => test_.line.line.glance(id);

describe("enrolment", () => {
  test("gives certificate, secret, keys, addresses and place", async () => {
    const station = await connected("kim-lien-1");
    const { areaPath, hubId, mqtt, assets } = station.enrolled;
    expect(areaPath).toEqual(["nghe-an", "nam-dan", "kim-lien"]);
    expect(hubId).toMatch(/^hub-/);
    expect([mqtt, assets]).toEqual([test_.line.addresses().mqtt, test_.line.addresses().stations]);
    expect(Buffer.from(station.enrolled.secret, "base64url")).toHaveLength(32);
  });

  test("takes a code once, not after 24 h, not a wrong one, and not one that a newer label replaced", async () => {
    const station = new TestStation(test_, "kim-lien-1");
    const old = await test_.line.line.enrolmentLabel(station.id);
    const label = await test_.line.line.enrolmentLabel(station.id);
    expect(await station.enrol(old)).toBe(403);
    expect(await station.enrol({ ...label, code: label.code.split("").reverse().join("") })).toBe(403);
    expect(await station.enrol(label)).toBe(200);
    expect(await station.enrol(label)).toBe(403);
    const late = await test_.line.line.enrolmentLabel(station.id);
    await test_.restart(() => test_.clock.advance(hours(24)));
    expect(await station.enrol(late)).toBe(403);
    expect(test_.audited.filter(({ action }) => action === "station.enrol-refused")).toHaveLength(4);
  });

  test("is limited for each station", async () => {
    const station = new TestStation(test_, "kim-lien-1");
    const label = await test_.line.line.enrolmentLabel(station.id);
    const wrong = { ...label, code: "a".repeat(26) };
    const answers: number[] = [];
    for (let i = 0; i < 21; i++) answers.push(await station.enrol(wrong));
    expect(answers.at(-1)).toBe(429);
    await test_.clock.advance(minutes(1));
    expect(await station.enrol(label)).toBe(200);
  });

  test("is for registered stations alone", async () => {
    await expect(test_.line.line.enrolmentLabel("nobody-knows")).rejects.toMatchObject({
      code: "STATION_UNKNOWN",
    });
  });

  test("done anew closes the old connection, and the old certificate opens nothing", async () => {
    const old = await connected("kim-lien-1");
    const gone = new Promise((resolve) => old.client.once("close", () => resolve(null)));
    const fresh = await connected("kim-lien-1");
    await gone;
    await expect(old.connect()).rejects.toThrow(/Not authorized/);
    expect((await old.https("GET", `/assets/${"1".repeat(64)}`)).status).toBe(401);
    expect((await fresh.https("GET", `/assets/${"1".repeat(64)}`)).status).toBe(404);
  });
});

describe("plans", () => {
  test("come signed at birth, are confirmed by the station, and are called unchanged at the next birth", async () => {
    const station = await connected("kim-lien-1");
    await test_.schedule({ stationId: station.id }, minutes(10));
    await station.born();
    const plan = await station.nextPlan();
    expect(plan.segments.map(({ broadcastId, durationMs }) => [broadcastId.slice(0, 2), durationMs])).toEqual(
      [["b-", 60_000]],
    );
    expect(glance(station.id)).toMatchObject({ planConfirmed: false, status: "online" });
    await station.ackPlan();
    await station.asksTime();
    expect(glance(station.id)).toMatchObject({ planConfirmed: true, planRevision: plan.revision });
    await station.born();
    expect((await station.next(({ topic }) => topic.endsWith("/plan"))).text).toBe("unchanged");
  });

  test("go out again after 1, 2, 4 … s until the station is ready", async () => {
    const station = await connected("kim-lien-1");
    await station.born();
    const first = await station.nextPlan();
    for (const wait of [1, 2, 4]) {
      await test_.clock.advance(seconds(wait));
      expect((await station.nextPlan()).revision).toBe(first.revision);
    }
    await station.ackPlan();
    await station.asksTime();
    await test_.clock.advance(minutes(1));
    expect((await station.inbox()).filter(({ topic }) => topic.endsWith("/plan"))).toEqual([]);
  });

  test("a schedule reaches only the stations it concerns, at once", async () => {
    const [one, two] = [await settled("kim-lien-1"), await settled("nam-giang-1")];
    await test_.schedule({ areaId: "kim-lien" }, minutes(10));
    await test_.clock.advance(50);
    expect((await one.nextPlan()).segments).toHaveLength(1);
    expect((await two.inbox()).filter(({ topic }) => topic.endsWith("/plan"))).toEqual([]);
  });

  test("a plain restart keeps epoch and revision", async () => {
    const station = await settled("kim-lien-1");
    const { hubEpoch, revision } = station.plan!;
    await test_.restart();
    station.enrolled = { ...station.enrolled, mqtt: test_.line.addresses().mqtt };
    station.session = 2;
    await station.connect();
    await station.born();
    expect((await station.next(({ topic }) => topic.endsWith("/plan"))).text).toBe("unchanged");
    await station.asksTime();
    expect(glance(station.id)).toMatchObject({
      planConfirmed: true,
      plan: { wanted: { hubEpoch, revision } },
    });
  });

  test("an older copy of the store, put back, serves every station again in a higher epoch", async () => {
    await settled("kim-lien-1");
    const copy = join(test_.folder, "copy.db");
    const database = join(test_.folder, "hub.db");
    await test_.restart(() => copyFile(database, copy));
    const station = await settled("kim-lien-1");
    await test_.schedule({ stationId: station.id }, minutes(10));
    await test_.clock.advance(50);
    const before = await station.nextPlan();
    await test_.restart(async () => {
      for (const end of ["", "-wal", "-shm"]) await rm(`${database}${end}`, { force: true });
      await copyFile(copy, database);
    });
    station.enrolled = { ...station.enrolled, mqtt: test_.line.addresses().mqtt };
    await station.connect();
    await station.born();
    const after = await station.nextPlan();
    expect(after.hubEpoch).toBeGreaterThan(before.hubEpoch);
    expect(after.segments).toEqual([]);
  });

  test("an older copy of the store does not lock out a station that was enrolled anew since", async () => {
    const old = await settled("kim-lien-1");
    const copy = join(test_.folder, "copy.db");
    const database = join(test_.folder, "hub.db");
    await test_.restart(() => copyFile(database, copy));
    const station = await settled("kim-lien-1");
    await test_.restart(async () => {
      for (const end of ["", "-wal", "-shm"]) await rm(`${database}${end}`, { force: true });
      await copyFile(copy, database);
    });
    for (const one of [old, station]) one.enrolled = { ...one.enrolled, mqtt: test_.line.addresses().mqtt };
    await station.connect();
    await station.born();
    expect((await station.nextPlan()).hubEpoch).toBeGreaterThan(old.plan!.hubEpoch);
    await expect(old.connect()).rejects.toThrow(/Not authorized/);
  });

  test("a station that is ahead of the store raises the epoch, and all are told", async () => {
    const station = await settled("kim-lien-1");
    const { hubEpoch, revision, validUntil } = station.plan!;
    await station.born({ plan: { hubEpoch, revision: revision + 5, validUntil } });
    expect((await station.nextPlan()).hubEpoch).toBeGreaterThan(hubEpoch);
    const { text } = await station.next(
      ({ topic, text }) => topic === "loa/1/hub" && JSON.parse(text).hubEpoch > hubEpoch,
    );
    expect(JSON.parse(text)).toMatchObject({ online: true });
  });

  test("a station that moves is told its new place and loses its old rights", async () => {
    const station = await settled("kim-lien-1");
    const gone = new Promise((resolve) => station.client.once("close", () => resolve(null)));
    test_.registry.stationList = [record("kim-lien-1", "nam-giang"), ...test_.registry.stationList.slice(1)];
    test_.registry.change({ kind: "station", id: station.id });
    await test_.clock.advance(50);
    await gone;
    await expect(station.connect()).rejects.toThrow();
    await station.born();
    const { command } = await station.nextCommand("area");
    expect(command).toMatchObject({ areaPath: ["nghe-an", "nam-dan", "nam-giang"], areaRevision: 2 });
  });

  test("a refusal shows at the station", async () => {
    const station = await connected("kim-lien-1");
    await station.born();
    await station.nextPlan();
    await station.ackPlan("rejected", "SIGNATURE_INVALID");
    await station.asksTime();
    expect(glance(station.id).plan.rejectedCode).toBe("SIGNATURE_INVALID");
  });
});

describe("receipts", () => {
  const stored = async () => (await test_.line.line.live("kim-lien-1")).playouts as { receiptId: string }[];

  test("are stored once and answered every time", async () => {
    const station = await settled("kim-lien-1");
    const receipts = [receiptOf("r-1", "b-x"), receiptOf("r-2", "b-x", { endedAt: 3_000 })];
    for (let i = 0; i < 3; i++) {
      await station.send("receipt", { receipts });
      const { command } = await station.nextCommand("receipts-stored");
      expect(command).toMatchObject({ receiptIds: ["r-1", "r-2"] });
    }
    expect((await stored()).map(({ receiptId }) => receiptId)).toEqual(["r-2", "r-1"]);
    expect(test_.events.filter(({ kind }) => kind === "playout")).toHaveLength(2);
  });

  test("of one id from two stations are two", async () => {
    const [one, two] = [await settled("kim-lien-1"), await settled("kim-lien-2")];
    await one.send("receipt", { receipts: [receiptOf("r-1", "b-x")] });
    await one.nextCommand("receipts-stored");
    await two.send("receipt", { receipts: [receiptOf("r-1", "b-x", { outcome: "failed" })] });
    await two.nextCommand("receipts-stored");
    expect(await stored()).toMatchObject([{ receiptId: "r-1", outcome: "played" }]);
  });

  test("that are forged, replayed or malformed change nothing and get no answer", async () => {
    const station = await settled("kim-lien-1");
    const topic = upTopic(station.id, "receipt");
    const batch = { receipts: [receiptOf("r-9", "b-x")] };
    const secret = Buffer.from(station.enrolled.secret, "base64url");
    await station.raw("receipt", wrapUplink(Buffer.alloc(32), topic, 1, 900, batch));
    await station.raw("receipt", wrapUplink(secret, upTopic(station.id, "event"), 1, 901, batch));
    await station.raw("receipt", wrapUplink(secret, topic, 1, 902, { receipts: [{ receiptId: "r-9" }] }));
    await station.raw("receipt", "not json");
    const before = await station.https("GET", `/assets/${"0".repeat(64)}`);
    expect(before.status).toBe(404);
    const replayed = station.wrap("receipt", { receipts: [receiptOf("r-1", "b-x")] });
    await station.raw("receipt", replayed);
    await station.nextCommand("receipts-stored");
    await station.raw("receipt", replayed);
    expect((await station.inbox()).filter(({ topic }) => topic.endsWith("/command"))).toEqual([]);
    expect((await stored()).map(({ receiptId }) => receiptId)).toEqual(["r-1"]);
  });

  test("survive a restart of the hub, and messages from before it are not taken again", async () => {
    const station = await settled("kim-lien-1");
    const sent = station.wrap("receipt", { receipts: [receiptOf("r-1", "b-x")] });
    await station.raw("receipt", sent);
    await station.nextCommand("receipts-stored");
    await test_.restart();
    station.enrolled = { ...station.enrolled, mqtt: test_.line.addresses().mqtt };
    await station.connect();
    await station.raw("receipt", sent);
    expect((await station.inbox()).filter(({ topic }) => topic.endsWith("/command"))).toEqual([]);
    expect(await stored()).toHaveLength(1);
  });
});

describe("presence", () => {
  test("a connection that breaks makes the station offline 30 s after it was last heard", async () => {
    const station = await settled("kim-lien-1");
    expect(glance(station.id).status).toBe("online");
    const lost = new Promise((resolve) => test_.line.broker.onDisconnected(resolve));
    station.client.stream.destroy();
    await lost;
    await test_.clock.advance(seconds(29));
    expect(glance(station.id).status).toBe("online");
    await test_.clock.advance(seconds(1));
    expect(glance(station.id)).toMatchObject({ status: "offline", faults: [{ code: "OFFLINE" }] });
    expect(test_.events.at(-1)).toMatchObject({ kind: "station", station: { status: "offline" } });
  });

  test("the death of an earlier session is ignored", async () => {
    const station = await settled("kim-lien-1");
    const death = station.wrap("death", { reason: "lost" });
    station.session = 2;
    await station.born();
    await station.raw("death", death);
    await station.asksTime();
    await test_.clock.advance(seconds(40));
    expect(glance(station.id).status).toBe("online");
  });

  test("faults raised and cleared show", async () => {
    const station = await settled("kim-lien-1");
    const fault = { code: "LINE_OPEN", zone: "z1", since: 1 };
    await station.send("event", { kind: "fault-raised", at: 1, fault });
    await station.asksTime();
    expect(glance(station.id)).toMatchObject({ status: "degraded", faults: [fault] });
    await station.send("event", { kind: "fault-cleared", at: 2, fault: { ...fault, clearedAt: 2 } });
    await station.asksTime();
    expect(glance(station.id)).toMatchObject({ status: "online", faults: [] });
  });

  test("the hub says that it is there, every minute", async () => {
    const station = await settled("kim-lien-1");
    await test_.clock.advance(minutes(1));
    const { text } = await station.next(({ topic }) => topic === "loa/1/hub");
    expect(JSON.parse(text)).toMatchObject({ online: true, hubEpoch: station.plan!.hubEpoch });
  });
});

test("the time is answered with the hub's stamps, proven by the station's secret", async () => {
  const station = await connected("kim-lien-1");
  const reply = await station.asksTime();
  const secret = Buffer.from(station.enrolled.secret, "base64url");
  expect(reply).toMatchObject({ t1: 5, t2: test_.clock.now(), t3: test_.clock.now() });
  expect(provesTime(secret, reply)).toBe(true);
  expect(provesTime(secret, { ...reply, t2: reply.t2 + 1 })).toBe(false);
});
