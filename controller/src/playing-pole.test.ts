import { silentLog } from "@loa/kernel/log";
import type { Alert, AlertSound } from "@loa/protocol/alert";
import type { StationEvent } from "@loa/protocol/faults";
import { describe, expect, test } from "vitest";
import { fillDisk } from "./folder.fixture.ts";
import { envelopeOf, late, NOON } from "./plan.fixture.ts";
import { Bench, playable } from "./playing.fixture.ts";
import { AlarmButton } from "./pole/alarm-button.ts";

const SIREN: AlertSound = { kind: "tone", tone: "wail", durationMs: 2_000 };
const SPEECH: AlertSound = {
  kind: "opus",
  data: Buffer.from("speech").toString("base64"),
  durationMs: 3_000,
};
const storm = (over: Partial<Alert> = {}): Alert => ({
  ...{
    alertId: "storm",
    revision: 1,
    kind: "actual",
    action: "alert",
    supersedes: [],
    except: [],
    zones: [],
  },
  ...{ sound: [SIREN, SPEECH], repeat: 4, startAt: NOON, headline: "Bão số 5", language: "vi" },
  ...{ expires: NOON + 3_600_000, maxSoundMinutes: 10 },
  ...over,
});
const NIGHT = envelopeOf([["00:00", "00:01"]]);
const moves = (bench: Bench, pattern: RegExp) => bench.log.filter((line) => pattern.test(line));

/** Locks out or releases, as the pole does. */
function lock(bench: Bench, lockedOut: boolean): void {
  bench.lockedOut = lockedOut;
  bench.playing.decide();
}

describe("a lock-out", () => {
  test("opens every relay at once, and the alert that still stands joins when it ends", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm(), "station-01");
    await bench.until(5_000);
    lock(bench, true);
    await bench.until(12_000);
    lock(bench, false);
    await bench.until(60_000);
    expect(bench.log).toEqual([
      "0 amplifier on",
      "1600 z1 closed",
      "1600 z2 closed",
      "1600 play alert/storm/3",
      "5000 stop alert/storm/3",
      "5000 z1 open",
      "5000 z2 open",
      "5000 amplifier off",
      "12000 amplifier on",
      "13600 z1 closed",
      "13600 z2 closed",
      "13600 play alert/storm/3",
      "20120 stop alert/storm/3",
      "20120 z1 open",
      "20120 z2 open",
      "30000 amplifier off",
    ]);
    expect(bench.acks).toEqual([
      "storm 1 received",
      "storm 1 ready",
      "storm 1 started",
      "storm 1 failed LOCKED_OUT",
      "storm 1 started",
      "storm 1 failed LOCKED_OUT",
    ]);
    expect(bench.receipts).toMatchObject([{ alertId: "storm", outcome: "partial", code: "LOCKED_OUT" }]);
  });

  test("that outlasts an alert has it refused, and one that comes meanwhile moves no relay", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    lock(bench, true);
    bench.alerts.take(storm(), "station-01");
    await bench.until(1_000);
    bench.alerts.take(storm(), "station-01");
    await bench.until(60_000);
    lock(bench, false);
    await bench.until(90_000);
    expect(bench.log).toEqual([]);
    expect(bench.acks).toEqual([
      ...["storm 1 received", "storm 1 ready", "storm 1 failed LOCKED_OUT"],
      ...["storm 1 received", "storm 1 ready", "storm 1 failed LOCKED_OUT", "storm 1 failed LOCKED_OUT"],
    ]);
    expect(bench.receipts).toMatchObject([{ outcome: "refused", code: "LOCKED_OUT", samplesRendered: 0 }]);
  });

  test("of an amplifier that stays on between two sounds opens it as well", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(15_000);
    lock(bench, true);
    await bench.until(60_000);
    expect(moves(bench, /amplifier/)).toEqual(["-2100 amplifier on", "15000 amplifier off"]);
  });

  test("keeps a broadcast silent, and tells it", async () => {
    const bench = await Bench.with([playable({ lateStart: late(60_000, "join") })]);
    await bench.until(-30_000);
    lock(bench, true);
    await bench.until(60_000);
    expect(bench.log).toEqual([]);
    expect(bench.outcomes).toEqual(["b1/0 missed LOCKED_OUT"]);
  });

  test("holds on a board that comes back", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    lock(bench, true);
    bench.alerts.take(storm(), "station-01");
    bench.board.is("lost");
    await bench.until(2_000);
    bench.board.is("ready");
    await bench.until(60_000);
    expect(moves(bench, /amplifier|z1|z2/)).toEqual([]);
  });
});

