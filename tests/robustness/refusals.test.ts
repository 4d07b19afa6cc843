// long because: one station is attacked in turn, and the order is part of the test
// long because: one hostile hub and one row for each way to lie
import { createHmac, randomBytes, sign as rawSign } from "node:crypto";
import { sign } from "@loa/protocol/envelope";
import { type TimeReply, type TimeRequest, timeReply } from "@loa/protocol/time";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer } from "../harness/api.ts";
import {
  AREA_PATH,
  enrolByHand,
  joinWithin,
  planOf,
  secondsFrom,
  segmentOf,
  signedCommand,
  signedPlan,
  type TestAsset,
  testAsset,
} from "../harness/by-hand.ts";
import { Commune } from "../harness/commune.ts";
import { garbage } from "../harness/garbage.ts";
import { HostileHub } from "../harness/hostile-hub.ts";
import { heardAt } from "../harness/recording-at.ts";
import { recordingsOf } from "../harness/recordings.ts";
import { envelope, forgedJws, keySetOf, tampered, testKeys, typOf } from "../harness/test-keys.ts";
import { until, untilTime } from "../harness/until.ts";

const ID = "tram-tu-choi-01";
const CLOCKLESS = "tram-khong-gio-02";
const PLAN_TOPIC = `loa/1/to/${ID}/plan`;
const COMMAND_TOPIC = `loa/1/to/${ID}/command`;
const HELD = { hubEpoch: 10, revision: 10 };

const keys = testKeys();
const hub = new HostileHub();
const commune = new Commune([{ id: ID, crystalPpm: 40 }, { id: CLOCKLESS }]);
let asset: TestAsset;
let secrets: Record<string, Buffer>;
let held: string;
let revision = 100;

beforeAll(async () => {
  await Promise.all([hub.start(), commune.startSim()]);
  asset = testAsset(commune.folder, "bao", "Thông báo. Chiều nay, năm giờ, họp thôn tại nhà văn hóa.");
  hub.assets.set(asset.sha256, asset.bytes);
  const keySet = await keySetOf(keys, 2);
  secrets = Object.fromEntries(
    [ID, CLOCKLESS].map((id) => [id, enrolByHand(commune, id, hub, keys, keySet)]),
  );
  commune.writeStation(ID, {});
  commune.writeStation(CLOCKLESS, { clock: { rtc: false } });
  hub.answersTime = (request, id) => (id === ID ? [honest(request, id)] : []);
  await Promise.all([ID, CLOCKLESS].map((id) => commune.startStation(id).ready));
  await until("births", 10_000, () =>
    [ID, CLOCKLESS].every((id) => hub.since(0, id, "birth").length > 0) ? true : null,
  );
  held = await signedPlan(keys.plan, ID, planOf(HELD.hubEpoch, HELD.revision, []));
  const place = hub.heard.length;
  await hub.send(PLAN_TOPIC, held);
  await hub.ack(place, ID, ({ state, revision }) => state === "ready" && revision === HELD.revision);
}, 120_000);

afterAll(async () => {
  await commune.stop();
  await hub.close();
});

/** What would sound at once, if the plan around it were believed. */
const dueNow = (broadcastId: string) => segmentOf(broadcastId, asset, Date.now() + 500);

/** The next plan in order; it would sound at once. */
const nextPlan = () => planOf(HELD.hubEpoch, ++revision, [dueNow(`b-gia-${revision}`)]);

/** An answer as a hub gives it whose clock is `aheadMs` before this machine's. */
function honest({ nonce, t1 }: TimeRequest, id: string, aheadMs = 0): TimeReply {
  const now = performance.timeOrigin + performance.now() + aheadMs;
  return timeReply(secrets[id] ?? randomBytes(32), { nonce, t1, t2: now, t3: now });
}

/** Waits until the station has worked through everything that was sent to it. */
async function caughtUp(): Promise<void> {
  const place = hub.heard.length;
  await hub.send(PLAN_TOPIC, held);
  await hub.ack(place, ID, ({ id, state }) => id === "plan" && state === "received", 20_000);
}

/** Relays of a station that closed after a moment. */
const closings = async (id: string, since = 0) =>
  (await commune.simEvents(id, since)).filter(({ type, closed }: Answer) => type === "relay" && closed);

