// long because: one table of cases for the one arbiter
import type { Plan } from "@loa/protocol/plan";
import { outranks, PRIORITIES } from "@loa/protocol/priority";
import { insideWindows } from "@loa/protocol/time-envelope";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { announcement, envelopeOf, hashOf, late, NOON, planOf, segmentOf } from "../plan.fixture.ts";
import { alertOf, decided, LEAD, planned, situationOf } from "./arbiter.fixture.ts";
import { arbitrate, type Situation } from "./arbiter.ts";
import { keyOf } from "./candidate.ts";
import { endOf, startOf } from "./time-guard.ts";

const PUNCTUAL = 250;

describe("the arbiter", () => {
  test("sounds nothing without a plan, and sleeps", () => {
    expect(arbitrate(situationOf([], { plan: null }))).toMatchObject({
      onAir: null,
      verdicts: [],
      wakeAt: null,
    });
  });

  test.each([
    ["a millisecond before it takes the amplifier", -LEAD - 1, []],
    ["when it takes the amplifier", -LEAD, ["b1/0"]],
    ["at its start", 0, ["b1/0"]],
    ["a wink late", PUNCTUAL, ["b1/0"]],
    ["late", PUNCTUAL + 1, ["b1/0 missed PLAYOUT_MISSED"]],
    ["after its end", 10_000, ["b1/0 missed PLAYOUT_MISSED"]],
  ])("%s, a segment that must not be late is %j", (_, offset, expected) => {
    expect(decided(situationOf([segmentOf()], { now: NOON + offset }))).toEqual(expected);
  });

  test.each([
    [late(3_000, "join"), 3_000, ["b1/0"]],
    [late(3_000, "join"), 3_001, ["b1/0 missed PLAYOUT_MISSED"]],
    [late(0, "join"), PUNCTUAL, ["b1/0"]],
    [late(0, "join"), PUNCTUAL + 1, ["b1/0 missed PLAYOUT_MISSED"]],
    [late(60_000, "join"), 9_999, ["b1/0"]],
    [late(60_000, "join"), 10_000, ["b1/0 missed PLAYOUT_MISSED"]],
    [late(3_000, "skip"), PUNCTUAL, ["b1/0"]],
    [late(3_000, "skip"), PUNCTUAL + 1, ["b1/0 missed PLAYOUT_MISSED"]],
  ])("with grace %o, %i ms after the start: %j", (lateStart, offset, expected) => {
    expect(decided(situationOf([segmentOf({ lateStart })], { now: NOON + offset }))).toEqual(expected);
    const staggered = segmentOf({ lateStart, staggerMs: 700 });
    expect(decided(situationOf([staggered], { now: NOON + 700 + offset }))).toEqual(expected);
  });

  test.each([
    ["a clock that is not believed", { synchronised: false }, "refused CLOCK_UNSYNCED"],
    ["its audio missing", { assets: { has: () => false } }, "missed ASSET_MISSING"],
  ])("with %s it waits as long as it may still begin, then is settled", (_, given, verdict) => {
    const segment = segmentOf({ lateStart: late(3_000, "join") });
    expect(decided(situationOf([segment], { ...given, now: NOON - LEAD }))).toEqual([]);
    expect(decided(situationOf([segment], { ...given, now: NOON + 3_000 }))).toEqual([]);
    expect(decided(situationOf([segment], { ...given, now: NOON + 3_001 }))).toEqual([`b1/0 ${verdict}`]);
    expect(decided(situationOf([segment], { now: NOON + 3_000 }))).toEqual(["b1/0"]);
  });

  test("names one missing item of several", () => {
    const items = [announcement("here", 5_000), announcement("gone", 5_000)];
    const assets = { has: (sha256: string) => sha256 !== hashOf("gone") };
    const situation = situationOf([segmentOf({ items })], { assets, now: NOON + 5_000 });
    expect(decided(situation)).toEqual(["b1/0 missed ASSET_MISSING"]);
  });

  const shut = envelopeOf([["05:00", "12:00"]]);
  test.each([
    ["outside the commissioned hours", { hardEnvelope: shut }, {}, "OUTSIDE_ENVELOPE"],
    ["outside the plan's hours", {}, { envelope: shut }, "OUTSIDE_ENVELOPE"],
    [
      "outside the hours by the zone of the plan",
      {},
      { envelope: envelopeOf([["11:00", "13:00"]]), timeZone: "Asia/Tokyo" },
      "OUTSIDE_ENVELOPE",
    ],
    [
      "beyond the commissioned airtime",
      { hardEnvelope: envelopeOf(undefined, { maxMinutesPerDay: 0.1 }) },
      {},
      "AIRTIME_EXCEEDED",
    ],
    [
      "beyond the plan's airtime",
      {},
      { envelope: envelopeOf(undefined, { maxMinutesPerDay: 0.1 }) },
      "AIRTIME_EXCEEDED",
    ],
    ["on a day that is used up", { airtime: { "2026-05-04": 1_440 } }, {}, "AIRTIME_EXCEEDED"],
  ] as [string, Partial<Situation>, Partial<Plan>, string][])(
    "refuses what is %s, as soon as it would prepare",
    (_, given, planned, code) => {
      const plan = planOf([segmentOf()], planned);
      expect(decided(situationOf([], { ...given, plan, now: NOON - LEAD }))).toEqual([
        `b1/0 refused ${code}`,
      ]);
    },
  );

  test("counts airtime by local day", () => {
    const yesterday = { "2026-05-03": 1_440, "2026-05-05": 1_440 };
    expect(decided(situationOf([segmentOf()], { airtime: yesterday }))).toEqual(["b1/0"]);
  });

  test("lets a day be used up to its last second", () => {
    const envelope = envelopeOf(undefined, { maxMinutesPerDay: 0.3 });
    const plan = planOf([segmentOf({ durationMs: 6_000 })], { envelope });
    expect(decided(situationOf([], { plan, airtime: { "2026-05-04": 0.2 } }))).toEqual(["b1/0"]);
    expect(decided(situationOf([], { plan, airtime: { "2026-05-04": 0.2001 } }))).toEqual([
      "b1/0 refused AIRTIME_EXCEEDED",
    ]);
  });

  test("counts what is still on air against the day when the next one follows closely", () => {
    const envelope = envelopeOf(undefined, { maxMinutesPerDay: 0.25 });
    const first = segmentOf({ startAt: NOON - 10_000 });
    const next = segmentOf({ broadcastId: "b2", startAt: NOON + 1_000 });
    const plan = planOf([first, next], { envelope });
    const situation = situationOf([], { plan, open: new Set(["b1/0"]), now: NOON - 500 });
    expect(decided(situation)).toEqual(["b1/0", "b2/0 refused AIRTIME_EXCEEDED"]);
  });

  test("ends what began, and stops what was stopped", () => {
    const open = new Set(["b1/0"]);
    expect(decided(situationOf([segmentOf()], { open, now: NOON + 9_999 }))).toEqual(["b1/0"]);
    expect(decided(situationOf([segmentOf()], { open, now: NOON + 10_000 }))).toEqual(["b1/0 ended"]);
    const stopped = new Set(["b1"]);
    for (const now of [NOON - LEAD, NOON, NOON + 20_000])
      expect(decided(situationOf([segmentOf()], { open, stopped, now }))).toEqual(["b1/0 stopped STOPPED"]);
  });

  test.each([
    [["scheduled", 0], ["emergency", 0], 1],
    [["emergency", 0], ["scheduled", 0], 0],
    [["scheduled", 0], ["scheduled", 0], 0],
    [["test", 0], ["emergency", 1_000], 0],
    [["emergency", 1_500], ["test", 1_000], 1],
  ] as const)("of %j and %j that overlap, number %i sounds", (a, b, winner) => {
    const segments = [a, b].map(([priority, offset], i) =>
      segmentOf({ broadcastId: `b${i}`, priority, startAt: NOON + offset }),
    );
    expect(decided(situationOf(segments))).toEqual([`b${winner}/0`]);
  });
});

