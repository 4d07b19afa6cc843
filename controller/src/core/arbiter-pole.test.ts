import type { Segment } from "@loa/protocol/plan";
import { describe, expect, test } from "vitest";
import { envelopeOf, late, NOON, segmentOf } from "../plan.fixture.ts";
import type { AlertStretch } from "./alerts.ts";
import { alertOf, decided, planned, situationOf } from "./arbiter.fixture.ts";
import { arbitrate, type Situation } from "./arbiter.ts";
import { keyOf } from "./candidate.ts";

const nextAt = (offset: number) => segmentOf({ broadcastId: "b2", startAt: NOON + offset });

describe("the arbiter", () => {
  test.each<[string, Pick<Situation, "now"> & { alerts?: AlertStretch[]; open?: string[] }, string[]]>([
    [
      "silences an alert that sounds, which waits",
      { now: NOON + 1_000, alerts: [alertOf()], open: ["alert/storm/3"] },
      [],
    ],
    ["lets an alert wait", { now: NOON + 1_000, alerts: [alertOf()] }, []],
    [
      "settles an alert that it outlasts",
      { now: NOON + 10_000, alerts: [alertOf()] },
      ["alert/storm/3 refused LOCKED_OUT"],
    ],
    [
      "settles an alert that it cut off for good",
      { now: NOON + 10_000, alerts: [alertOf()], open: ["alert/storm/3"] },
      ["alert/storm/3 stopped LOCKED_OUT"],
    ],
    ["lets a segment wait within its grace", { now: NOON + 3_000 }, []],
    ["has a segment missed after its grace", { now: NOON + 3_001 }, ["b1/0 missed LOCKED_OUT"]],
    ["silences a segment that sounds", { now: NOON + 3_001, open: ["b1/0"] }, []],
    [
      "settles a segment that it cut off for good",
      { now: NOON + 10_000, open: ["b1/0"] },
      ["b1/0 stopped LOCKED_OUT"],
    ],
  ])("while locked out %s", (_, { now, alerts, open }, expected) => {
    const planned = alerts ? [] : [segmentOf({ lateStart: late(3_000, "join") })];
    const given = situationOf(planned, { now, alerts: alerts ?? [], open: new Set(open), lockedOut: true });
    expect(decided(given)).toEqual(expected);
    const afterwards = { ...given, lockedOut: false };
    if (expected.length === 0) expect(arbitrate(afterwards).onAir).not.toBeNull();
  });

  test("names what a lock-out keeps silent", () => {
    const given = situationOf([], { now: NOON, alerts: [alertOf()], lockedOut: true });
    expect(arbitrate(given).lockedOut.map(keyOf)).toEqual(["alert/storm/3"]);
    expect(arbitrate({ ...given, lockedOut: false }).lockedOut).toEqual([]);
  });

  const anewSegment = segmentOf({ durationMs: 60_000, onPreempt: "restart" });
  const cut = { open: new Set(["b1/0"]), interrupted: new Set(["b1/0"]) };
  const anewAt = (now: number, more: Partial<Situation> = {}, others: Segment[] = []) => {
    const given = situationOf([anewSegment, ...others], { ...cut, now, ...more });
    const onAir = planned(given);
    return onAir && [onAir.startAt - now, onAir.durationMs];
  };
  test.each([
    ["whole, past its planned end", anewAt(NOON + 40_000), [1_000, 60_000]],
    ["whole, just before its planned end", anewAt(NOON + 59_999), [1_000, 60_000]],
    ["until the next segment", anewAt(NOON + 40_000, {}, [nextAt(80_000)]), [1_000, 38_000]],
    [
      "whole, where the next one will not sound",
      anewAt(NOON + 40_000, { closed: new Set(["b2/0"]) }, [nextAt(80_000)]),
      [1_000, 60_000],
    ],
    [
      "until its hours end",
      anewAt(NOON + 40_000, { hardEnvelope: envelopeOf([["11:00", "12:01"]]) }),
      [1_000, 19_000],
    ],
    [
      "until the day is used up",
      anewAt(NOON + 40_000, { hardEnvelope: envelopeOf(undefined, { maxMinutesPerDay: 1.5 }) }),
      [1_000, 30_000],
    ],
    [
      "not, where nothing would be left: it goes on",
      anewAt(NOON + 58_500, {}, [nextAt(61_000)]),
      [-58_500, 60_000],
    ],
    ["not, after its planned end", anewAt(NOON + 60_000), null],
  ])("what restarts begins anew %s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test("what restarts waits for the alert that interrupted it, until its planned end", () => {
    const long = alertOf(120_000);
    const during = situationOf([anewSegment], { ...cut, now: NOON + 30_000, alerts: [long] });
    expect(decided(during)).toEqual(["alert/storm/3"]);
    expect(decided({ ...during, now: NOON + 60_000 })).toEqual(["alert/storm/3", "b1/0 ended"]);
  });

  test("what began anew sounds to its new end, and goes on where it would be when it is interrupted again", () => {
    const anew = new Map([["b1/0", { ...anewSegment, startAt: NOON + 41_000 }]]);
    const given = situationOf([anewSegment], { open: new Set(["b1/0"]), anew, now: NOON + 100_999 });
    expect(planned(given)?.startAt).toBe(NOON + 41_000);
    expect(decided({ ...given, now: NOON + 101_000 })).toEqual(["b1/0 ended"]);
    const again = { ...given, ...cut, now: NOON + 70_000 };
    expect(planned(again)?.startAt).toBe(NOON + 41_000);
  });
});
