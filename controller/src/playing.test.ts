import { join } from "node:path";
import { seconds } from "@loa/kernel/units";
import type { Segment } from "@loa/protocol/plan";
import { describe, expect, test } from "vitest";
import { fillDisk } from "./folder.fixture.ts";
import { envelopeOf, late, NOON, announcement as nameOnly } from "./plan.fixture.ts";
import { announcement, Bench, ON_TIME, playable, RATE_MS, type Setting, SHA } from "./playing.fixture.ts";

describe("a playout", () => {
  test("warms up, closes its zone, sounds on time, and leaves everything open", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(60_000);
    expect(bench.log).toEqual(ON_TIME);
    expect(bench.receipts).toMatchObject([
      {
        ...{
          broadcastId: "b1",
          segment: 0,
          zones: ["z1"],
          outcome: "played",
          scheduledAt: NOON,
          startedAt: NOON,
        },
        ...{ endedAt: NOON + 10_000, samplesRendered: 480_000, samplesPlanned: 480_000, startErrorMs: 0 },
        ...{ clockErrorMs: 5, gainDb: 0, sequence: 1 },
        line: [{ zone: "z1", volts: 60, amps: 0.4, ohms: 150, hornsEstimated: 4 }],
      },
    ]);
    expect(bench.receipts[0]?.code).toBeUndefined();
  });

  test("is on air from its first sample to its last", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(-1);
    expect(bench.playing.onAir).toBeNull();
    await bench.until(0);
    expect(bench.playing.onAir).toEqual({
      broadcastId: "b1",
      segment: 0,
      priority: "scheduled",
      since: NOON,
    });
    await bench.until(9_999);
    expect(bench.playing.onAir).not.toBeNull();
    await bench.until(10_000);
    expect(bench.playing.onAir).toBeNull();
    await bench.until(10_120);
    expect(bench.onAir.filter((id, i, all) => id !== all[i - 1])).toEqual([null, "b1", null]);
  });

  test("keeps to station time, whatever the board's own clock does", async () => {
    const line = { refMs: NOON - 123_456.7, offsetMs: -86_400_123.456_7, drift: 73e-6 };
    const bench = await Bench.with([playable()], { line });
    await bench.until(60_000);
    expect([bench.log, bench.outcomes]).toEqual([ON_TIME, ["b1/0 played"]]);
  });

  test("waits for its stagger", async () => {
    const bench = await Bench.with([playable({ staggerMs: 700 })]);
    await bench.until(60_000);
    expect(bench.log.slice(0, 2)).toEqual(["-1400 amplifier on", "300 z1 closed"]);
    expect([bench.card.cues[0]?.startAt, bench.receipts[0]?.startedAt]).toEqual([NOON + 700, NOON + 700]);
  });

  test("gives the card gong, files and pauses in their order, within the gain that pole and plan allow", async () => {
    const items = [
      { ...announcement(3_000), gainDb: 12 },
      { kind: "silence" as const, durationMs: 1_000 },
      { ...announcement(2_000), gainDb: -3 },
    ];
    const segment = playable({ items, chime: true, durationMs: 8_400 });
    const bench = await Bench.with([segment], { hardEnvelope: envelopeOf(undefined, { maxGainDb: -6 }) });
    await bench.until(60_000);
    const path = join(bench.folder, "assets", SHA);
    expect(bench.card.cues).toEqual([
      {
        ...{ id: "b1/0", startAt: NOON, gainDb: -6 },
        items: [
          { kind: "chime", durationMs: 2_400, gainDb: -6 },
          { kind: "file", path, durationMs: 3_000, gainDb: 0 },
          { kind: "silence", durationMs: 1_000 },
          { kind: "file", path, durationMs: 2_000, gainDb: -3 },
        ],
      },
    ]);
    expect(bench.receipts[0]).toMatchObject({ outcome: "played", gainDb: -6 });
  });

  test("may be louder than it was recorded only where pole and plan allow it", async () => {
    const loud = envelopeOf(undefined, { maxGainDb: 4 });
    const segment = playable({ items: [{ ...announcement(), gainDb: 12 }] });
    const bench = await Bench.with([segment], { hardEnvelope: loud }, { envelope: loud });
    await bench.until(0);
    expect(bench.card.cues[0]).toMatchObject({ gainDb: 0, items: [{ gainDb: 4 }] });
  });

  test("followed by another after a second lets both sound whole and on time", async () => {
    const next = playable({ broadcastId: "b2", startAt: NOON + 11_000, zones: ["z2"] });
    const bench = await Bench.with([playable(), next]);
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 played", "b2/0 played"]);
    expect(bench.receipts.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(bench.log.slice(3)).toEqual([
      "10000 stop b1/0",
      "10120 z1 open",
      "10600 z2 closed",
      "10600 play b2/0",
      "21120 stop b2/0",
      "21120 z2 open",
      "31000 amplifier off",
    ]);
  });

  test("that a higher one interrupts goes on where it would be, and counts both parts", async () => {
    const emergency = playable({
      broadcastId: "e1",
      priority: "emergency",
      startAt: NOON + 3_000,
      durationMs: 2_000,
    });
    const bench = await Bench.with([playable(), emergency]);
    await bench.until(60_000);
    expect(bench.log.slice(2, 9)).toEqual([
      "-400 play b1/0",
      "3000 stop b1/0",
      "3000 play e1/0",
      "5000 stop e1/0",
      "5000 play b1/0",
      "10120 stop b1/0",
      "10120 z1 open",
    ]);
    const interrupted = bench.receipts.find(({ broadcastId }) => broadcastId === "b1");
    expect(interrupted).toMatchObject({ outcome: "partial", samplesRendered: 8_000 * RATE_MS });
  });

  test("closes only zones that the station has", async () => {
    const bench = await Bench.with([playable({ zones: ["z2", "z9"] })]);
    await bench.until(0);
    expect([...bench.board.closed]).toEqual(["z2"]);
  });
});

