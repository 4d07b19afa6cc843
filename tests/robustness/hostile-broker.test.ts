import { randomBytes } from "node:crypto";
import { type UpKind, upTopic } from "@loa/protocol/topics";
import { type Uplink, wrapUplink } from "@loa/protocol/uplink";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { planOf, segmentOf, signedCommand, signedPlan } from "../harness/by-hand.ts";
import { Commune } from "../harness/commune.ts";
import { garbage } from "../harness/garbage.ts";
import {
  chaotic,
  HONEST,
  HostileProxy,
  type Passing,
  reroute,
  type Tactic,
} from "../harness/hostile-proxy.ts";
import { heardAt } from "../harness/recording-at.ts";
import { decode, speech } from "../harness/sound.ts";
import { tampered, testKey } from "../harness/test-keys.ts";
import { until, untilTime } from "../harness/until.ts";

const [ID, OTHER] = ["tram-mang-01", "tram-mang-02"];
const IDS = [ID, OTHER];
const TARGETS = IDS.map((stationId) => ({ stationId }));
const HOUR_MS = 3_600_000;
/** Longer than the way of any message here. */
const SETTLED_MS = 1_000;

const commune = new Commune([{ id: ID, crystalPpm: 50 }, { id: OTHER }], { LOA_TLS: "off" });
const proxy = new HostileProxy(() => Number(new URL(commune.hub.mqtt ?? "").port));
let staff: Person;
let announcement: Answer;
let asset: Float32Array;

beforeAll(async () => {
  await commune.start();
  const address = await proxy.listen();
  await Promise.all(
    IDS.map(async (id) => {
      await commune.part(id).stop();
      reroute(commune.stationData(id), address);
      await commune.startStation(id).ready;
    }),
  );
  staff = await commune.person("xa");
  const file = speech(
    commune.folder,
    "mang.wav",
    "Thông báo. Tối nay, bảy giờ, chiếu phim tại sân kho hợp tác xã.",
  );
  announcement = await approved(commune, "Chiếu phim", file, "mang.wav");
  asset = decode(await staff.bytes(`/announcements/${announcement.id}/audio`));
  await until("births by the proxy", 20_000, () =>
    IDS.every((id) => proxy.of(id, true, "birth").length > 0) ? true : null,
  );
}, 120_000);

afterAll(async () => {
  await commune.stop();
  await proxy.close();
});

afterEach(() => {
  proxy.tactic = HONEST;
});

const durationMs = () => asset.length / 48;
const settled = () => untilTime(Date.now() + SETTLED_MS);
const station = (id: string): Promise<Answer> => staff.get(`/stations/${id}`);
const body = ({ payload }: Passing): Answer => JSON.parse((JSON.parse(payload.toString()) as Uplink).body);
const closings = async (id: string, since: number) =>
  (await commune.simEvents(id, since)).filter(({ type, closed }: Answer) => type === "relay" && closed);

/** What the hub believes of the stations and a broadcast. */
async function belief(broadcastId: string) {
  const [{ playouts, stations }, ...found] = await Promise.all([
    staff.get(`/broadcasts/${broadcastId}`),
    ...IDS.map(station),
  ]);
  return {
    receipts: playouts.map(({ receiptId, stationId, outcome }: Answer) => [receiptId, stationId, outcome]),
    states: stations.map(({ stationId, state }: Answer) => [stationId, state]),
    stations: found.map(({ id, status, onAir, faults, software, plan, playouts: own }) => {
      return {
        id,
        status,
        onAir,
        faults,
        software,
        plan: [plan.wanted, plan.confirmed],
        receipts: own.length,
      };
    }),
  };
}

/** Whether the hub sees the station, and what it says is on air. Forgeries raise SIGNATURE_REJECTED there: rightly `degraded`. */
async function glance(id: string): Promise<[boolean, Answer]> {
  const { status, onAir } = await station(id);
  return [status === "online" || status === "degraded", onAir];
}

/** Drops messages that fit, and lets the rest pass. */
const without =
  (fits: (message: Passing) => boolean): Tactic =>
  (message) =>
    fits(message) ? [] : [0];

