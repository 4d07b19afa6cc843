import type { Alert, AlertSound } from "@loa/protocol/alert";
import { describe, expect, test } from "vitest";
import { fillDisk } from "./folder.fixture.ts";
import { envelopeOf, NOON } from "./plan.fixture.ts";
import { Bench, playable } from "./playing.fixture.ts";

const SIREN: AlertSound = { kind: "tone", tone: "wail", durationMs: 2_000 };
const SPEECH: AlertSound = {
  kind: "opus",
  data: Buffer.from("speech").toString("base64"),
  durationMs: 3_000,
};

const storm = (over: Partial<Alert> = {}): Alert => ({
  alertId: "storm",
  revision: 1,
  kind: "actual",
  action: "alert",
  supersedes: [],
  sound: [SIREN, SPEECH],
  repeat: 1,
  startAt: NOON + 3_000,
  zones: [],
  headline: "Bão số 5",
  language: "vi",
  expires: NOON + 3_600_000,
  maxSoundMinutes: 10,
  except: [],
  ...over,
});
const NIGHT = envelopeOf([["00:00", "00:01"]]);

describe("an alert", () => {
  test("takes over from a broadcast, which goes on afterwards where it would be then", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(2_500);
    bench.alerts.take(storm(), "station-01");
    await bench.until(60_000);
    expect(bench.log.filter((line) => /play|stop/.test(line))).toEqual([
      "-400 play b1/0",
      "3000 stop b1/0",
      "3000 play alert/storm/3",
      "8000 stop alert/storm/3",
      "8000 play b1/0",
      "10120 stop b1/0",
    ]);
    expect(bench.acks).toEqual(["storm 1 received", "storm 1 ready", "storm 1 started", "storm 1 finished"]);
    expect(bench.receipts).toMatchObject([
      { broadcastId: "b1", outcome: "partial", code: "PREEMPTED", samplesRendered: 240_000 },
      { alertId: "storm", outcome: "played", samplesRendered: 240_000, startErrorMs: 0, zones: ["z1", "z2"] },
    ]);
    expect(bench.onAir.filter((id, i, all) => id !== all[i - 1])).toEqual([
      null,
      "b1",
      null,
      "storm",
      "b1",
      null,
    ]);
  });

  test("ends what its programme says to drop", async () => {
    const bench = await Bench.with([playable({ onPreempt: "drop" })]);
    await bench.until(2_500);
    bench.alerts.take(storm(), "station-01");
    await bench.until(60_000);
    expect(bench.outcomes).toContain("b1/0 preempted PREEMPTED");
    expect(bench.log.filter((line) => line.includes("play b1"))).toHaveLength(1);
  });

  test("sounds at once out of idleness, from all zones, outside all hours and without a believed clock", async () => {
    const bench = await Bench.with([], { hardEnvelope: NIGHT, synchronised: false });
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON }), "station-01");
    await bench.until(60_000);
    expect(bench.log).toEqual([
      "0 amplifier on",
      "1600 z1 closed",
      "1600 z2 closed",
      "1600 play alert/storm/3",
      "5120 stop alert/storm/3",
      "5120 z1 open",
      "5120 z2 open",
      "15000 amplifier off",
    ]);
    expect(bench.card.cues[0]).toMatchObject({
      gainDb: 0,
      items: [{ kind: "tone", tone: "wail" }, { kind: "file" }],
    });
  });

  test("is not held to the gain of everyday sound", async () => {
    const bench = await Bench.with([], { hardEnvelope: envelopeOf(undefined, { maxGainDb: -20 }) });
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON }), "station-01");
    bench.alerts.take(
      storm({ alertId: "drill", kind: "exercise", sound: [SPEECH], startAt: NOON + 30_000 }),
      "station-01",
    );
    await bench.until(60_000);
    expect(bench.card.cues.map(({ gainDb }) => gainDb)).toEqual([0, -20]);
  });

  test("goes on after a crash, and is over when its time is", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON, repeat: 4 }), "station-01");
    await bench.until(6_000);
    bench.crash();
    await bench.until(9_000);
    await bench.boot();
    await bench.until(60_000);
    expect(bench.log.filter((line) => line.includes("play"))).toEqual([
      "1600 play alert/storm/3",
      "10600 play alert/storm/3",
    ]);
    expect(bench.receipts).toMatchObject([{ alertId: "storm", outcome: "partial", code: "INTERRUPTED" }]);
  });

  test("sounds though the disk takes nothing", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    fillDisk(bench.folder);
    bench.alerts.take(storm({ startAt: NOON }), "station-01");
    await bench.until(20_000);
    expect(bench.log.filter((line) => line.includes("play"))).toEqual(["1600 play alert/storm/3"]);
  });

  test("is only acknowledged again when it comes again, also after a crash", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    const alert = storm({ startAt: NOON });
    bench.alerts.take(alert, "station-01");
    await bench.until(20_000);
    bench.crash();
    await bench.boot();
    bench.alerts.take(alert, "station-01");
    await bench.until(60_000);
    expect(bench.log.filter((line) => line.includes("play"))).toHaveLength(1);
    expect(bench.acks.slice(-2)).toEqual(["storm 1 received", "storm 1 ready"]);
  });

  test("does not sound at a station that it excepts", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON, except: ["station-01"] }), "station-01");
    await bench.until(60_000);
    expect(bench.log).toEqual([]);
    expect(bench.acks).toEqual([]);
  });
});