describe("a plan is refused with its code:", () => {
  const compact = () => signedPlan(keys.plan, ID, nextPlan());
  const forged = (header: Answer, signature: (input: string) => Uint8Array) =>
    forgedJws({ kid: keys.plan.kid, typ: typOf("plan"), ...header }, envelope([ID], nextPlan()), signature);
  const byPlanKey = (input: string) => rawSign(null, Buffer.from(input), keys.plan.key);
  const past = Date.now() / 1_000 - 120;

  test.each<[string, string, () => Promise<string> | string]>([
    ["signed by an unknown key", "KEY_UNKNOWN", () => signedPlan(keys.stranger, ID, nextPlan())],
    ["signed by a revoked key", "KEY_UNKNOWN", () => signedPlan(keys.revoked, ID, nextPlan())],
    ["signed by the root itself", "KEY_UNKNOWN", () => signedPlan(keys.root, ID, nextPlan())],
    ["signed by the key of commands", "KEY_USE_WRONG", () => signedPlan(keys.command, ID, nextPlan())],
    ["signed by the key of exercises", "KEY_USE_WRONG", () => signedPlan(keys.exercise, ID, nextPlan())],
    ["signed by the key of alerts", "KEY_USE_WRONG", () => signedPlan(keys.alert, ID, nextPlan())],
    ["signed as a command", "KEY_USE_WRONG", () => sign("command", keys.plan, envelope([ID], nextPlan()))],
    [
      "signed by a stranger in the name of the plan key",
      "SIGNATURE_INVALID",
      () => signedPlan({ ...keys.stranger, kid: keys.plan.kid }, ID, nextPlan()),
    ],
    [
      "changed on its way",
      "SIGNATURE_INVALID",
      async () => tampered(await compact(), (payload) => ({ ...payload, iat: payload.iat + 1 })),
    ],
    ["without a signature", "SIGNATURE_INVALID", () => forged({ alg: "none" }, () => Buffer.alloc(0))],
    [
      "with HS256 under the public key",
      "SIGNATURE_INVALID",
      () =>
        forged({ alg: "HS256" }, (input) =>
          createHmac("sha256", Buffer.from(keys.plan.x, "base64url")).update(input).digest(),
        ),
    ],
    [
      "that brings its own key",
      "SIGNATURE_INVALID",
      () =>
        forged({ alg: "EdDSA", jwk: { kty: "OKP", crv: "Ed25519", x: keys.stranger.x } }, (input) =>
          rawSign(null, Buffer.from(input), keys.stranger.key),
        ),
    ],
    [
      "whose header asks for what nobody knows",
      "SIGNATURE_INVALID",
      () => forged({ alg: "EdDSA", crit: ["loa"], loa: 1 }, byPlanKey),
    ],
    ["that expired", "EXPIRED", () => signedPlan(keys.plan, ID, nextPlan(), { exp: past })],
    ["of another station", "AUDIENCE_WRONG", () => signedPlan(keys.plan, CLOCKLESS, nextPlan())],
    ["for a whole area", "AUDIENCE_WRONG", () => signedPlan(keys.plan, AREA_PATH.at(-1) ?? "", nextPlan())],
    [
      "of another shape",
      "SCHEMA_INVALID",
      () =>
        signedPlan(keys.plan, ID, {
          ...nextPlan(),
          segments: [{ ...dueNow("b"), items: [{ kind: "relay", url: "http://x" }] }],
        }),
    ],
    ["without segments", "SCHEMA_INVALID", () => signedPlan(keys.plan, ID, { ...nextPlan(), segments: 1 })],
    [
      "of the same epoch and a lower revision",
      "REPLAYED",
      () => signedPlan(keys.plan, ID, { ...nextPlan(), revision: HELD.revision - 1 }),
    ],
    [
      "of an earlier epoch",
      "REPLAYED",
      () => signedPlan(keys.plan, ID, { ...nextPlan(), hubEpoch: HELD.hubEpoch - 1 }),
    ],
  ])("%s", async (_what, code, make) => {
    const place = hub.heard.length;
    await hub.send(PLAN_TOPIC, await make());
    const ack = await hub.ack(place, ID, ({ state }) => state === "rejected");
    expect(ack).toMatchObject({ id: "plan", state: "rejected", code });
    expect(await closings(ID)).toEqual([]);
  });

  test("of the position that is held but with other content: the first one stays", async () => {
    const { hubEpoch, revision: same } = HELD;
    await hub.send(PLAN_TOPIC, await signedPlan(keys.plan, ID, planOf(hubEpoch, same, [dueNow("b-khac")])));
    await caughtUp();
    expect(await closings(ID)).toEqual([]);
  });

  test("of an earlier epoch: nor does it move the station to the area it names", async () => {
    const moved = { areaPath: ["tinh-khac"], areaRevision: 7 };
    const place = hub.heard.length;
    await hub.send(PLAN_TOPIC, await signedPlan(keys.plan, ID, planOf(9, 600, [], moved)));
    await hub.ack(place, ID, ({ code, revision: of }) => code === "REPLAYED" && of === 600);
    expect(await hub.birth(ID)).toMatchObject({ areaRevision: 1, plan: HELD });
  });
});

