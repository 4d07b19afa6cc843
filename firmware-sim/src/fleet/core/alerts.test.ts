import { minutes, seconds } from "@loa/kernel/units";
import { check } from "@loa/protocol/parse";
import { Receipt } from "@loa/protocol/receipt";
import { describe, expect, test } from "vitest";
import { alertOf, planOf, START, segmentOf, TestMachine } from "./station.fixture.ts";

const CORRECTION = [{ kind: "tone" as const, tone: "all-clear" as const, durationMs: seconds(3) }];
const recallOf = (alertId: string, more: object = {}) =>
  alertOf(alertId, { revision: 2, action: "recall", sound: [], correction: [], ...more });

function alerted(...given: Parameters<typeof alertOf>): TestMachine {
  const station = TestMachine.online();
  station.alerted(alertOf(...given));
  return station;
}

describe("an alert", () => {
  test("is received and ready at once, starts at its time, is finished after its rounds, and has one receipt", () => {
    const station = alerted("a", { repeat: 2 });
    expect(station.acks()).toEqual(["a received", "a ready"]);
    station.advance(seconds(1));
    const done = station.done();
    expect(done).toMatchObject([
      { do: "ack", ack: { state: "started", revision: 1 } },
      { do: "health", onAir: { alertId: "a", segment: 3, priority: "emergency", since: START + seconds(1) } },
    ]);
    station.advance(seconds(19));
    expect(station.acks()).toEqual([]);
    station.advance(seconds(1));
    expect(station.acks()).toEqual(["a finished"]);
    expect(station.outcomes).toEqual(["r-alert/a/3 played"]);
    expect(check(Receipt, station.state.unsent[0], "receipt")).toMatchObject({
      ...{ alertId: "a", segment: 3, zones: ["z1", "z2"], samplesRendered: 20 * 48_000, startErrorMs: 0 },
    });
    station.advance(minutes(10));
    expect(station.outcomes).toHaveLength(1);
  });

  test("that comes again is acknowledged again and sounds once", () => {
    const station = alerted("a");
    station.done();
    station.advance(seconds(5));
    station.done();
    station.alerted(alertOf("a"));
    expect(station.acks()).toEqual(["a received", "a ready"]);
    station.advance(minutes(4));
    station.alerted(alertOf("a"));
    station.advance(minutes(4));
    expect(station.outcomes).toEqual(["r-alert/a/3 played"]);
  });

  test.each([
    ["its rounds", { repeat: 0, maxSoundMinutes: 1 }, 60],
    ["the time it may sound", { repeat: 100, maxSoundMinutes: 0.5 }, 30],
    ["its validity", { repeat: 0, expires: START + seconds(41) }, 40],
  ])("that has no end of its own ends with %s", (_, more, soundS) => {
    const station = alerted("a", more);
    station.advance(seconds(1) + seconds(soundS) - 1);
    expect(station.state.alertOnAir).toBe("a");
    station.advance(1);
    expect(station.state.alertOnAir).toBeNull();
    expect(station.outcomes).toEqual(["r-alert/a/3 played"]);
  });

  test.each([
    ["a whole round is left", { repeat: 3 }, 30, "partial JOINED_LATE"],
    ["most of it would be lost", { repeat: 1 }, 18, "played"],
  ])("that comes late is joined at once when %s", (_, more, endS, outcome) => {
    const station = TestMachine.online();
    station.advance(seconds(9));
    station.alerted(alertOf("a", more));
    expect(station.state.alertOnAir).toBe("a");
    station.advance(seconds(endS) + seconds(1) - seconds(9));
    expect(station.outcomes).toEqual([`r-alert/a/3 ${outcome}`]);
  });

  test("is left alone by a station that it excepts, until it comes on that station's own topic", () => {
    const station = alerted("a", { except: ["vinh-01-01"] });
    expect(station.acks()).toEqual([]);
    station.alerted(alertOf("a", { zones: ["z2"] }));
    expect(station.acks()).toEqual(["a received", "a ready"]);
    station.advance(minutes(1));
    expect(station.state.unsent).toMatchObject([{ zones: ["z2"], outcome: "played" }]);
  });

  test.each([
    ["an exercise with a siren", { kind: "exercise" as const }, "SIREN_NOT_ALLOWED"],
    [
      "an exercise under an actual alert's name",
      { kind: "test" as const, sound: CORRECTION, revision: 2 },
      "KEY_USE_WRONG",
    ],
  ])("%s is refused", (_, more, code) => {
    const station = alerted("a");
    station.done();
    station.alerted(alertOf("a", more));
    expect(station.acks()).toEqual([`a rejected ${code}`]);
  });
});