describe("the receipt of a playout", () => {
  const join20 = late(20_000, "join");

  test("that the station joined late says so, and from when it sounded", async () => {
    const bench = await Bench.with([playable({ lateStart: join20 })], { startsAt: NOON + 3_000 });
    await bench.until(60_000);
    expect(bench.log.slice(0, 3)).toEqual(["3000 amplifier on", "4600 z1 closed", "4600 play b1/0"]);
    expect(bench.receipts).toMatchObject([
      {
        ...{ outcome: "partial", code: "JOINED_LATE", startedAt: NOON + 4_600, startErrorMs: null },
        samplesRendered: 5_400 * RATE_MS,
      },
    ]);
  });

  test.each([
    [
      "that came too late",
      { lateStart: late(0, "skip") },
      { startsAt: NOON + 3_000 },
      "missed PLAYOUT_MISSED",
    ],
    ["whose time is over", { lateStart: join20 }, { startsAt: NOON + 30_000 }, "missed PLAYOUT_MISSED"],
    ["outside the hours", {}, { hardEnvelope: envelopeOf([["05:00", "11:00"]]) }, "refused OUTSIDE_ENVELOPE"],
    [
      "beyond the day's airtime",
      {},
      { hardEnvelope: envelopeOf(undefined, { maxMinutesPerDay: 0.1 }) },
      "refused AIRTIME_EXCEEDED",
    ],
    ["whose audio is missing", { items: [nameOnly("elsewhere")] }, {}, "missed ASSET_MISSING"],
    ["on a clock that is not believed", {}, { synchronised: false }, "refused CLOCK_UNSYNCED"],
  ] as [string, Partial<Segment>, Setting, string][])(
    "%s says why, and no relay moved",
    async (_, given, setting, expected) => {
      const bench = await Bench.with([playable(given)], setting);
      await bench.until(60_000);
      expect([bench.outcomes, bench.log]).toEqual([[`b1/0 ${expected}`], []]);
      expect(bench.receipts).toMatchObject([
        { startedAt: null, samplesRendered: 0, startErrorMs: null, line: [] },
      ]);
    },
  );

  test("comes when a grace runs out, not later", async () => {
    const bench = await Bench.with([
      playable({ items: [nameOnly("elsewhere")], lateStart: late(3_000, "join") }),
    ]);
    await bench.until(3_000);
    expect(bench.outcomes).toEqual([]);
    await bench.until(3_001);
    expect(bench.outcomes).toEqual(["b1/0 missed ASSET_MISSING"]);
  });

  test("that the card could not play is a failure with the card's code", async () => {
    const bench = await Bench.with([playable()]);
    bench.card.fails = "ASSET_CORRUPT";
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 failed ASSET_CORRUPT"]);
  });

  test("of which the card said nothing is a failure: nothing is proven", async () => {
    const bench = await Bench.with([playable()]);
    bench.card.mute = true;
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 failed AUDIO_OUTPUT_LOST"]);
    expect(bench.receipts[0]).toMatchObject({ startedAt: null, samplesRendered: 0 });
  });

  test("waits for the card's last word", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(10_519);
    expect(bench.outcomes).toEqual([]);
    await bench.until(10_520);
    expect(bench.outcomes).toEqual(["b1/0 played"]);
  });
});