/** A button at the station of a bench; `press` holds it for some ms. */
function buttonOf(bench: Bench, config = { tone: "pulse" as const, soundMinutes: 0.5, holdMs: 1_000 }) {
  const told: StationEvent[] = [];
  let down = false;
  const button = new AlarmButton({
    ...{ config, clock: bench.clock, log: silentLog, alerts: bench.alerts },
    hardware: Object.assign(Object.create(bench.board), {
      readings: () => ({ zoneAmps: {}, buttonPressed: down }),
    }),
    now: () => bench.clock.now(),
    synchronised: () => bench.synchronised,
    soundableAt: () => bench.playing.soundableAt,
    tell: (event) => told.push(event),
  });
  bench.clock.every("look", 50, () => button.look());
  const press = async (at: number, forMs: number) => {
    await bench.until(at);
    down = true;
    await bench.until(at + forMs);
    down = false;
  };
  return { told, press };
}

describe("the alarm button", () => {
  test("starts the siren with no plan, no hours, no believed clock and a full disk, and ends by itself", async () => {
    const bench = await Bench.with([], { hardEnvelope: NIGHT, synchronised: false });
    const { press, told } = buttonOf(bench);
    fillDisk(bench.folder);
    await press(0, 1_200);
    await bench.until(60_000);
    const [id] = told.map((event) => (event.kind === "button-alarm" ? event.alertId : ""));
    expect(id).toMatch(/^button-/);
    expect(moves(bench, /amplifier|z1|play|stop/)).toEqual([
      "1050 amplifier on",
      "2650 z1 closed",
      `2650 play alert/${id}/3`,
      `33070 stop alert/${id}/3`,
      "33070 z1 open",
      "42950 amplifier off",
    ]);
    expect(bench.card.cues[0]?.items[0]).toMatchObject({ kind: "tone", tone: "pulse" });
    expect(told).toMatchObject([{ kind: "button-alarm", at: NOON + 1_050, endsBy: NOON + 32_950 }]);
  });

  test("pressed again ends it early; it was played as long as it was wanted", async () => {
    const bench = await Bench.with([]);
    const { press, told } = buttonOf(bench);
    await press(0, 1_200);
    await press(10_000, 1_200);
    await bench.until(60_000);
    expect(moves(bench, /stop/)).toEqual([expect.stringMatching(/^11170 stop alert\/button-/)]);
    expect(told).toHaveLength(1);
    expect(bench.receipts).toMatchObject([
      { alertId: expect.stringMatching(/^button-/), outcome: "played", samplesPlanned: 8_100 * 48 },
    ]);
    await press(70_000, 1_200);
    await bench.until(75_000);
    expect(told).toHaveLength(2);
  });

  test("wins over the plan, and gives way to an alert of the hub that comes later", async () => {
    const bench = await Bench.with([playable({ durationMs: 60_000 })]);
    const { press } = buttonOf(bench);
    await press(5_000, 1_200);
    await bench.until(15_000);
    bench.alerts.take(storm({ startAt: NOON + 15_000, repeat: 1 }), "station-01");
    await bench.until(70_000);
    expect(moves(bench, /play/).map((line) => line.replace(/button-[a-z0-9]+/, "button"))).toEqual([
      "-400 play b1/0",
      "6350 play alert/button/3",
      "15000 play alert/storm/3",
      "20000 play alert/button/3",
      "36350 play b1/0",
    ]);
  });

  test("sounds on after a crash, until its time", async () => {
    const bench = await Bench.with([]);
    const { press } = buttonOf(bench);
    await press(0, 1_200);
    await bench.until(10_000);
    bench.crash();
    await bench.boot();
    await bench.until(60_000);
    const plays = moves(bench, /play|stop/).map((line) => line.replace(/button-[a-z0-9]+/, "button"));
    expect(plays).toEqual([
      "2650 play alert/button/3",
      "11600 play alert/button/3",
      "33070 stop alert/button/3",
    ]);
  });

  test.each([
    ["was never believed", false],
    ["was believed before", true],
  ])(
    "sounds on after a crash of the process without the time, until its own, where the clock %s",
    async (_, synchronised) => {
      const bench = await Bench.with([], { synchronised });
      const { press } = buttonOf(bench);
      await press(0, 1_200);
      await bench.until(10_000);
      bench.crash();
      bench.synchronised = false;
      await bench.begin();
      await bench.until(60_000);
      expect(moves(bench, /play|stop/).map((line) => line.replace(/button-[a-z0-9]+/, "button"))).toEqual([
        "2650 play alert/button/3",
        "11600 play alert/button/3",
        "33070 stop alert/button/3",
      ]);
      expect(bench.receipts).toMatchObject([{ outcome: "partial", code: "INTERRUPTED" }]);
    },
  );

  test("does not sound when the power comes back and nobody knows the time; its receipt says why", async () => {
    const bench = await Bench.with([], { synchronised: false });
    const { press, told } = buttonOf(bench);
    await press(0, 1_200);
    await bench.until(10_000);
    bench.crash();
    await bench.boot();
    await bench.until(60_000);
    expect(moves(bench, /play|closed/)).toHaveLength(3);
    const [{ alertId }] = told as [Extract<StationEvent, { kind: "button-alarm" }>];
    expect(bench.receipts).toMatchObject([{ alertId, outcome: "stopped", code: "INTERRUPTED" }]);
  });

  test("is held back by a lock-out", async () => {
    const bench = await Bench.with([]);
    lock(bench, true);
    const { press } = buttonOf(bench);
    await press(0, 1_200);
    await bench.until(60_000);
    expect(bench.log).toEqual([]);
    expect(bench.receipts).toMatchObject([{ outcome: "refused", code: "LOCKED_OUT" }]);
  });
});

