import { seconds } from "@loa/kernel/units";
import { describe, expect, test } from "vitest";
import { planOf, segmentOf, TestMachine } from "./station.fixture.ts";

describe("a station", () => {
  test("connects within the time it is given, and after a loss with full jitter below 8 s", () => {
    const station = new TestMachine();
    station.happens({ on: "start", withinMs: 4_000 });
    expect(station.waits("connect")).toBe(2_000);
    station.advance(2_000);
    expect(station.did("connect")).toBe(1);
    const waits: (number | null)[] = [];
    for (let n = 0; n < 8; n++) {
      station.happens({ on: "lost" });
      waits.push(station.waits("connect"));
      station.advance(8_000);
      expect(station.state.link).toBe("connecting");
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
    station.happens({ on: "online" });
    station.happens({ on: "lost" });
    expect(station.waits("connect")).toBe(250);
  });

  test("says birth, health and time when it is online, pings, and reports every 30 s", () => {
    const station = TestMachine.online();
    expect(station.waits("health")).toBe(15_000);
    station.advance(seconds(15));
    expect(station.did("health")).toBe(1);
    station.advance(seconds(120));
    const done = station.done().map((effect) => effect.do);
    expect(done.filter((what) => what === "health")).toHaveLength(4);
    expect(done.filter((what) => what === "ping")).toHaveLength(6);
    station.happens({ on: "lost" });
    expect([station.waits("ping"), station.waits("health")]).toEqual([null, null]);
  });

  test("reports at once when what is on air changes, and every 5 s while it sounds", () => {
    const station = TestMachine.online();
    station.takes(planOf(1, segmentOf("b-1", seconds(1))));
    station.done();
    station.advance(seconds(1));
    expect(station.done()).toMatchObject([{ do: "health", onAir: { broadcastId: "b-1", segment: 0 } }]);
    station.advance(seconds(11));
    expect(station.did("health")).toBe(2);
    station.advance(seconds(49));
    expect(
      station
        .done()
        .filter((effect) => effect.do === "health")
        .at(-1),
    ).toEqual({ do: "health", onAir: null });
  });

  test("is born again within 5 s of a new epoch, once, and not for the same one", () => {
    const station = TestMachine.online();
    station.happens({ on: "hub", hubEpoch: 7 });
    station.happens({ on: "hub", hubEpoch: 7 });
    expect(station.waits("birth")).toBeNull();
    station.happens({ on: "hub", hubEpoch: 8 });
    station.happens({ on: "hub", hubEpoch: 9 });
    expect(station.waits("birth")).toBe(2_500);
    station.advance(seconds(10));
    expect(station.did("birth")).toBe(1);
  });
});

describe("a plan", () => {
  test("is acknowledged as received and as ready; the same one again too, an older one is refused", () => {
    const station = TestMachine.online();
    station.takes(planOf(4));
    expect(station.acks()).toEqual(["plan received", "plan ready"]);
    station.takes(planOf(4));
    expect(station.acks()).toEqual(["plan received", "plan ready"]);
    station.takes(planOf(3));
    expect(station.acks()).toEqual(["plan rejected REPLAYED"]);
    expect(station.state).toMatchObject({ confirmed: true, plan: { revision: 4 } });
  });

  test("is ready only when its audio was fetched", () => {
    const station = TestMachine.online();
    station.takes(planOf(1, segmentOf("b-1", seconds(60)), segmentOf("b-2", seconds(600))), true);
    expect(station.done()).toMatchObject([
      { ack: { state: "received" } },
      { do: "fetch", hashes: ["a".repeat(64)] },
    ]);
    station.takes(planOf(1));
    expect(station.acks()).toEqual(["plan received"]);
    station.happens({ on: "assets-here" });
    expect(station.acks()).toEqual(["plan ready"]);
  });

  test("is confirmed again after a loss when the hub says that it did not change", () => {
    const station = TestMachine.online();
    station.takes(planOf(4));
    station.happens({ on: "lost" });
    expect(station.state.confirmed).toBe(false);
    station.happens({ on: "unchanged" });
    expect(station.state).toMatchObject({ confirmed: true, plan: { revision: 4 } });
  });
});

describe("a deed", () => {
  test("drop cuts the connection and comes back by itself, or after its time", () => {
    const station = TestMachine.online();
    station.does({ do: "drop" });
    expect(station.done()).toEqual([{ do: "close", politely: false }]);
    expect(station.waits("connect")).toBe(250);
    const away = TestMachine.online();
    away.does({ do: "drop", forMs: seconds(40) });
    expect(away.waits("connect")).toBeNull();
    away.advance(seconds(39));
    expect(away.state).toMatchObject({ link: "down", behaviour: { kind: "away" } });
    away.advance(seconds(2));
    expect(away.did("connect")).toBe(1);
  });

  test("offline says goodbye and stays away until it is called back", () => {
    const station = TestMachine.online();
    station.does({ do: "offline" });
    expect(station.done()).toEqual([{ do: "close", politely: true }]);
    station.advance(seconds(1_000));
    expect(station.did("connect")).toBe(0);
    station.does({ do: "reconnect" });
    station.advance(seconds(1));
    expect(station.did("connect")).toBe(1);
  });

  test("lag delays what is acknowledged, mute holds it back, normal ends both", () => {
    const station = TestMachine.online();
    station.does({ do: "lag", lagMs: 700 });
    station.takes(planOf(1));
    expect(station.done()).toMatchObject([{ do: "ack", afterMs: 700 }, { afterMs: 700 }]);
    station.does({ do: "mute", forMs: seconds(5) });
    station.takes(planOf(2));
    expect(station.acks()).toEqual([]);
    expect(station.state.confirmed).toBe(false);
    station.advance(seconds(5));
    station.takes(planOf(2));
    expect(station.done()).toMatchObject([
      { do: "ack", afterMs: 0 },
      { do: "ack", afterMs: 0 },
    ]);
  });

  test("freeze stops everything; what was due meanwhile is missed, and the station goes on where it is", () => {
    const station = TestMachine.online();
    station.takes(planOf(1, segmentOf("b-1", seconds(10))));
    station.does({ do: "freeze", forMs: seconds(100) });
    station.done();
    station.takes(planOf(2));
    station.advance(seconds(99));
    expect(station.done()).toEqual([]);
    expect(station.state.plan?.revision).toBe(1);
    station.advance(seconds(2));
    const done = station.done().map((effect) => effect.do);
    expect(done).toEqual(expect.arrayContaining(["resume", "health", "time", "ping", "receipts"]));
    expect(station.outcomes).toEqual(["r-b-1/0 missed PLAYOUT_MISSED"]);
  });

  test("freeze hides that the connection ended until the station goes on", () => {
    const station = TestMachine.online();
    station.does({ do: "freeze" });
    station.happens({ on: "lost" });
    station.advance(seconds(60));
    expect(station.did("connect")).toBe(0);
    station.does({ do: "normal" });
    station.advance(seconds(1));
    expect(station.did("connect")).toBe(1);
  });

  test("fault is raised, told at every birth, and cleared after its time", () => {
    const station = TestMachine.online();
    station.does({ do: "fault", code: "LINE_OPEN", forMs: seconds(30) });
    expect(station.done()).toMatchObject([
      { do: "event", kind: "fault-raised", fault: { code: "LINE_OPEN" } },
    ]);
    expect(station.state.fault).toMatchObject({ code: "LINE_OPEN" });
    station.advance(seconds(31));
    expect(station.done().filter((effect) => effect.do === "event")).toMatchObject([
      { kind: "fault-cleared" },
    ]);
    expect(station.state.fault).toBeNull();
  });
});
