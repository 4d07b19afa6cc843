import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { silentLog } from "@loa/kernel/log";
import type { Plan } from "@loa/protocol/plan";
import { describe, expect, test } from "vitest";
import { fillDisk, newFolder } from "../folder.fixture.ts";
import { announcement, NOON, planOf, segmentOf } from "../plan.fixture.ts";
import { Journal } from "./journal.ts";
import {
  identity,
  keyPair,
  keySetFor,
  keySetOf,
  keys,
  receive,
  signed,
  silentPlan,
  soon,
} from "./reception.fixture.ts";

describe("a plan", () => {
  test("is on disk before it is acknowledged, and ready when all its audio is here", async () => {
    const { reception, journal, acks, states, take, assets, onAck } = await receive();
    const bytes = Buffer.from("audio");
    const item = { ...announcement("x"), sha256: createHash("sha256").update(bytes).digest("hex") };
    const compact = await signed("plan", planOf([segmentOf({ items: [item] })], { revision: 4 }));
    const kept: (string | null)[] = [];
    onAck(() => kept.push(journal.fact("plan")));
    await take("plan", compact);
    expect(kept).toEqual([compact]);
    expect([states(), reception.plan?.revision, assets.missing()]).toEqual([
      ["plan received"],
      4,
      [item.sha256],
    ]);
    writeFileSync(assets.path(item.sha256), bytes);
    await assets.verify(item.sha256);
    reception.reportReady();
    reception.reportReady();
    expect(acks).toMatchObject([
      { state: "received" },
      { state: "ready", hubEpoch: 1, revision: 4, at: NOON },
    ]);
  });

  test("that names no audio is ready at once", async () => {
    const { take, states, planChanges } = await receive();
    await take("plan", await signed("plan", silentPlan()));
    await soon(() => expect(states()).toEqual(["plan received", "plan ready"]));
    expect(planChanges()).toBe(2);
  });

  test.each([
    [{ hubEpoch: 1, revision: 5 }, "received"],
    [{ hubEpoch: 1, revision: 6 }, "received"],
    [{ hubEpoch: 2, revision: 1 }, "received"],
    [{ hubEpoch: 1, revision: 4 }, "rejected REPLAYED"],
  ])("of %o after revision 5 of epoch 1 is %s", async (position, expected) => {
    const { take, states, acks, reception } = await receive();
    await take("plan", await signed("plan", silentPlan({ revision: 5 })));
    await soon(() => expect(states()).toEqual(["plan received", "plan ready"]));
    acks.length = 0;
    await take("plan", await signed("plan", silentPlan(position)));
    expect(states()[0]).toBe(`plan ${expected}`);
    expect(acks[0]).toMatchObject(position);
    expect(reception.plan).toMatchObject(expected === "received" ? position : { revision: 5 });
  });

  test.each([
    ["another station's", {}, { aud: ["station-02"] }, "AUDIENCE_WRONG"],
    ["a whole area's", {}, { aud: ["commune"] }, "AUDIENCE_WRONG"],
    ["signed by the key for commands", {}, { by: keys.command!.signer }, "KEY_USE_WRONG"],
    ["signed by a key that nobody knows", {}, { by: keyPair("plan-2").signer }, "KEY_UNKNOWN"],
    ["forged", {}, { by: { kid: "plan-1", key: keyPair("x").signer.key } }, "SIGNATURE_INVALID"],
    ["expired", {}, { exp: NOON / 1_000 - 1 }, "EXPIRED"],
    ["malformed", { segments: "none" }, {}, "SCHEMA_INVALID"],
  ])("that is %s is refused, said with its code, and changes nothing", async (_, body, given, code) => {
    const { take, reception, journal, rejections, planChanges } = await receive();
    const ack = await take("plan", await signed("plan", { ...silentPlan({ revision: 9 }), ...body }, given));
    expect(ack).toEqual({ id: "plan", state: "rejected", code, hubEpoch: 1, revision: 9, at: NOON });
    await soon(() => expect(rejections).toEqual([code]));
    expect([reception.plan, journal.fact("plan"), planChanges()]).toEqual([null, null, 0]);
  });

  test("that is no signed message is refused without a position", async () => {
    const { take } = await receive();
    expect(await take("plan", "nonsense")).toEqual({
      id: "plan",
      state: "rejected",
      code: "SIGNATURE_INVALID",
      at: NOON,
    });
  });

  test("with a command's message in its place is refused", async () => {
    const { take } = await receive();
    const stop = await signed("command", { id: "c1", kind: "stop", by: "u" });
    expect(await take("plan", stop)).toMatchObject({ state: "rejected", code: "KEY_USE_WRONG" });
  });

  test("that is said to be unchanged moves nothing", async () => {
    const { reception, acks, take } = await receive();
    reception.take("plan", Buffer.from("unchanged"));
    await take("plan", await signed("plan", silentPlan()));
    expect(acks[0]?.state).toBe("received");
  });

  test("is taken on a clock that knows nothing, for its validity cannot be judged", async () => {
    const { take } = await receive({ now: 0, errorMs: Number.MAX_SAFE_INTEGER });
    expect(await take("plan", await signed("plan", silentPlan()))).toMatchObject({ state: "received" });
  });

  test("that the disk does not take is not adopted, and is taken when there is room", async () => {
    const folder = newFolder();
    const { take, reception } = await receive({ folder });
    const makeRoom = fillDisk(folder);
    const compact = await signed("plan", silentPlan());
    expect(await take("plan", compact)).toMatchObject({ state: "rejected", code: "INTERNAL" });
    expect(reception.plan).toBeNull();
    makeRoom();
    expect(await take("plan", compact)).toMatchObject({ state: "received" });
  });
});