test("a plan whose audio has another hash stays silent and is missed", async () => {
  const wrong = Buffer.from(asset.bytes);
  wrong[wrong.length >> 1]! ^= 0xff;
  const sha256 = "0".repeat(64);
  hub.assets.set(sha256, wrong);
  const startAt = secondsFrom(1_500);
  const segment = segmentOf("b-hong", { ...asset, sha256 }, startAt, { lateStart: joinWithin(500) });
  held = await signedPlan(keys.plan, ID, planOf(11, 1, [segment]));
  await caughtUp();
  const [receipt] = await until("receipt", 8_000, () => {
    const all = hub.receipts(ID);
    return all.length > 0 ? all : null;
  });
  expect(receipt).toMatchObject({ broadcastId: "b-hong", outcome: "missed", startedAt: null });
  expect(receipt).toMatchObject({ code: "ASSET_MISSING", samplesRendered: 0, sequence: 1 });
  expect(await closings(ID)).toEqual([]);
});

test("key sets are taken from the pinned root alone, and never an older one", async () => {
  const forged = [
    [
      "KEY_UNKNOWN",
      await keySetOf(keys, 99, { root: { ...keys.strangerRoot, kid: "root-2" }, more: [keys.stranger] }),
    ],
    ["SIGNATURE_INVALID", await keySetOf(keys, 99, { root: keys.strangerRoot, more: [keys.stranger] })],
    ["KEY_SET_STALE", await keySetOf(keys, 1, { revoked: [] })],
  ] as const;
  for (const [index, [code, keySet]] of forged.entries()) {
    const place = hub.heard.length;
    const command = { id: `c-khoa-${index}`, kind: "key-set", keySet };
    await hub.send(COMMAND_TOPIC, await signedCommand(keys.command, [ID], command));
    expect(await hub.ack(place, ID, ({ id }) => id === command.id)).toMatchObject({
      state: "rejected",
      code,
    });
  }
  for (const key of [keys.stranger, keys.revoked]) {
    const place = hub.heard.length;
    await hub.send(PLAN_TOPIC, await signedPlan(key, ID, nextPlan()));
    expect(await hub.ack(place, ID, ({ state }) => state === "rejected")).toMatchObject({
      code: "KEY_UNKNOWN",
    });
  }
  expect(await hub.birth(ID)).toMatchObject({ keySetVersion: 2 });
});

test("garbage on every topic does not end the station", async () => {
  const down = ["plan", "command", "time", "alert", "live"];
  const topics = [
    ...down.map((kind) => `loa/1/to/${ID}/${kind}`),
    ...AREA_PATH.flatMap((area) => down.map((kind) => `loa/1/area/${area}/${kind}`)),
    "loa/1/hub",
  ];
  for (const topic of topics) for (const payload of garbage(held)) await hub.send(topic, payload);
  await caughtUp();
  const sessions = new Set(hub.since(0, ID, "birth").map(({ session }) => session));
  expect([...sessions]).toEqual([1]);
}, 60_000);

test("none of this moved a relay or was recorded", async () => {
  await untilTime(Date.now() + 1_000);
  expect(await closings(ID)).toEqual([]);
  for (const zone of ["z1", "z2"]) expect(recordingsOf(commune.simData, ID, zone)).toEqual([]);
  expect(await commune.truth(ID)).toMatchObject({ amplifierRelay: false, amplifier: "off" });
});

