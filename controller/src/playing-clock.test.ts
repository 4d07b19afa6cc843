import type { Alert, AlertSound } from "@loa/protocol/alert";
import { describe, expect, test } from "vitest";
import { NOON } from "./plan.fixture.ts";
import { Bench } from "./playing.fixture.ts";

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
const HOURS = 3_600_000;
/** As reception hands it on where nobody believes the clock. */
const onOwnTime = (over: Partial<Alert>) => storm({ startAt: NOON, expires: NOON + HOURS, ...over });

describe("without a believed clock", () => {
  test.each([
    ["later", 3 * HOURS],
    ["earlier", -3 * HOURS],
  ])("an alert goes on and ends in its time when it turns out to be much %s", async (_, byMs) => {
    const bench = await Bench.with([], { synchronised: false });
    await bench.until(0);
    bench.alerts.take(onOwnTime({ repeat: 4 }), "station-01", true);
    await bench.until(8_000);
    bench.setsClock(byMs);
    await bench.until(byMs + 60_000);
    const began = bench.log.findIndex((line) => line.includes("play"));
    expect(bench.log.slice(began).filter((line) => !line.includes("amplifier"))).toEqual([
      "1600 play alert/storm/3",
      "8000 stop alert/storm/3",
      `${byMs + 8_000} play alert/storm/3`,
      `${byMs + 20_120} stop alert/storm/3`,
      `${byMs + 20_120} z1 open`,
      `${byMs + 20_120} z2 open`,
    ]);
    expect(bench.receipts).toMatchObject([{ alertId: "storm", startedAt: NOON + byMs + 1_600 }]);
    await bench.until(byMs + 4 * HOURS);
    expect(bench.log.filter((line) => line.includes("play"))).toHaveLength(2);
  });

  test("an alert that was to begin when the time came is not lost", async () => {
    const bench = await Bench.with([], { synchronised: false });
    await bench.until(0);
    bench.alerts.take(onOwnTime({}), "station-01", true);
    await bench.until(500);
    bench.setsClock(5 * HOURS);
    await bench.until(5 * HOURS + 60_000);
    expect(bench.acks).toContain("storm 1 finished");
  });

  test("a station that joined late by a wrong clock sounds on when the clock is put back, and not again later", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON - HOURS / 2 }), "station-01");
    await bench.until(1_000);
    bench.setsClock(-HOURS / 2);
    await bench.until(2 * HOURS);
    const plays = bench.log.filter((line) => line.includes("play"));
    expect(plays.map((line) => Number.parseInt(line, 10) < -HOURS / 2 + 60_000)).toEqual([true]);
  });

  test("nothing that stood when the power went sounds until the time is known", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON, repeat: 0 }), "station-01");
    await bench.until(6_000);
    bench.crash();
    bench.synchronised = false;
    await bench.boot();
    await bench.until(40_000);
    expect(bench.log.filter((line) => line.includes("play"))).toHaveLength(1);
    bench.setsClock(60_000);
    await bench.until(130_000);
    expect(bench.log.filter((line) => line.includes("play"))).toEqual([
      "1600 play alert/storm/3",
      "101600 play alert/storm/3",
    ]);
    bench.setsClock(72 * HOURS);
    await bench.until(73 * HOURS);
    expect(bench.log.filter((line) => line.includes("play"))).toHaveLength(2);
  });

  test("what stood sounds once the hub tells it again for this session", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.alerts.take(storm({ startAt: NOON, repeat: 0 }), "station-01");
    await bench.until(6_000);
    bench.crash();
    bench.synchronised = false;
    await bench.boot();
    await bench.until(10_000);
    bench.alerts.take(onOwnTime({ startAt: NOON + 10_000, repeat: 1 }), "station-01", true);
    await bench.until(60_000);
    expect(bench.log.filter((line) => line.includes("play"))).toEqual([
      "1600 play alert/storm/3",
      "11600 play alert/storm/3",
    ]);
  });

  test.each([
    ["on the same scale", 0],
    ["on a scale that begins anew", -3 * HOURS],
  ])(
    "an alert goes on where it would be when only the process ended, %s, and ends in its time",
    async (_, byMs) => {
      const bench = await Bench.with([], { synchronised: false });
      await bench.until(0);
      bench.alerts.take(onOwnTime({ repeat: 8 }), "station-01", true);
      await bench.until(12_000);
      bench.crash();
      bench.line = { ...bench.line, offsetMs: bench.line.offsetMs + byMs };
      await bench.until(byMs + 15_000);
      await bench.begin();
      await bench.until(byMs + 90_000);
      expect(bench.log.filter((line) => /play|stop/.test(line))).toEqual([
        "1600 play alert/storm/3",
        `${byMs + 16_600} play alert/storm/3`,
        `${byMs + 40_120} stop alert/storm/3`,
      ]);
      expect(bench.receipts).toMatchObject([{ alertId: "storm", outcome: "partial", code: "INTERRUPTED" }]);
    },
  );

  test("an alert that nobody could date does not outlive the power, and its receipt says that this ended it", async () => {
    const bench = await Bench.with([], { synchronised: false });
    await bench.until(0);
    bench.alerts.take(onOwnTime({ repeat: 0 }), "station-01", true);
    await bench.until(6_000);
    bench.crash();
    await bench.boot();
    bench.setsClock(1_000);
    await bench.until(60_000);
    expect(bench.log.filter((line) => line.includes("play"))).toHaveLength(1);
    expect(bench.receipts).toMatchObject([{ alertId: "storm", outcome: "stopped", code: "INTERRUPTED" }]);
  });
});