describe("after a restart", () => {
  const before = async (given: Partial<Plan> = {}) => {
    const world = await receive();
    await world.take("plan", await signed("plan", silentPlan({ revision: 7, ...given })));
    await soon(() => expect(world.acks).toHaveLength(2));
    world.close();
    return world.folder;
  };

  test("the kept plan is taken up again, without a hub", async () => {
    const { reception, states } = await receive({ folder: await before() });
    expect([reception.plan?.revision, states()]).toEqual([7, ["plan ready"]]);
  });

  test("an older plan is refused, also when the kept one has expired", async () => {
    const { reception, take } = await receive({ folder: await before(), now: NOON + 7_200_000 });
    expect(reception.plan).toBeNull();
    const exp = NOON / 1_000 + 20_000;
    const older = await signed("plan", silentPlan({ revision: 6 }), { exp });
    expect(await take("plan", older)).toMatchObject({ code: "REPLAYED" });
    const again = await signed("plan", silentPlan({ revision: 7 }), { exp });
    expect(await take("plan", again)).toMatchObject({ state: "received" });
  });

  test("a plan that was changed on disk is not adopted, and the true one is taken when it comes again", async () => {
    const folder = await before();
    const journal = new Journal(folder, silentLog);
    const [head, payload, signature] = journal.fact("plan")!.split(".");
    const louder = Buffer.from(payload!, "base64url").toString().replace('"maxGainDb":0', '"maxGainDb":9');
    expect(louder).toContain('"maxGainDb":9');
    journal.setFact("plan", [head, Buffer.from(louder).toString("base64url"), signature].join("."));
    journal.close();
    const { reception, take, planChanges } = await receive({ folder });
    expect([reception.plan, planChanges()]).toEqual([null, 0]);
    await take("plan", await signed("plan", silentPlan({ revision: 7 })));
    expect(reception.plan?.envelope.maxGainDb).toBe(0);
  });

  test("a plan kept for another station is not adopted", async () => {
    const folder = await before();
    const { reception } = await receive({ folder, identity: { ...identity, station: "station-02" } });
    expect(reception.plan).toBeNull();
  });

  test("a plan whose key was revoked meanwhile is not adopted", async () => {
    const folder = await before();
    const journal = new Journal(folder, silentLog);
    journal.setFact("keySet", await keySetFor(keySetOf(2, { revoked: ["plan-1"] })));
    journal.close();
    expect((await receive({ folder })).reception.plan).toBeNull();
  });

  test("a key set that was damaged on disk gives way to the one of the enrolment", async () => {
    const folder = await before();
    const journal = new Journal(folder, silentLog);
    journal.setFact("keySet", "damaged");
    journal.close();
    const { reception } = await receive({ folder });
    expect([reception.keySetVersion, reception.plan?.revision]).toEqual([1, 7]);
  });
});