describe("a segment that restarts", () => {
  test("begins anew after an alert, whole, beyond its planned end", async () => {
    const bench = await Bench.with([playable({ onPreempt: "restart" })]);
    await bench.until(2_500);
    bench.alerts.take(storm({ startAt: NOON + 3_000, repeat: 1 }), "station-01");
    await bench.until(60_000);
    expect(moves(bench, /play|stop/)).toEqual([
      "-400 play b1/0",
      "3000 stop b1/0",
      "3000 play alert/storm/3",
      "8000 stop alert/storm/3",
      "8600 play b1/0",
      "19120 stop b1/0",
    ]);
    expect(bench.card.cues.at(-1)).toMatchObject({ startAt: NOON + 9_000, items: [{ durationMs: 10_000 }] });
    expect(bench.receipts.find(({ broadcastId }) => broadcastId)).toMatchObject({
      ...{ outcome: "played", scheduledAt: NOON, startedAt: NOON + 9_000, samplesRendered: 480_000 },
    });
    // Three seconds before, ten after.
    expect(Object.values(bench.journal.airtime())[0]).toBeCloseTo(13 / 60, 5);
  });

  test("is cut before the next segment, and says so", async () => {
    const next = playable({ broadcastId: "b2", startAt: NOON + 15_000 });
    const bench = await Bench.with([playable({ onPreempt: "restart" }), next]);
    await bench.until(2_500);
    bench.alerts.take(storm({ startAt: NOON + 3_000, repeat: 1 }), "station-01");
    await bench.until(60_000);
    expect(moves(bench, /play b|stop b/)).toEqual([
      "-400 play b1/0",
      "3000 stop b1/0",
      "8600 play b1/0",
      "14000 stop b1/0",
      "14600 play b2/0",
      "25120 stop b2/0",
    ]);
    expect(bench.outcomes).toEqual(expect.arrayContaining(["b1/0 partial PREEMPTED", "b2/0 played"]));
  });

  test("goes on where it would be when the power fails after it began anew", async () => {
    const bench = await Bench.with([playable({ onPreempt: "restart" })]);
    await bench.until(2_500);
    bench.alerts.take(storm({ startAt: NOON + 3_000, repeat: 1 }), "station-01");
    await bench.until(12_000);
    bench.crash();
    await bench.boot();
    await bench.until(60_000);
    expect(bench.card.cues.at(-1)?.startAt).toBe(NOON + 9_000);
    expect(bench.receipts.find(({ broadcastId }) => broadcastId)).toMatchObject({
      ...{ outcome: "partial", code: "INTERRUPTED", scheduledAt: NOON },
    });
  });
});
