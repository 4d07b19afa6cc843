import { minutes, seconds } from "@loa/kernel/units";
import { check } from "@loa/protocol/parse";
import { Receipt } from "@loa/protocol/receipt";
import { describe, expect, test } from "vitest";
import { planOf, START, segmentOf, TestMachine } from "./station.fixture.ts";

describe("every segment that is due gets exactly one receipt", () => {
  test("of what was played whole, with the proof of a faultless line", () => {
    const station = TestMachine.online();
    station.takes(planOf(1, segmentOf("b-1", seconds(10)), segmentOf("b-2", minutes(5))));
    station.advance(seconds(9));
    expect(station.state.onAir).toBeNull();
    station.advance(seconds(2));
    expect(station.state.onAir?.segment.broadcastId).toBe("b-1");
    station.advance(minutes(10));
    expect(station.outcomes).toEqual(["r-b-1/0 played", "r-b-2/0 played"]);
    const [receipt] = station.state.unsent.map((one) => check(Receipt, one, "receipt"));
    expect(receipt).toMatchObject({
      scheduledAt: START + seconds(10),
      startedAt: START + seconds(10),
      sequence: 1,
    });
    expect(receipt).toMatchObject({
      samplesRendered: 60 * 48_000,
      samplesPlanned: 60 * 48_000,
      startErrorMs: 0,
    });
    expect(receipt?.line.map(({ zone, hornsEstimated }) => [zone, hornsEstimated])).toEqual([
      ["z1", 4],
      ["z2", 3],
    ]);
  });

  test("also without a connection; it is sent when there is one again", () => {
    const station = TestMachine.online();
    station.takes(planOf(1, segmentOf("b-1", seconds(10))));
    station.does({ do: "offline" });
    station.done();
    station.advance(minutes(2));
    expect(station.outcomes).toEqual(["r-b-1/0 played"]);
    expect(station.did("receipts")).toBe(0);
    station.does({ do: "normal" });
    station.advance(seconds(1));
    station.happens({ on: "online" });
    expect(station.did("receipts")).toBe(1);
  });

  test("of what was over before the plan came, of what may be joined, and of what may not", () => {
    const station = TestMachine.online();
    station.advance(minutes(10));
    // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
    const join = { lateStart: { withinMs: minutes(1), then: "join" as const } };
    station.takes(
      planOf(
        1,
        segmentOf("b-over", 0),
        segmentOf("b-late", minutes(10) - seconds(20)),
        segmentOf("b-join", minutes(10) - seconds(15), join),
      ),
    );
    station.advance(minutes(2));
    expect(station.outcomes).toEqual([
      "r-b-over/0 missed PLAYOUT_MISSED",
      "r-b-late/0 missed PLAYOUT_MISSED",
      "r-b-join/0 partial JOINED_LATE",
    ]);
    expect(station.state.unsent.at(-1)?.samplesRendered).toBe(45 * 48_000);
  });

  test("of what was taken out while it sounded; what comes back in a plan does not sound twice", () => {
    const station = TestMachine.online();
    station.takes(planOf(1, segmentOf("b-1", seconds(10))));
    station.advance(seconds(30));
    station.takes(planOf(2));
    expect(station.outcomes).toEqual(["r-b-1/0 stopped CANCELLED"]);
    station.takes(planOf(3, segmentOf("b-1", seconds(10))));
    station.advance(minutes(2));
    expect(station.outcomes).toHaveLength(1);
  });

  test("of audio that was not there in time; audio that comes within the grace is played", () => {
    // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
    const join = { lateStart: { withinMs: seconds(30), then: "join" as const } };
    for (const afterS of [20, 50]) {
      const station = TestMachine.online();
      station.takes(planOf(1, segmentOf("b-1", seconds(10), join)), true);
      expect(station.state.confirmed).toBe(false);
      station.advance(seconds(afterS));
      station.happens({ on: "assets-here" });
      expect(station.state.confirmed).toBe(true);
      station.advance(minutes(2));
      expect(station.outcomes).toEqual([
        afterS === 20 ? "r-b-1/0 partial JOINED_LATE" : "r-b-1/0 missed ASSET_MISSING",
      ]);
    }
  });
});

describe("a stop", () => {
  test("of a broadcast silences it now and keeps its later segments silent", () => {
    const station = TestMachine.online();
    station.takes(planOf(1, segmentOf("b-1", seconds(10)), segmentOf("b-1", minutes(5), { segment: 1 })));
    station.advance(seconds(40));
    station.done();
    station.commanded({ kind: "stop", broadcastId: "b-1" });
    expect(station.acks()).toEqual(["c-1 finished"]);
    station.advance(minutes(10));
    expect(station.outcomes).toEqual(["r-b-1/0 stopped STOPPED", "r-b-1/1 stopped STOPPED"]);
    expect(station.state.unsent[0]?.samplesRendered).toBe(30 * 48_000);
  });

  test("of everything silences what sounds now, spares emergencies, and is only acknowledged when it comes again", () => {
    const station = TestMachine.online();
    station.takes(
      planOf(
        1,
        segmentOf("b-1", 0),
        segmentOf("b-2", minutes(2)),
        segmentOf("b-3", minutes(4), { priority: "emergency" }),
      ),
    );
    station.advance(seconds(5));
    station.commanded({ kind: "stop" });
    expect(station.state.onAir).toBeNull();
    station.advance(minutes(2));
    station.done();
    station.commanded({ kind: "stop" });
    expect(station.acks()).toEqual(["c-1 finished"]);
    expect(station.state.onAir?.segment.broadcastId).toBe("b-2");
    station.advance(minutes(2));
    station.commanded({ kind: "stop" }, "c-2");
    expect(station.state.onAir?.segment.broadcastId).toBe("b-3");
  });
});

test("receipts are sent again every 5 s until the hub has stored them", () => {
  const station = TestMachine.online();
  station.takes(planOf(1, segmentOf("b-1", 0)));
  station.advance(minutes(1));
  expect(station.did("receipts")).toBe(1);
  station.advance(seconds(11));
  expect(station.did("receipts")).toBe(2);
  station.commanded({ kind: "receipts-stored", receiptIds: ["r-b-1/0", "r-other"] });
  station.advance(minutes(1));
  expect(station.state.unsent).toEqual([]);
  expect(station.did("receipts")).toBe(0);
});