describe("a recall", () => {
  test("silences at once, has its correction played, and lets nothing of the alert sound again", () => {
    const station = alerted("a", { repeat: 0 });
    station.advance(seconds(5));
    station.done();
    station.alerted(recallOf("a", { correction: CORRECTION, startAt: station.now }));
    expect(station.acks()).toEqual(["a received", "a ready", "a started"]);
    expect(station.outcomes).toEqual(["r-alert/a/3 stopped RECALLED"]);
    station.advance(seconds(3));
    expect(station.acks()).toEqual(["a finished"]);
    station.alerted(alertOf("a"));
    expect(station.acks()).toEqual(["a received"]);
    station.advance(minutes(4));
    expect(station.outcomes).toEqual(["r-alert/a/3 stopped RECALLED", "r-alert/a/5 played"]);
  });

  test("silences ahead of its correction, which is then said once", () => {
    const station = alerted("a", { repeat: 0 });
    station.advance(seconds(5));
    const { correction: _, ...silence } = recallOf("a");
    station.alerted(silence);
    expect(station.outcomes).toEqual(["r-alert/a/3 stopped RECALLED"]);
    for (let times = 0; times < 2; times++)
      station.alerted(recallOf("a", { revision: 3, correction: CORRECTION, startAt: station.now }));
    station.alerted(silence);
    station.advance(minutes(1));
    expect(station.outcomes).toEqual(["r-alert/a/3 stopped RECALLED", "r-alert/a/7 played"]);
  });

  test("that comes before its alert, without words, keeps it silent", () => {
    const station = TestMachine.online();
    station.alerted(recallOf("a"));
    expect(station.acks()).toEqual(["a received", "a finished"]);
    station.alerted(alertOf("a"));
    station.advance(minutes(1));
    expect(station.outcomes).toEqual([]);
  });

  test("of long ago is corrected only where its alert was heard", () => {
    const called = recallOf("a", {
      correction: CORRECTION,
      startAt: START - minutes(60),
      expires: START + minutes(60),
    });
    const back = TestMachine.online();
    back.alerted(called);
    expect(back.acks()).toEqual(["a received", "a finished"]);
    expect(back.outcomes).toEqual([]);
    const there = alerted("a", { expires: START + minutes(60) });
    there.advance(seconds(30));
    there.done();
    there.alerted(called);
    there.advance(seconds(5));
    expect(there.outcomes.at(-1)).toBe("r-alert/a/5 played");
  });

  test("by another alert that supersedes it silences it for good", () => {
    const station = alerted("a", { repeat: 0 });
    station.advance(seconds(5));
    station.alerted(alertOf("b", { supersedes: ["a"], startAt: station.now }));
    expect(station.outcomes).toEqual(["r-alert/a/3 stopped RECALLED"]);
    expect(station.state.alertOnAir).toBe("b");
    station.alerted(alertOf("a", { revision: 9 }));
    station.advance(minutes(1));
    expect(station.outcomes.filter((one) => one.includes("/a/"))).toHaveLength(1);
  });
});

test("an update begins anew, once", () => {
  const station = alerted("a", { repeat: 0 });
  station.advance(seconds(5));
  station.alerted(alertOf("a", { revision: 2, action: "update", startAt: station.now + seconds(1) }));
  station.advance(seconds(20));
  expect(station.outcomes).toEqual(["r-alert/a/3 stopped CANCELLED", "r-alert/a/5 played"]);
});

test("an actual alert takes over from an exercise, and a later one from an earlier", () => {
  const station = alerted("e", { kind: "exercise", sound: CORRECTION, repeat: 0 });
  station.advance(seconds(2));
  station.alerted(alertOf("a", { repeat: 0, startAt: station.now }));
  station.alerted(alertOf("b", { startAt: station.now + 500 }));
  station.advance(seconds(2));
  expect(station.state.alertOnAir).toBe("b");
  expect(station.outcomes).toEqual(["r-alert/e/3 preempted PREEMPTED", "r-alert/a/3 preempted PREEMPTED"]);
});