describe("a stop command", () => {
  const stop = (given: object = {}) =>
    signed("command", { id: "c1", kind: "stop", broadcastId: "b1", by: "u", ...given });

  test("stops once, is remembered, and is only acknowledged again", async () => {
    const { take, stops, journal, states } = await receive();
    const compact = await stop();
    await take("command", compact);
    await take("command", compact);
    expect([stops, journal.stoppedBroadcasts()]).toEqual([["b1"], ["b1"]]);
    expect(states()).toEqual(["c1 finished", "c1 finished"]);
  });

  test("is only acknowledged again after a restart, too", async () => {
    const first = await receive();
    await first.take("command", await stop());
    first.close();
    const { take, stops, journal } = await receive({ folder: first.folder });
    expect(await take("command", await stop())).toMatchObject({ id: "c1", state: "finished" });
    expect([stops, journal.stoppedBroadcasts()]).toEqual([[], ["b1"]]);
  });

  test("for an area of the station, or all that sounds, is carried out", async () => {
    const { take, stops } = await receive();
    const body = { id: "c2", kind: "stop", by: "u" };
    await take("command", await signed("command", body, { aud: ["commune"] }));
    expect(stops).toEqual([undefined]);
  });

  test("silences although the disk takes nothing, and is not acknowledged before it is remembered", async () => {
    const folder = newFolder();
    const { reception, stops, acks, take } = await receive({ folder });
    const makeRoom = fillDisk(folder);
    reception.take("command", Buffer.from(await stop()));
    await soon(() => expect(stops).toEqual(["b1"]));
    expect(acks).toEqual([]);
    makeRoom();
    expect(await take("command", await stop())).toMatchObject({ id: "c1", state: "finished" });
  });

  test("does not wait for the audio of a plan to be looked through", async () => {
    const { assets, take, stops } = await receive();
    assets.keepOnly = () => new Promise(() => {});
    await take("plan", await signed("plan", silentPlan()));
    await take("command", await stop());
    expect(stops).toEqual(["b1"]);
  });

  test.each([
    ["another area's", { aud: ["district-9"] }, "AUDIENCE_WRONG"],
    ["signed by the key for plans", { by: keys.plan!.signer }, "KEY_USE_WRONG"],
    ["expired", { exp: NOON / 1_000 - 1 }, "EXPIRED"],
  ])("that is %s is refused with its code", async (_, given, code) => {
    const { take, stops, journal, rejections } = await receive();
    const body = { id: "c1", kind: "stop", by: "u" };
    expect(await take("command", await signed("command", body, given))).toEqual({
      ...{ id: "c1", state: "rejected", code, at: NOON },
    });
    await soon(() => expect(rejections).toEqual([code]));
    expect([stops, journal.commandState("c1")]).toEqual([[], null]);
  });
});