test("a genuine stop silences; forged and replayed ones leave the next broadcast whole and on time", async () => {
  const [first, second] = await twoBroadcasts();
  await untilTime(first.startAt + 1_500);
  const stopAll = await signedCommand(keys.command, [AREA_PATH[1] ?? ""], { id: "c-dung", ...STOP_ALL });
  const stoppedAt = Date.now();
  await hub.send(`loa/1/area/${AREA_PATH[1]}/command`, stopAll);
  const opened = await until("relay opens", 3_000, async () =>
    (await commune.simEvents(ID, stoppedAt)).find(({ type, closed }: Answer) => type === "relay" && !closed),
  );
  expect(opened.at - stoppedAt).toBeLessThan(1_000);

  await untilTime(second.startAt + 1_000);
  const place = hub.heard.length;
  await hub.send(COMMAND_TOPIC, stopAll);
  for (const forged of await forgedStops(second.broadcastId)) await hub.send(COMMAND_TOPIC, forged);
  await caughtUp();
  // A plan that is held already is ready a moment after it was received.
  const codes = () => hub.since(place, ID, "ack").map(({ body }) => body.code ?? body.state);
  await expect.poll(codes).toEqual(["finished", ...STOP_CODES, "received", "ready"]);

  await untilTime(second.startAt + asset.durationMs + 1_000);
  for (const zone of ["z1", "z2"]) {
    const heard = await heardAt(commune, ID, zone, second, asset.samples);
    expect(heard.worst).toBeGreaterThan(0.9);
    expect(Math.abs(heard.lateMs)).toBeLessThan(50);
    expect(Math.abs(heard.lengthErrorMs)).toBeLessThan(20);
  }
  await until("three receipts", 5_000, () => (hub.receipts(ID).length === 3 ? true : null));
  expect(hub.receipts(ID).map(({ outcome, sequence }) => [outcome, sequence])).toEqual([
    ["missed", 1],
    ["stopped", 2],
    ["played", 3],
  ]);
}, 60_000);

/** Brings the station a genuine plan of two broadcasts, one after the other. */
async function twoBroadcasts() {
  const startAt = secondsFrom(3_500);
  const first = segmentOf("b-that-1", asset, startAt);
  const second = segmentOf("b-that-2", asset, startAt + Math.ceil(asset.durationMs / 1_000 + 2) * 1_000);
  held = await signedPlan(keys.plan, ID, planOf(11, 2, [first, second]));
  await hub.send(PLAN_TOPIC, held);
  return [first, second] as const;
}

const STOP_ALL = { kind: "stop", by: "u-thu" };
const STOP_CODES = ["KEY_UNKNOWN", "KEY_USE_WRONG", "SIGNATURE_INVALID", "AUDIENCE_WRONG", "EXPIRED"];

/** Stops that are refused with STOP_CODES, in that order. */
async function forgedStops(broadcastId: string): Promise<string[]> {
  const body = (id: string) => ({ id, ...STOP_ALL, broadcastId });
  return [
    await signedCommand(keys.stranger, [ID], body("c-1")),
    await signedCommand(keys.plan, [ID], body("c-2")),
    tampered(await signedCommand(keys.command, [ID], body("c-3")), (payload) => ({ ...payload, exp: 9e9 })),
    await signedCommand(keys.command, [CLOCKLESS, "xa-khac"], body("c-4")),
    await signedCommand(keys.command, [ID], body("c-5"), { exp: Date.now() / 1_000 - 60 }),
  ];
}

test("only the hub's own word makes the station forget receipts", async () => {
  const receiptIds = hub.receipts(ID).map(({ receiptId }) => receiptId);
  const stored = (id: string) => ({ id, kind: "receipts-stored", receiptIds });
  const forged = [
    JSON.stringify(stored("c-6")),
    await signedCommand(keys.stranger, [ID], stored("c-7")),
    await signedCommand(keys.plan, [ID], stored("c-8")),
    await signedCommand(keys.command, [CLOCKLESS], stored("c-9")),
  ];
  for (const command of forged) await hub.send(COMMAND_TOPIC, command);
  await caughtUp();
  const place = hub.heard.length;
  expect(await hub.birth(ID)).toMatchObject({ unsentReceipts: 3 });
  const again = await until("receipts again", 8_000, () => hub.since(place, ID, "receipt")[0]?.body.receipts);
  expect(again.map(({ receiptId }: Answer) => receiptId)).toEqual(receiptIds);

  await hub.send(COMMAND_TOPIC, await signedCommand(keys.command, [ID], stored("c-10")));
  await caughtUp();
  expect(await hub.birth(ID)).toMatchObject({ unsentReceipts: 0 });
}, 40_000);

test("a plan is believed no longer than its key", async () => {
  const startAt = secondsFrom(4_000);
  const since = Date.now();
  const segment = segmentOf("b-thu-hoi", asset, startAt);
  held = await signedPlan(keys.plan, ID, planOf(11, 3, [segment]));
  await caughtUp();
  const place = hub.heard.length;
  const keySet = await keySetOf(keys, 3, { revoked: [keys.plan.kid] });
  await hub.send(
    COMMAND_TOPIC,
    await signedCommand(keys.command, [ID], { id: "c-11", kind: "key-set", keySet }),
  );
  expect(await hub.ack(place, ID, ({ id }) => id === "c-11")).toMatchObject({ state: "finished" });
  await untilTime(startAt + 500);
  expect(await closings(ID, since)).toEqual([]);
  expect(await hub.birth(ID)).toMatchObject({ keySetVersion: 3, plan: null });
}, 30_000);

