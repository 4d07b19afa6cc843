import { days, hours, minutes, seconds } from "@loa/kernel/units";
import { CHIME_MS } from "@loa/protocol/plan";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { WEEKDAYS } from "@loa/protocol/time-envelope";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hoursOf } from "./envelope.ts";
import { GUARD_MS, planStation, type Wanted } from "./planner.ts";

const ZONE = "Asia/Ho_Chi_Minh";
/** A midnight in Vietnam. */
const DAY = Date.UTC(2026, 5, 1, 17);
const envelope = (from: string, until: string, maxMinutesPerDay = 1_440): TimeEnvelope => ({
  windows: Object.fromEntries(WEEKDAYS.map((day) => [day, [[from, until]]])),
  maxMinutesPerDay,
  maxGainDb: 0,
});
const over = (one: TimeEnvelope) => hoursOf(one, ZONE, DAY - days(1), DAY + days(10));
const ALWAYS = over(envelope("00:00", "24:00"));

function wish(id: string, startAt: number, lengths: number[], more: Partial<Wanted> = {}): Wanted {
  const chime = more.chime ?? false;
  return {
    broadcastId: id,
    startAt,
    durationMs: lengths.reduce((sum, ms) => sum + ms, chime ? CHIME_MS : 0),
    priority: "scheduled",
    zones: ["z1"],
    items: lengths.map((durationMs, i) => ({
      kind: "announcement",
      sha256: String(i).repeat(64),
      bytes: 1,
      durationMs,
      gainDb: 0,
    })),
    lateWithinMs: null,
    onPreempt: null,
    approvedBy: "u-1",
    title: id,
    ...more,
    chime,
  };
}

const shape = (plan: ReturnType<typeof planStation>) =>
  plan.segments.map(({ broadcastId, segment, startAt, durationMs, items }) => ({
    id: `${broadcastId}.${segment}`,
    from: (startAt - DAY) / 1_000,
    to: (startAt - DAY + durationMs) / 1_000,
    items: items.map((item) => item.durationMs / 1_000),
  }));

describe("a station's plan", () => {
  test("holds a broadcast whole, with chime, grace and approver", () => {
    const { segments } = planStation(
      [wish("a", DAY + hours(6), [minutes(1), minutes(2)], { chime: true })],
      ALWAYS,
    );
    expect(segments).toMatchObject([
      {
        broadcastId: "a",
        segment: 0,
        durationMs: minutes(3) + CHIME_MS,
        chime: true,
        // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
        lateStart: { withinMs: minutes(3) + CHIME_MS, then: "join" },
        approvedBy: "u-1",
      },
    ]);
  });

  test("lets an urgent broadcast through: the lower one ends early and goes on with its next item at that item's time", () => {
    const low = wish("low", DAY, [seconds(100), seconds(100), seconds(100)]);
    const high = wish("high", DAY + seconds(60), [seconds(30)], { priority: "urgent" });
    const plan = planStation([low, high], ALWAYS);
    expect(shape(plan)).toEqual([
      { id: "low.0", from: 0, to: 59, items: [59] },
      { id: "high.0", from: 60, to: 90, items: [30] },
      { id: "low.1", from: 100, to: 300, items: [100, 100] },
    ]);
    expect(plan.refused).toEqual([{ broadcastId: "low", code: "PREEMPTED" }]);
  });

  test("drops a lower broadcast that an urgent one covers", () => {
    const low = wish("low", DAY + seconds(10), [seconds(20)]);
    const high = wish("high", DAY, [seconds(60)], { priority: "urgent" });
    expect(shape(planStation([low, high], ALWAYS)).map(({ id }) => id)).toEqual(["high.0"]);
  });

  test("of equals the one that starts first keeps its time", () => {
    const plan = planStation(
      [wish("b", DAY + seconds(30), [seconds(60)]), wish("a", DAY, [seconds(60)])],
      ALWAYS,
    );
    expect(shape(plan).map(({ id }) => id)).toEqual(["a.0"]);
    expect(plan.refused).toEqual([{ broadcastId: "b", code: "SCHEDULE_CONFLICT" }]);
  });

  test("holds nothing outside the hours, not even a part", () => {
    const day = over(envelope("05:00", "22:00"));
    const plan = planStation(
      [
        wish("early", DAY + hours(5) - 1, [minutes(1)]),
        wish("first", DAY + hours(5), [minutes(1)]),
        wish("last", DAY + hours(22) - minutes(1), [minutes(1)]),
        wish("late", DAY + hours(22) - minutes(1) + days(1) + 1, [minutes(1)]),
        wish("night", DAY + hours(3.25), [minutes(1)]),
      ],
      day,
    );
    expect(plan.segments.map(({ broadcastId }) => broadcastId)).toEqual(["first", "last"]);
    expect(plan.refused.map(({ code }) => code)).toEqual(Array(3).fill("OUTSIDE_ENVELOPE"));
  });

  test("crosses midnight where both days are open to it", () => {
    const plan = planStation([wish("a", DAY - minutes(1), [minutes(2)])], ALWAYS);
    expect(plan.segments).toHaveLength(1);
  });

  test("holds no more than the day's airtime, the urgent first", () => {
    const short = over(envelope("00:00", "24:00", 10));
    const plan = planStation(
      [
        wish("one", DAY + hours(1), [minutes(6)]),
        wish("two", DAY + hours(2), [minutes(6)]),
        wish("urgent", DAY + hours(3), [minutes(4)], { priority: "urgent" }),
        wish("tomorrow", DAY + hours(26), [minutes(6)]),
      ],
      short,
    );
    expect(plan.segments.map(({ broadcastId }) => broadcastId)).toEqual(["one", "urgent", "tomorrow"]);
    expect(plan.refused).toEqual([{ broadcastId: "two", code: "AIRTIME_EXCEEDED" }]);
  });
});