const isPlanOf = (id: string) => (message: Passing) =>
  message.station === id && message.topic.endsWith("/plan");

test("late, repeated and out of order: a broadcast still sounds whole, on time and once", async () => {
  proxy.tactic = chaotic(400);
  const broadcast = await scheduled(staff, announcement.id, TARGETS, 7_000);
  await confirmed(staff, broadcast.id);
  await untilTime(broadcast.startAt + durationMs());
  const playouts = await proven(staff, broadcast.id, IDS.length, 20_000);
  expect(playouts.map(({ outcome }) => outcome)).toEqual(["played", "played"]);
  for (const id of IDS) {
    const heard = await heardAt(commune, id, "z1", broadcast, asset);
    expect(heard.worst).toBeGreaterThan(0.9);
    expect(Math.abs(heard.lateMs)).toBeLessThan(50);
    expect(Math.abs(heard.lengthErrorMs)).toBeLessThan(20);
  }
  proxy.tactic = HONEST;
  for (const id of IDS) for (const message of proxy.of(id, true, "receipt")) proxy.inject(id, message);
  await settled();
  expect((await belief(broadcast.id)).receipts).toHaveLength(IDS.length);
}, 60_000);

test("the hub believes nothing that its stations did not say, and nothing twice", async () => {
  proxy.tactic = without(isPlanOf(ID));
  const broadcast = await scheduled(staff, announcement.id, TARGETS, HOUR_MS);
  await until("the other station confirms", 10_000, async () =>
    (await belief(broadcast.id)).states.some(([, state]: string[]) => state !== "unconfirmed") ? true : null,
  );
  await settled();
  const before = await belief(broadcast.id);
  expect(before.states).toContainEqual([ID, "unconfirmed"]);
  expect(before.stations.map(({ onAir, status }) => [onAir, status])).toEqual([
    [null, "online"],
    [null, "online"],
  ]);
  const { plan } = await station(ID);
  for (const message of forgedUplinks(plan.wanted, broadcast)) proxy.inject(ID, message);
  // What was said before, by this station and, on this station's topics, by the other.
  for (const message of [...proxy.of(ID, true)]) proxy.inject(ID, message);
  for (const message of proxy.of(OTHER, true))
    proxy.inject(ID, { ...message, topic: message.topic.replace(OTHER, ID) });
  await settled();
  expect(await belief(broadcast.id)).toEqual(before);

  // In the name of the other station, over this one's connection: the hub closes it, and believes nothing.
  for (const message of proxy.of(OTHER, true)) proxy.inject(ID, message);
  await settled();
  await commune.online(ID);
  expect(await belief(broadcast.id)).toEqual(before);
  proxy.tactic = HONEST;
  await confirmed(staff, broadcast.id);
  await staff.delete(`/schedules/${broadcast.scheduleId}`);
}, 60_000);

/** Everything that would please a gullible hub, without the station's secret. */
function forgedUplinks(wanted: Answer, { id: broadcastId, startAt }: Answer): Omit<Passing, "station">[] {
  const now = Date.now();
  const genuine = (kind: UpKind) => body(proxy.of(ID, true, kind).at(-1) as Passing);
  const onAir = { broadcastId, segment: 0, priority: "scheduled", since: now };
  const receipt = {
    ...genuine("receipt").receipts[0],
    receiptId: "r-gia",
    broadcastId,
    scheduledAt: startAt,
  };
  const fault = { code: "DOOR_OPEN", since: now };
  const lies: [UpKind, Answer][] = [
    ["birth", { ...genuine("birth"), plan: wanted, software: "gia", faults: [fault] }],
    ["ack", { id: "plan", hubEpoch: wanted.hubEpoch, revision: wanted.revision, state: "ready", at: now }],
    ["health", { ...genuine("health"), at: now, onAir, zonesClosed: ["z1", "z2"], amplifier: true }],
    ["receipt", { receipts: [receipt] }],
    ["event", { kind: "fault-raised", at: now, fault }],
    ["death", { reason: "lost" }],
  ];
  const sessionOf = (message: Passing) => (JSON.parse(message.payload.toString()) as Uplink).session;
  const session = sessionOf(proxy.of(ID, true).at(-1) as Passing);
  return lies.flatMap(([kind, lie]) => {
    const topic = upTopic(ID, kind);
    const wrapped = (of: number) => wrapUplink(randomBytes(32), topic, of, 1_000_000, lie);
    const newest = JSON.parse((proxy.of(ID, true, kind).at(-1) as Passing)?.payload.toString() ?? "{}");
    const payloads = [
      JSON.stringify(lie),
      wrapped(session),
      wrapped(session + 1),
      JSON.stringify({ ...newest, counter: 1_000_001 }),
      JSON.stringify({ ...newest, body: JSON.stringify(lie) }),
      ...garbage("").slice(0, 12),
    ];
    return payloads.map((payload) => ({ up: true, topic, payload: Buffer.from(payload), qos: 1 as const }));
  });
}