test("a hub whose epoch flickers is answered by few births", async () => {
  const place = hub.heard.length;
  for (let hubEpoch = 1_000; hubEpoch < 1_200; hubEpoch++)
    await hub.send("loa/1/hub", JSON.stringify({ online: true, at: Date.now(), hubEpoch }));
  await untilTime(Date.now() + 5_500);
  expect(hub.since(place, ID, "birth").length).toBeGreaterThan(0);
  expect(hub.since(place, ID, "birth").length).toBeLessThan(10);
}, 20_000);

describe("a station that does not know the time", () => {
  const AHEAD_MS = 300;
  const topic = `loa/1/to/${CLOCKLESS}/plan`;
  let last: TimeReply | null = null;

  /** What an attacker makes of a request: everything but a proven answer to this very question. */
  const lies = (request: TimeRequest): unknown[] => {
    const hour = 3_600_000;
    const proven = honest(request, CLOCKLESS, AHEAD_MS);
    const [t2, t3] = [proven.t2 + hour, proven.t3 + hour];
    const otherSecret = timeReply(randomBytes(32), { ...request, t2, t3 });
    const otherNonce = timeReply(secrets[CLOCKLESS] ?? randomBytes(32), {
      ...{ nonce: randomBytes(12).toString("base64url"), t1: request.t1, t2, t3 },
    });
    return [
      { ...proven, t2, t3 },
      { ...proven, t1: request.t1 - hour },
      { ...proven, t2: proven.t2 - hour },
      { ...proven, mac: "" },
      otherSecret,
      otherNonce,
      { ...otherNonce, nonce: request.nonce },
      ...(last ? [last, { ...last, nonce: request.nonce, t1: request.t1 }] : []),
    ];
  };

  test("refuses what is planned, whatever forged answers say about the time", async () => {
    hub.answersTime = (request, id) => (id === ID ? [honest(request, id)] : lies(request));
    const startAt = secondsFrom(1_500);
    const segment = segmentOf("b-khong-gio", asset, startAt, { lateStart: joinWithin(500) });
    await hub.send(topic, await signedPlan(keys.plan, CLOCKLESS, planOf(1, 1, [segment])));
    const [receipt] = await until("receipt", startAt + asset.durationMs + 8_000 - Date.now(), () => {
      const all = hub.receipts(CLOCKLESS);
      return all.length > 0 ? all : null;
    });
    expect(receipt).toMatchObject({ outcome: "refused", code: "CLOCK_UNSYNCED", samplesRendered: 0 });
    expect(await closings(CLOCKLESS)).toEqual([]);
    expect(await hub.birth(CLOCKLESS)).toMatchObject({ clock: { synchronised: false, source: "none" } });
  }, 30_000);

  test("takes the time from its hub alone, keeps it under forged answers, and plays by it", async () => {
    let asked = 0;
    hub.answersTime = (request, id) => {
      if (id === ID) return [honest(request, id)];
      asked++;
      const proven = honest(request, id, AHEAD_MS);
      const answers = [...lies(request), proven, ...lies(request)];
      last = proven;
      return answers;
    };
    // A fresh connection asks for the time more often.
    await hub.birth(CLOCKLESS);
    await until("three bursts", 20_000, () => (asked > 24 ? true : null));
    const { clock } = await hub.birth(CLOCKLESS);
    expect(clock).toMatchObject({ synchronised: true, source: "hub" });
    expect(Math.abs(clock.offsetMs - AHEAD_MS)).toBeLessThan(20);

    const startAt = secondsFrom(3_500);
    const segment = segmentOf("b-co-gio", asset, startAt);
    await hub.send(topic, await signedPlan(keys.plan, CLOCKLESS, planOf(1, 2, [segment])));
    await untilTime(startAt + asset.durationMs + 1_000);
    const heard = await heardAt(commune, CLOCKLESS, "z1", segment, asset.samples);
    expect(heard.worst).toBeGreaterThan(0.9);
    expect(Math.abs(heard.lateMs + AHEAD_MS)).toBeLessThan(50);
  }, 60_000);
});