const wishes = fc
  .array(
    fc.record({
      start: fc.integer({ min: 0, max: 400 }),
      items: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
      urgent: fc.boolean(),
      chime: fc.boolean(),
    }),
    { maxLength: 25 },
  )
  .map((list) =>
    list.map(({ start, items, urgent, chime }, i) =>
      wish(
        `b${i}`,
        DAY + minutes(start),
        items.map((n) => seconds(n * 7)),
        {
          priority: urgent ? "urgent" : "scheduled",
          chime,
        },
      ),
    ),
  );

test.each(["resume", "restart", "drop", null] as const)(
  "a station is told to %s after what interrupts",
  (onPreempt) => {
    const { segments } = planStation(
      [wish("b1", DAY + minutes(60), [seconds(60)], { onPreempt })],
      over(envelope("00:00", "24:00", 60)),
    );
    expect(segments[0]?.onPreempt ?? null).toBe(onPreempt);
  },
);

describe("whatever is wished", () => {
  const hours_ = over(envelope("01:00", "05:00", 60));

  test("segments keep the guard between them, lie within the hours and within the day's airtime", () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const { segments } = planStation(list, hours_);
        let total = 0;
        for (const [i, { startAt, durationMs, items, chime, broadcastId }] of segments.entries()) {
          const end = startAt + durationMs;
          const next = segments[i + 1];
          if (next)
            expect(next.startAt).toBeGreaterThanOrEqual(
              end + (next.broadcastId === broadcastId ? 0 : GUARD_MS),
            );
          expect(startAt).toBeGreaterThanOrEqual(DAY + hours(1));
          expect(end).toBeLessThanOrEqual(DAY + hours(5));
          const sum = items.reduce((ms, item) => ms + item.durationMs, chime ? CHIME_MS : 0);
          expect(durationMs).toBeCloseTo(sum, 6);
          total += durationMs;
        }
        expect(total).toBeLessThanOrEqual(minutes(60));
      }),
    );
  });

  test("the order of the wishes does not matter, and planning again changes nothing", () => {
    fc.assert(
      fc.property(wishes, fc.nat(), (list, turn) => {
        const cut = list.length === 0 ? 0 : turn % list.length;
        const turned = [...list.slice(cut), ...list.slice(0, cut)];
        expect(planStation(turned, hours_)).toEqual(planStation(list, hours_));
      }),
    );
  });

  test("an urgent broadcast sounds whole unless an urgent one, the hours or the airtime forbid it", () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const { segments, refused } = planStation(list, hours_);
        for (const { broadcastId, durationMs } of list.filter(({ priority }) => priority === "urgent")) {
          if (refused.some((one) => one.broadcastId === broadcastId)) continue;
          const own = segments.filter((segment) => segment.broadcastId === broadcastId);
          expect(own.map((segment) => segment.durationMs)).toEqual([durationMs]);
        }
      }),
    );
  });
});
