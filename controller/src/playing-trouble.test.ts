import { describe, expect, test } from "vitest";
import { fillDisk } from "./folder.fixture.ts";
import { late, NOON } from "./plan.fixture.ts";
import { Bench, ON_TIME, playable, RATE_MS } from "./playing.fixture.ts";

describe("a station whose process dies in the middle", () => {
  test("joins where it would be, and writes one receipt that counts both parts", async () => {
    const bench = await Bench.with([playable({ durationMs: 20_000 })]);
    await bench.until(6_000);
    bench.crash();
    await bench.until(8_000);
    await bench.boot();
    await bench.until(60_000);
    expect(bench.log.slice(3, 8)).toEqual([
      "6000 crash",
      "8000 amplifier on",
      "9600 z1 closed",
      "9600 play b1/0",
      "20120 stop b1/0",
    ]);
    const [receipt, ...others] = bench.receipts;
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({
      outcome: "partial",
      code: "INTERRUPTED",
      startedAt: NOON,
      startErrorMs: 0,
    });
    const rendered = receipt!.samplesRendered / RATE_MS;
    expect(rendered).toBeGreaterThan(10_400);
    expect(rendered).toBeLessThanOrEqual(6_000 + 10_400);
  });

  test("and comes back after its end writes the receipt at once", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(6_000);
    bench.crash();
    await bench.until(30_000);
    await bench.boot();
    expect(bench.outcomes).toEqual(["b1/0 partial INTERRUPTED"]);
    await bench.until(90_000);
    expect([bench.receipts.length, bench.log.at(-1)]).toEqual([1, "6000 crash"]);
  });

  test("before the first sample, and joins, has sounded once", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(-1_000);
    bench.crash();
    await bench.until(1_000);
    await bench.boot();
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 partial INTERRUPTED"]);
    expect(bench.receipts[0]).toMatchObject({ startedAt: NOON + 2_600, samplesRendered: 7_400 * RATE_MS });
  });

  test("after its receipt sounds nothing again", async () => {
    const bench = await Bench.with([playable({ lateStart: late(20_000, "join") })]);
    await bench.until(4_000);
    bench.playing.stop("b1");
    bench.crash();
    await bench.boot();
    await bench.until(60_000);
    expect([bench.log.at(-1), bench.receipts.length]).toEqual(["4000 crash", 1]);
  });

  test("three times has one receipt all the same", async () => {
    const bench = await Bench.with([playable({ durationMs: 30_000 })]);
    for (const at of [5_000, 12_000, 20_000]) {
      await bench.until(at);
      bench.crash();
      await bench.boot();
    }
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 partial INTERRUPTED"]);
    expect(bench.receipts[0]!.samplesRendered).toBeLessThan(30_000 * RATE_MS);
  });
});

describe("a station whose board is lost", () => {
  test("in the middle counts its relays as open, and begins anew when it is back", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(3_000);
    bench.board.is("lost");
    expect([bench.playing.amplifierOn, bench.playing.zonesClosed]).toEqual([false, []]);
    await bench.until(5_000);
    bench.board.is("ready");
    await bench.until(60_000);
    expect(bench.log).toEqual([
      ...ON_TIME.slice(0, 3),
      "3000 board lost",
      "3000 stop b1/0",
      "5000 board ready",
      "5000 amplifier on",
      "6600 z1 closed",
      "6600 play b1/0",
      ...ON_TIME.slice(3),
    ]);
    expect(bench.outcomes).toEqual(["b1/0 partial BOARD_LOST"]);
    expect(bench.receipts[0]).toMatchObject({ samplesRendered: (3_000 + 3_400) * RATE_MS, startErrorMs: 0 });
  });

  test("and does not come back writes what sounded", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(3_000);
    bench.board.is("lost");
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 partial BOARD_LOST"]);
    expect(bench.receipts[0]?.samplesRendered).toBe(3_000 * RATE_MS);
  });

  test("while nothing is due misses nothing when it is back in time", async () => {
    const bench = await Bench.with([playable()]);
    bench.board.is("lost");
    await bench.until(-5_000);
    bench.board.is("ready");
    await bench.until(60_000);
    expect([bench.log.slice(2), bench.outcomes]).toEqual([ON_TIME, ["b1/0 played"]]);
  });

  test("when something is due misses it, says so when the grace is over, and closes nothing", async () => {
    const bench = await Bench.with([playable()]);
    bench.board.is("lost");
    await bench.until(251);
    expect(bench.outcomes).toEqual(["b1/0 missed BOARD_LOST"]);
    bench.board.is("ready");
    await bench.until(60_000);
    expect(bench.log.slice(2)).toEqual([]);
  });
});

describe("a station whose disk is full", () => {
  test("sounds on time all the same, and writes the receipt when there is room", async () => {
    const bench = await Bench.with([playable()]);
    const makeRoom = fillDisk(bench.folder);
    await bench.until(30_000);
    expect([bench.log, bench.outcomes]).toEqual([ON_TIME, []]);
    makeRoom();
    await bench.until(36_000);
    expect(bench.outcomes).toEqual(["b1/0 played"]);
    expect(bench.receipts[0]).toMatchObject({ samplesRendered: 480_000, startErrorMs: 0 });
  });

  test("is not late for the next one while it waits for room", async () => {
    const next = playable({ broadcastId: "b2", startAt: NOON + 15_000 });
    const bench = await Bench.with([playable(), next]);
    const makeRoom = fillDisk(bench.folder);
    await bench.until(26_000);
    expect(bench.log.slice(5)).toEqual([
      "14600 z1 closed",
      "14600 play b2/0",
      "25120 stop b2/0",
      "25120 z1 open",
    ]);
    makeRoom();
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 played", "b2/0 played"]);
  });

  test("writes the receipt of what was cancelled when there is room", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    const makeRoom = fillDisk(bench.folder);
    bench.take([]);
    expect(bench.board.closed.size).toBe(0);
    makeRoom();
    await bench.until(9_001);
    expect(bench.outcomes).toEqual(["b1/0 stopped CANCELLED"]);
  });
});