describe("a disk that took nothing", () => {
  test("has the recall once it can, so that the siren does not come back after a restart", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON, repeat: 0 }), "station-01");
    await bench.until(6_000);
    const free = fillDisk(bench.folder);
    bench.alerts.take(storm({ revision: 2, action: "recall", sound: [] }), "station-01");
    await bench.until(20_000);
    free();
    bench.alerts.keepAgain();
    bench.crash();
    await bench.boot();
    await bench.until(60_000);
    expect(bench.log.filter((line) => line.includes("play"))).toHaveLength(1);
  });
});

describe("a recall", () => {
  test("silences the alert and says its correction", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON, repeat: 0 }), "station-01");
    await bench.until(10_000);
    const recall = {
      revision: 2,
      action: "recall" as const,
      sound: [],
      startAt: NOON + 10_000,
      correction: [SPEECH],
    };
    bench.alerts.take(storm(recall), "station-01");
    await bench.until(60_000);
    expect(bench.log.filter((line) => /play|stop/.test(line))).toEqual([
      "1600 play alert/storm/3",
      "10000 stop alert/storm/3",
      "10000 play alert/storm/5",
      "13120 stop alert/storm/5",
    ]);
    expect(bench.receipts[0]).toMatchObject({ alertId: "storm", outcome: "stopped", code: "RECALLED" });
  });

  test("silences ahead of its correction, which is said when it comes, also after a restart in between", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON, repeat: 0 }), "station-01");
    await bench.until(10_000);
    const silence = storm({ revision: 2, action: "recall", sound: [], startAt: NOON + 10_000 });
    bench.alerts.take(silence, "station-01");
    await bench.until(12_000);
    expect(bench.receipts).toMatchObject([{ alertId: "storm", outcome: "stopped", code: "RECALLED" }]);
    bench.crash();
    await bench.boot();
    await bench.until(20_000);
    bench.alerts.take(
      { ...silence, revision: 3, startAt: NOON + 20_000, correction: [SPEECH] },
      "station-01",
    );
    bench.alerts.take(silence, "station-01");
    await bench.until(60_000);
    expect(bench.log.filter((line) => line.includes("play"))).toHaveLength(2);
    expect(bench.receipts.at(-1)).toMatchObject({ alertId: "storm", segment: 7, outcome: "played" });
  });

  test("that comes before its alert keeps it silent", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ revision: 2, action: "recall", sound: [] }), "station-01");
    bench.alerts.take(storm({ startAt: NOON }), "station-01");
    await bench.until(60_000);
    expect(bench.log).toEqual([]);
  });
});

describe("an exercise", () => {
  test("holds to the hours in which the station may sound", async () => {
    const bench = await Bench.with([], { hardEnvelope: NIGHT });
    await bench.until(0);
    bench.alerts.take(storm({ kind: "exercise", sound: [SPEECH], startAt: NOON }), "station-01");
    await bench.until(60_000);
    expect(bench.log.filter((line) => line.includes("play"))).toEqual([]);
    expect(bench.acks.at(-1)).toBe("storm 1 failed OUTSIDE_ENVELOPE");
  });

  const drill = (over: Partial<Alert> = {}) =>
    storm({ kind: "exercise", sound: [SPEECH], repeat: 0, ...over });

  test("gives way to everything that is planned, and does not go on with words whose marking nobody heard", async () => {
    const bench = await Bench.with([playable({ startAt: NOON + 10_000 })]);
    await bench.until(0);
    bench.alerts.take(drill({ startAt: NOON }), "station-01");
    await bench.until(60_000);
    expect(bench.log.filter((line) => /play/.test(line))).toEqual([
      "1600 play alert/storm/3",
      "10000 play b1/0",
    ]);
    expect(bench.acks.at(-1)).toBe("storm 1 failed PREEMPTED");
  });

  test("is stopped like what is planned", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(drill({ startAt: NOON }), "station-01");
    await bench.until(25_000);
    bench.playing.stop(undefined);
    await bench.until(60_000);
    expect(bench.acks.at(-1)).toBe("storm 1 failed STOPPED");
  });

  test("is missed rather than joined where something planned sounded as it began", async () => {
    const bench = await Bench.with([playable({ startAt: NOON })]);
    await bench.until(2_000);
    bench.alerts.take(drill({ startAt: NOON + 5_000, repeat: 3 }), "station-01");
    await bench.until(60_000);
    expect(bench.log.filter((line) => /play/.test(line))).toEqual(["-400 play b1/0"]);
    expect(bench.acks.at(-1)).toBe("storm 1 failed PLAYOUT_MISSED");
  });

  test.each<[string, (bench: Bench) => Promise<void>]>([
    [
      "a crash",
      async (bench) => {
        bench.crash();
        await bench.boot();
      },
    ],
    [
      "its board",
      async ({ board }) => {
        board.is("lost");
        board.is("ready");
      },
    ],
    [
      "an alert",
      async ({ alerts }) => alerts.take(storm({ alertId: "flood", startAt: NOON + 5_000 }), "station-01"),
    ],
  ])("that %s cut off does not go on", async (_, cut) => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(drill({ startAt: NOON }), "station-01");
    await bench.until(5_000);
    await cut(bench);
    await bench.until(60_000);
    expect(bench.log.filter((line) => line.includes("play alert/storm"))).toHaveLength(1);
  });

  test("that comes late begins with its marking, however many rounds are left", async () => {
    const bench = await Bench.with([]);
    await bench.until(10_000);
    bench.alerts.take(drill({ startAt: NOON }), "station-01");
    await bench.until(14_000);
    expect(bench.card.cues.map(({ startAt }) => startAt - NOON)).toEqual([11_900]);
  });
});