test("a forged plan in the place of the hub's is refused, and does not make the hub give up", async () => {
  let changed = 0;
  proxy.tactic = (message) => {
    if (!isPlanOf(ID)(message) || message.payload.length < 100) return [0];
    changed++;
    proxy.inject(ID, { ...message, payload: spoiled(message) });
    return [];
  };
  const broadcast = await scheduled(staff, announcement.id, TARGETS, HOUR_MS);
  await until("forgeries", 10_000, () => (changed > 0 ? true : null));
  await settled();
  expect((await belief(broadcast.id)).states).toContainEqual([ID, "unconfirmed"]);
  proxy.tactic = HONEST;
  await confirmed(staff, broadcast.id, 12_000);
  const plan = proxy.of(ID, false, "plan").findLast(({ payload }) => payload.length > 100) as Passing;
  proxy.inject(ID, { ...plan, payload: spoiled(plan) });
  await settled();
  expect(await station(ID)).toMatchObject({ planConfirmed: true });
  expect((await station(ID)).plan.rejectedCode).toBeUndefined();
  await staff.delete(`/schedules/${broadcast.scheduleId}`);
}, 40_000);

const spoiled = ({ payload }: Passing) =>
  Buffer.from(tampered(payload.toString(), (envelope) => ({ ...envelope, iat: envelope.iat + 1 })));

test("a forged stop in the place of the hub's: the hub's own comes through, and what was held back is not news", async () => {
  const held: Passing[] = [];
  let spoilt = 0;
  const broadcast = await scheduled(staff, announcement.id, TARGETS, 6_000);
  await confirmed(staff, broadcast.id);
  proxy.tactic = (message) => {
    if (message.up && message.topic.endsWith("/health") && body(message).onAir) {
      held.push(message);
      return [];
    }
    if (message.up || !message.topic.endsWith("/command") || spoilt >= IDS.length) return [0];
    spoilt++;
    proxy.inject(message.station, { ...message, payload: spoiled(message) });
    return [];
  };
  await untilTime(broadcast.startAt + 500);
  await staff.post(`/broadcasts/${broadcast.id}/stop`);
  const playouts = await proven(staff, broadcast.id, IDS.length, 10_000);
  expect(playouts.map(({ outcome }) => outcome)).toEqual(["stopped", "stopped"]);
  expect(spoilt).toBe(IDS.length);
  expect(held.length).toBeGreaterThan(0);
  for (const message of held) proxy.inject(message.station, message);
  await settled();
  for (const id of IDS) expect(await glance(id)).toEqual([true, null]);
}, 40_000);

test("a last will that is sent early changes neither the status nor what the station is told", async () => {
  const will = proxy.wills.get(ID);
  if (!will) throw new Error("no last will was seen");
  proxy.inject(ID, { up: true, ...will, qos: 1 });
  await settled();
  expect(await glance(ID)).toEqual([true, null]);
  const broadcast = await scheduled(staff, announcement.id, TARGETS, HOUR_MS);
  await confirmed(staff, broadcast.id, 5_000);
  await staff.delete(`/schedules/${broadcast.scheduleId}`);
}, 20_000);