test("an alert takes over from the plan, and holds back what is due meanwhile", () => {
  const station = TestMachine.online();
  // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
  const join = { lateStart: { withinMs: minutes(1), then: "join" as const } };
  const [b1, b2] = [segmentOf("b-1", 0), segmentOf("b-2", seconds(61))];
  station.takes(planOf(1, b1, b2, segmentOf("b-3", seconds(62), join)));
  station.advance(seconds(30));
  station.alerted(alertOf("a", { repeat: 4, startAt: station.now }));
  expect(station.outcomes).toEqual(["r-b-1/0 partial PREEMPTED"]);
  station.advance(minutes(2));
  expect(station.outcomes.slice(1)).toEqual([
    "r-b-2/0 preempted PREEMPTED",
    "r-alert/a/3 played",
    "r-b-3/0 partial JOINED_LATE",
  ]);
});

describe("a station that is told to", () => {
  test.each([
    ["be locked out", { do: "lockout" as const }, "refused LOCKED_OUT"],
    ["fail", { do: "fail" as const, failure: "AUDIO_OUTPUT_LOST" as const }, "failed AUDIO_OUTPUT_LOST"],
  ])("%s takes an alert and says at its time why it does not sound", (_, deed, outcome) => {
    const station = TestMachine.online();
    station.does(deed);
    station.done();
    station.alerted(alertOf("a"));
    expect(station.acks()).toEqual(["a received", "a ready"]);
    station.advance(seconds(1));
    expect(station.acks()).toEqual([`a failed ${outcome.split(" ")[1]}`]);
    expect(station.outcomes).toEqual([`r-alert/a/3 ${outcome}`]);
  });

  test("lose its time takes what echoes its session, from the arrival on, and nothing else", () => {
    const station = TestMachine.online();
    station.state = { ...station.state, nonce: "n-1" };
    station.does({ do: "unsynced" });
    station.done();
    station.alerted(alertOf("a"));
    station.alerted(alertOf("a", { nonce: "n-0" }));
    expect(station.acks()).toEqual(["a rejected CLOCK_UNSYNCED", "a rejected CLOCK_UNSYNCED"]);
    station.alerted(alertOf("a", { nonce: "n-1", startAt: START + minutes(1) }));
    expect(station.acks()).toEqual(["a received", "a ready", "a started"]);
    station.advance(seconds(10));
    expect(station.outcomes).toEqual(["r-alert/a/3 played"]);
    station.takes(planOf(1, segmentOf("b-1", seconds(30))));
    station.advance(minutes(1));
    expect(station.outcomes).toContain("r-b-1/0 refused CLOCK_UNSYNCED");
  });

  test("freeze misses what was due meanwhile, and joins what still stands", () => {
    const station = alerted("a");
    station.alerted(alertOf("b", { repeat: 0, startAt: START + seconds(20) }));
    station.does({ do: "freeze", forMs: minutes(1) });
    station.advance(minutes(1));
    expect(station.state.alertOnAir).toBe("b");
    expect(station.outcomes).toEqual(["r-alert/a/3 missed PLAYOUT_MISSED"]);
  });
});

test("alerts that expired are forgotten", () => {
  const station = alerted("a");
  station.advance(minutes(6));
  station.alerted(alertOf("b", { startAt: station.now, expires: station.now + minutes(1) }));
  expect([...station.state.alerts.keys()]).toEqual(["b"]);
});

describe("live speech", () => {
  const SESSION = "0".repeat(32);
  const open = { kind: "live", session: { sessionId: SESSION, startAt: START } };
  const packet = (station: TestMachine, last = false) =>
    station.happens({ on: "live", sessionId: SESSION, last });

  test("is received under the command, then ready, started and finished under its session", () => {
    const station = TestMachine.online();
    packet(station);
    station.commanded(open, "c-1");
    station.commanded(open, "c-2");
    expect(station.acks()).toEqual(["c-1 received", `${SESSION} ready`, "c-2 received"]);
    packet(station);
    packet(station);
    expect(station.acks()).toEqual([`${SESSION} started`]);
    packet(station, true);
    packet(station);
    expect(station.acks()).toEqual([`${SESSION} finished`]);
  });

  test("is stopped by its name, which stops nothing else", () => {
    const station = TestMachine.online();
    station.takes(planOf(1, segmentOf("b-1", 0)));
    station.commanded(open);
    station.done();
    station.commanded({ kind: "stop", sessionId: SESSION }, "c-2");
    expect(station.acks()).toEqual(["c-2 finished", `${SESSION} finished`]);
    expect(station.state).toMatchObject({ live: null, onAir: { segment: { broadcastId: "b-1" } } });
  });
});