describe("a key set", () => {
  const command = async (keySet: string, id = "k1") => signed("command", { id, kind: "key-set", keySet });

  test("of a newer version is kept over a restart", async () => {
    const { take, reception, close, folder } = await receive();
    const moved = keyPair("plan-2");
    const keysNow = [...keySetOf(2).keys, { kid: "plan-2", x: moved.x, use: "plan" as const }];
    await take(
      "command",
      await command(await keySetFor(keySetOf(2, { keys: keysNow, revoked: ["plan-1"] }))),
    );
    expect(reception.keySetVersion).toBe(2);
    expect(await take("plan", await signed("plan", silentPlan()))).toMatchObject({ code: "KEY_UNKNOWN" });
    expect(await take("plan", await signed("plan", silentPlan(), { by: moved.signer }))).toMatchObject({
      state: "received",
    });
    close();
    const later = await receive({ folder });
    expect([later.reception.keySetVersion, later.reception.plan?.revision]).toEqual([2, 1]);
  });

  test("of an older version is refused", async () => {
    const { take, reception } = await receive();
    await take("command", await command(await keySetFor(keySetOf(3))));
    const ack = await take("command", await command(await keySetFor(keySetOf(2)), "k2"));
    expect([ack.state, ack.code, reception.keySetVersion]).toEqual(["rejected", "KEY_SET_STALE", 3]);
  });

  test("that the root did not sign is refused", async () => {
    const { take, reception } = await receive();
    const forged = await signed("key-set", keySetOf(9), { aud: ["hub"], by: keyPair("root").signer });
    expect(await take("command", await command(forged))).toMatchObject({ code: "SIGNATURE_INVALID" });
    const byCommandKey = await signed("key-set", keySetOf(9), { aud: ["hub"], by: keys.command!.signer });
    expect(await take("command", await command(byCommandKey, "k2"))).toMatchObject({ code: "KEY_UNKNOWN" });
    expect(reception.keySetVersion).toBe(1);
  });
});

describe("the station's place", () => {
  const area = (areaPath: string[], areaRevision: number, id = `a${areaRevision}`) =>
    signed("command", { id, kind: "area", areaPath, areaRevision });

  test("moves with a newer revision, never back, over a restart", async () => {
    const { take, reception, moves, close, folder } = await receive();
    await take("command", await area(["province", "ward"], 3));
    await take("command", await area(["province", "old"], 2));
    expect([moves, reception.areaPath, reception.areaRevision]).toEqual([
      ["province/ward"],
      ["province", "ward"],
      3,
    ]);
    const stop = { kind: "stop", by: "u" };
    const old = await signed("command", { id: "c1", ...stop }, { aud: ["commune"] });
    expect(await take("command", old)).toMatchObject({ code: "AUDIENCE_WRONG" });
    close();
    const later = await receive({ folder });
    expect(later.reception.areaPath).toEqual(["province", "ward"]);
    const here = await signed("command", { id: "c2", ...stop }, { aud: ["ward"] });
    expect(await later.take("command", here)).toMatchObject({ state: "finished" });
  });

  test("moves with a plan, without a word to the link when it is the same", async () => {
    const { take, moves, reception } = await receive();
    await take("plan", await signed("plan", silentPlan({ areaRevision: 2 })));
    expect([moves, reception.areaRevision]).toEqual([[], 2]);
    await take(
      "plan",
      await signed("plan", silentPlan({ revision: 2, areaRevision: 3, areaPath: ["province", "ward"] })),
    );
    expect(moves).toEqual(["province/ward"]);
  });
});

test("receipts that the hub has stored are forgotten, and their segments stay settled", async () => {
  const { take, journal } = await receive();
  const receipt = {
    ...{ receiptId: "r-1", broadcastId: "b1", segment: 0, zones: ["z1"], scheduledAt: NOON, startedAt: null },
    ...{
      endedAt: NOON,
      outcome: "missed" as const,
      samplesRendered: 0,
      samplesPlanned: 1,
      startErrorMs: null,
    },
    ...{ clockErrorMs: 1, gainDb: 0, line: [], sequence: 1 },
  };
  journal.settle("b1/0", receipt, NOON, "2026-05-04");
  await take(
    "command",
    await signed("command", { id: "s1", kind: "receipts-stored", receiptIds: ["r-1", "r-2"] }),
  );
  expect([journal.countUnsent(), journal.closedKeys()]).toEqual([0, ["b1/0"]]);
});