// — properties —

const ASSETS = ["one", "two", "three"];
const segments = fc
  .array(
    fc.record({
      offset: fc.integer({ min: -5_000, max: 20_000 }),
      durationMs: fc.integer({ min: 1, max: 30_000 }),
      priority: fc.constantFrom(...PRIORITIES),
      withinMs: fc.constantFrom(0, 100, 5_000, 60_000),
      choice: fc.constantFrom("join" as const, "skip" as const),
      staggerMs: fc.constantFrom(0, 0, 900),
      asset: fc.constantFrom(...ASSETS),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((drafts) =>
    drafts.map(({ offset, durationMs, priority, withinMs, choice, staggerMs, asset }, i) =>
      segmentOf({
        broadcastId: `b${i % 3}`,
        segment: i,
        startAt: NOON + offset,
        durationMs,
        priority,
        staggerMs,
        lateStart: late(withinMs, choice),
        items: [announcement(asset, durationMs)],
      }),
    ),
  );
const envelope = fc.constantFrom(
  ...Array.from({ length: 6 }, () => envelopeOf()),
  envelopeOf([["12:00", "13:00"]]),
  envelopeOf([
    ["05:00", "12:00"],
    ["12:00", "12:01"],
  ]),
  envelopeOf(undefined, { maxMinutesPerDay: 0.5 }),
  envelopeOf([]),
);
const fates = fc.array(fc.constantFrom("new", "new", "new", "open", "closed"), {
  minLength: 5,
  maxLength: 5,
});
const situation = fc
  .record({
    segments,
    fates,
    planned: envelope,
    hardEnvelope: envelope,
    used: fc.constantFrom(0, 0.2, 0.49),
    synchronised: fc.constantFrom(true, true, true, false),
    stopped: fc.oneof(fc.constant([]), fc.subarray(["b0", "b1", "b2"], { maxLength: 2 })),
    here: fc.oneof(fc.constant(ASSETS), fc.subarray(ASSETS)),
    offset: fc.integer({ min: -5_000, max: 20_000 }),
  })
  .map(({ segments, fates, planned, hardEnvelope, used, synchronised, stopped, here, offset }): Situation => {
    const fated = (fate: string) => new Set(segments.filter((_, i) => fates[i] === fate).map(keyOf));
    const hashes = new Set(here.map(hashOf));
    return {
      ...situationOf([], { plan: planOf(segments, { envelope: planned }), hardEnvelope, synchronised }),
      ...{ airtime: { "2026-05-04": used }, open: fated("open"), closed: fated("closed") },
      ...{ stopped: new Set(stopped), assets: hashes, now: NOON + offset },
    };
  });

const of = ({ plan }: Situation) => plan?.segments ?? [];

/** The situation once what was decided is done. What began takes airtime, so that something else may have none left. */
function carriedOut(before: Situation, boardIsReady: boolean): Situation {
  const { onAir, verdicts } = arbitrate(before);
  const settled = verdicts.map(({ segment }) => keyOf(segment));
  const begins = boardIsReady && onAir ? [keyOf(onAir)] : [];
  return {
    ...before,
    closed: new Set([...before.closed, ...settled]),
    open: new Set([...before.open, ...begins].filter((key) => !settled.includes(key))),
  };
}

describe("whatever the situation, the arbiter", () => {
  test("has nothing on air while the station is locked out, alerts included, and settles nothing that may still sound", () => {
    fc.assert(
      fc.property(situation, fc.boolean(), fc.boolean(), (given, alerted, sounding) => {
        const alerts = alerted ? [alertOf()] : [];
        const open = new Set([...given.open, ...(sounding ? ["alert/storm/3"] : [])]);
        const locked = arbitrate({ ...given, alerts, open, lockedOut: true });
        expect(locked.onAir).toBeNull();
        const released = arbitrate({ ...given, alerts, open });
        const settled = locked.verdicts.map(({ segment }) => keyOf(segment)).sort();
        expect(settled).toEqual(released.verdicts.map(({ segment }) => keyOf(segment)).sort());
        expect(released.onAir === null || locked.lockedOut.includes(released.onAir)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("never sounds what is settled, stopped, not due or over", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const onAir = planned(given);
        if (!onAir) return;
        expect(given.closed.has(keyOf(onAir)) || given.stopped.has(onAir.broadcastId)).toBe(false);
        expect(given.now).toBeGreaterThanOrEqual(startOf(onAir) - LEAD);
        expect(given.now).toBeLessThan(endOf(onAir));
      }),
      { numRuns: 400 },
    );
  });

  test("begins only what both envelopes hold, whose audio is here, on a believed clock, in time", () => {
    let begun = 0;
    fc.assert(
      fc.property(situation, (given) => {
        const onAir = planned(given);
        if (!onAir || given.open.has(keyOf(onAir))) return;
        begun++;
        const { plan, hardEnvelope, now } = given;
        const { withinMs, then: choice } = onAir.lateStart;
        const grace = choice === "join" ? Math.max(withinMs, PUNCTUAL) : PUNCTUAL;
        expect(now).toBeLessThanOrEqual(startOf(onAir) + grace);
        expect(given.synchronised).toBe(true);
        expect(
          onAir.items.every((item) => item.kind !== "announcement" || given.assets.has(item.sha256)),
        ).toBe(true);
        const onAirNow = of(given).filter((one) => given.open.has(keyOf(one)));
        const sum = [onAir, ...onAirNow].reduce((minutes, one) => minutes + one.durationMs / 60_000, 0);
        for (const limit of [plan!.envelope, hardEnvelope]) {
          expect(insideWindows(limit.windows, startOf(onAir), endOf(onAir), "Asia/Ho_Chi_Minh")).toBe(true);
          expect((given.airtime["2026-05-04"] ?? 0) + sum).toBeLessThanOrEqual(limit.maxMinutesPerDay + 1e-4);
        }
      }),
      { numRuns: 600 },
    );
    expect(begun).toBeGreaterThan(20);
  });

  test("settles each segment at most once, every one that is over, and never what sounds", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const { onAir, verdicts } = arbitrate(given);
        const settled = verdicts.map(({ segment }) => keyOf(segment));
        expect(new Set(settled).size).toBe(settled.length);
        expect(settled.some((key) => given.closed.has(key))).toBe(false);
        expect(onAir === null || !settled.includes(keyOf(onAir))).toBe(true);
        const over = of(given).filter((one) => given.now >= endOf(one) && !given.closed.has(keyOf(one)));
        expect(over.map(keyOf).every((key) => settled.includes(key))).toBe(true);
        for (const { segment, outcome } of verdicts)
          if (outcome === "ended")
            expect(given.open.has(keyOf(segment)) && given.now >= endOf(segment)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("lets what began go on, whatever else has changed, unless something higher has started", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const { onAir } = arbitrate(given);
        for (const segment of of(given)) {
          const goesOn =
            given.open.has(keyOf(segment)) &&
            !given.stopped.has(segment.broadcastId) &&
            startOf(segment) <= given.now &&
            given.now < endOf(segment);
          if (!goesOn) continue;
          expect(onAir).not.toBeNull();
          expect(startOf(onAir!)).toBeLessThanOrEqual(given.now);
          expect(outranks(segment.priority, onAir!.priority)).toBe(false);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("wakes before time alone changes what it decides", () => {
    fc.assert(
      fc.property(situation, fc.boolean(), (before, boardIsReady) => {
        const given = carriedOut(carriedOut(before, boardIsReady), boardIsReady);
        const now = arbitrate(given);
        expect(now.verdicts).toEqual([]);
        const edges = of(given).flatMap((one) => [
          startOf(one) - LEAD,
          startOf(one),
          startOf(one) + PUNCTUAL,
          startOf(one) + one.lateStart.withinMs,
          endOf(one),
        ]);
        if (now.wakeAt !== null) expect(now.wakeAt).toBeGreaterThan(given.now);
        for (const later of edges.flatMap((edge) => [edge - 1, edge, edge + 1]))
          if (later > given.now && later < (now.wakeAt ?? Infinity)) {
            const then = arbitrate({ ...given, now: later });
            expect([then.onAir, then.verdicts, later]).toEqual([now.onAir, [], later]);
          }
      }),
      { numRuns: 400 },
    );
  });

  test("decides the same of the same, and changes nothing it was given", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const copy = structuredClone({ ...given, assets: null });
        expect(arbitrate(given)).toEqual(arbitrate(given));
        expect({ ...given, assets: null }).toEqual(copy);
      }),
      { numRuns: 50 },
    );
  });
});

test("a segment that names only zones the station has not is refused, one that names a known zone sounds", () => {
  const at = { startAt: NOON + 1_000 };
  expect(decided(situationOf([segmentOf({ ...at, zones: ["z9"] })]))).toEqual(["b1/0 refused ZONE_UNKNOWN"]);
  expect(decided(situationOf([segmentOf({ ...at, zones: ["z9", "z2"] })]))).toEqual(["b1/0"]);
});