test("replays and forgeries close no relay, also right after a reconnection", async () => {
  const since = Date.now();
  const before = await station(ID);
  const forged = await forgedDown();
  const session = () => body(proxy.of(ID, true, "birth").at(-1) as Passing);
  for (let round = 0; round < 2; round++) {
    for (const message of [...proxy.of(ID, false), ...forged]) proxy.inject(ID, { ...message, up: false });
    for (const message of proxy.of(OTHER, false))
      proxy.inject(ID, { ...message, topic: message.topic.replace(OTHER, ID) });
    await settled();
    const births = proxy.of(ID, true, "birth").length;
    proxy.injectRaw(ID, randomBytes(500));
    proxy.cut(ID);
    await until("born again", 10_000, () => (proxy.of(ID, true, "birth").length > births ? true : null));
  }
  // The hub itself may have issued a plan meanwhile: what the station holds is the hub's newest, of the hub's epoch.
  const { plan } = await station(ID);
  expect(session()).toMatchObject({ plan: plan.wanted, unsentReceipts: 0 });
  expect(plan.wanted.hubEpoch).toBe(before.plan.confirmed.hubEpoch);
  expect(await closings(ID, since)).toEqual([]);
}, 40_000);

/** What an attacker tells a station who has the hub's form and none of its keys. */
async function forgedDown(): Promise<Omit<Passing, "station">[]> {
  const stranger = testKey("la");
  const due = {
    sha256: announcement.sha256 ?? "0".repeat(64),
    bytes: Buffer.alloc(1_000),
    durationMs: 5_000,
  };
  const plan = planOf(4_000_000_000, 1, [segmentOf("b-gia", due, Date.now() + 500)]);
  const stop = { id: "c-gia", kind: "stop", by: "la" };
  const payloads: [string, string][] = [
    ["plan", await signedPlan(stranger, ID, plan)],
    ["plan", JSON.stringify(plan)],
    ["command", await signedCommand(stranger, [ID], stop)],
    ["command", JSON.stringify(stop)],
    ["time", JSON.stringify({ nonce: "0".repeat(16), t1: 0, t2: 9e12, t3: 9e12, mac: "" })],
  ];
  return payloads.map(([kind, text]) => {
    return { up: false, topic: `loa/1/to/${ID}/${kind}`, payload: Buffer.from(text), qos: 1 };
  });
}

test("a hub that was killed on air believes no replay of what it heard before", async () => {
  const broadcast = await scheduled(staff, announcement.id, TARGETS, 6_000);
  await confirmed(staff, broadcast.id);
  await until("on air", 12_000, async () => ((await station(ID)).onAir ? true : null));
  commune.part("hub").kill("SIGKILL");
  await commune.part("hub").ended;
  const old = [...proxy.seen].filter(({ up }) => up);
  await untilTime(broadcast.startAt + durationMs() + 500);
  // The replays come before anything that the stations say themselves.
  const replayed = new Set<string>();
  proxy.tactic = (message) => {
    if (message.up && !replayed.has(message.station)) {
      replayed.add(message.station);
      for (const one of old) if (one.station === message.station) proxy.inject(one.station, one);
    }
    return message.up && message.topic.endsWith("/health") ? [] : [0];
  };
  await commune.startHub();
  staff = await commune.person("xa");
  const playouts = await proven(staff, broadcast.id, IDS.length, 20_000);
  expect([...replayed].sort()).toEqual(IDS);
  expect(playouts.map(({ outcome }) => outcome)).toEqual(["played", "played"]);
  for (const id of IDS) for (const message of proxy.of(id, true, "receipt")) proxy.inject(id, message);
  await settled();
  const after = await belief(broadcast.id);
  expect(after.receipts).toHaveLength(IDS.length);
  // The last word that the hub lost in its fall may be replayed once: it counts no longer than it would have then.
  for (const id of IDS) await expect.poll(() => glance(id), { timeout: 14_000 }).toEqual([true, null]);
}, 60_000);