describe("a stop", () => {
  test("silences at once and for good, with one receipt", async () => {
    const bench = await Bench.with([playable(), playable({ segment: 1, startAt: NOON + 30_000 })]);
    await bench.until(4_000);
    bench.playing.stop("b1");
    expect(bench.log.slice(3)).toEqual(["4000 stop b1/0", "4000 z1 open"]);
    await bench.until(120_000);
    expect(bench.log.slice(5)).toEqual(["14000 amplifier off"]);
    expect(bench.outcomes).toEqual(["b1/0 stopped STOPPED", "b1/1 stopped STOPPED"]);
    expect(bench.receipts[0]).toMatchObject({ samplesRendered: 4_000 * RATE_MS, endedAt: NOON + 4_000 });
  });

  test("is remembered over a restart", async () => {
    const bench = await Bench.with([playable({ lateStart: late(20_000, "join") })]);
    await bench.until(-30_000);
    bench.playing.stop("b1");
    bench.crash();
    await bench.boot();
    await bench.until(60_000);
    expect([bench.log, bench.outcomes]).toEqual([["-30000 crash"], ["b1/0 stopped STOPPED"]]);
  });

  test("of everything spares an emergency, and what is only to come", async () => {
    const emergency = playable({ priority: "emergency", broadcastId: "e1" });
    const later = playable({ broadcastId: "b2", startAt: NOON + 30_000 });
    const bench = await Bench.with([emergency, later]);
    await bench.until(4_000);
    bench.playing.stop(undefined);
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["e1/0 played", "b2/0 played"]);
  });

  test("of everything silences what is on air", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    bench.playing.stop(undefined);
    expect([bench.board.closed.size, bench.outcomes]).toEqual([0, ["b1/0 stopped STOPPED"]]);
  });

  test("silences although the disk is full; the receipt is written when there is room", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    const makeRoom = fillDisk(bench.folder);
    bench.playing.stop("b1");
    expect([bench.board.closed.size, bench.log.at(-1)]).toEqual([0, "4000 z1 open"]);
    await bench.until(9_000);
    makeRoom();
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 stopped STOPPED"]);
  });
});

describe("a new plan", () => {
  test("without what is on air silences it, and says that it was cancelled", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    bench.take([]);
    expect(bench.log.slice(3)).toEqual(["4000 stop b1/0", "4000 z1 open"]);
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 stopped CANCELLED"]);
    const rendered = bench.receipts[0]!.samplesRendered / RATE_MS;
    expect(rendered > 2_500 && rendered <= 4_000).toBe(true);
    bench.take([playable()]);
    await bench.until(70_000);
    expect(bench.receipts).toHaveLength(1);
  });

  test("with what is on air lets it go on without a break", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    bench.take([playable(), playable({ broadcastId: "b2", startAt: NOON + 60_000 })]);
    await bench.until(30_000);
    expect([bench.log, bench.outcomes]).toEqual([ON_TIME, ["b1/0 played"]]);
  });

  test("with something due now begins it at once", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.take([playable({ broadcastId: "now", lateStart: late(10_000, "join") })]);
    await bench.until(2_000);
    expect(bench.log).toEqual(["0 amplifier on", "1600 z1 closed", "1600 play now/0"]);
  });
});

test("what two broadcasts in a row need together must fit the day", async () => {
  const next = playable({ broadcastId: "b2", startAt: NOON + seconds(11) });
  const bench = await Bench.with(
    [playable(), next],
    {},
    { envelope: envelopeOf(undefined, { maxMinutesPerDay: 0.3 }) },
  );
  await bench.until(60_000);
  expect(bench.outcomes.sort()).toEqual(["b1/0 played", "b2/0 refused AIRTIME_EXCEEDED"]);
});

test("nothing is decided after closing", async () => {
  const bench = await Bench.with([playable()]);
  bench.playing.close();
  bench.playing.decide();
  await bench.until(60_000);
  expect([bench.log, bench.clock.pending()]).toEqual([[], []]);
});
