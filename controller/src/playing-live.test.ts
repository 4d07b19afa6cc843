import { generateKeyPairSync } from "node:crypto";
import { encodeLive, type LivePacket } from "@loa/protocol/live";
import type { LiveSession } from "@loa/protocol/live-session";
import { describe, expect, test } from "vitest";
import { envelopeOf, late, NOON } from "./plan.fixture.ts";
import { Bench, playable } from "./playing.fixture.ts";

const SESSION = "abcd0123abcd0123abcd0123abcd0123";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519").privateKey;

const speech = (over: Partial<LiveSession> = {}): LiveSession => ({
  sessionId: SESSION,
  publicKey: publicKey.export({ format: "jwk" }).x ?? "",
  zones: [],
  startAt: NOON,
  delayMs: 300,
  endsBy: NOON + 600_000,
  by: "Bà Lan",
  ...over,
});

const packet = (n: number, over: Partial<LivePacket> = {}, key = privateKey) =>
  encodeLive(
    {
      ...{ session: SESSION, sequence: n, mediaTimeUs: n * 60_000, last: false },
      frames: [Buffer.from([n]), Buffer.from([n]), Buffer.from([n])],
      ...over,
    },
    key,
  );

/** Speaks the packets [from, to), each when its last sample was said; one that is `last` ends the speech. */
async function speak(bench: Bench, from: number, to: number, last = false): Promise<void> {
  for (let n = from; n < to; n++) {
    await bench.until((n + 1) * 60);
    bench.live.packet(packet(n, { last: last && n === to - 1 }));
  }
}

const moves = (bench: Bench) => bench.log.filter((line) => !/closed|open/.test(line));

describe("live speech", () => {
  test("has the amplifier at once, sounds at its delay, and ends after its last packet", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 2_500 });
    bench.live.open(speech(), "command");
    expect(bench.log).toEqual(["-2500 amplifier on"]);
    await bench.until(0);
    await speak(bench, 0, 100, true);
    await bench.until(30_000);
    expect(moves(bench)).toEqual([
      "-2500 amplifier on",
      `-100 play live/${SESSION}/0`,
      `6420 stop live/${SESSION}/0`,
      "16300 amplifier off",
    ]);
    expect(bench.card.cues[0]?.items).toMatchObject([
      { kind: "live", sessionId: SESSION, soundsFrom: NOON + 300 },
    ]);
    expect(bench.card.spoken).toHaveLength(100);
    expect(bench.acks).toEqual(["abcd ready", "abcd started", "abcd finished"]);
    expect(bench.receipts).toMatchObject([
      {
        sessionId: SESSION,
        outcome: "played",
        samplesPlanned: 288_000,
        startedAt: NOON + 300,
        zones: ["z1", "z2"],
      },
    ]);
    expect(bench.onAir.filter((id, i, all) => id !== all[i - 1])).toEqual([null, SESSION, null]);
  });

  test("takes over from a broadcast, which goes on afterwards where it would be then, or ends, as its programme says", async () => {
    for (const [onPreempt, expected] of [
      ["resume", ["b1/0 partial PREEMPTED", "abcd/0 played"]],
      ["drop", ["b1/0 preempted PREEMPTED", "abcd/0 played"]],
    ] as const) {
      const bench = await Bench.with([playable({ startAt: NOON - 2_000, durationMs: 20_000, onPreempt })]);
      await bench.until(-100);
      bench.live.open(speech(), "command");
      await speak(bench, 0, 50, true);
      await bench.until(30_000);
      expect(bench.outcomes).toEqual(expected);
      expect(bench.log.filter((line) => /play/.test(line)).map((line) => line.split(" ")[2])).toEqual([
        "b1/0",
        `live/${SESSION}/0`,
        ...(onPreempt === "resume" ? ["b1/0"] : []),
      ]);
    }
  });

  test("gives way to an alert and goes on after it", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.live.open(speech(), "command");
    await speak(bench, 0, 30);
    const alert = { alertId: "storm", revision: 1, kind: "actual", action: "alert" } as const;
    bench.alerts.take(
      {
        ...alert,
        supersedes: [],
        ...{ sound: [{ kind: "tone", tone: "wail", durationMs: 1_000 }], repeat: 1, startAt: NOON + 1_800 },
        ...{
          zones: [],
          headline: "Bão",
          language: "vi",
          expires: NOON + 60_000,
          maxSoundMinutes: 1,
          except: [],
        },
      },
      "station-01",
    );
    await speak(bench, 30, 100, true);
    await bench.until(20_000);
    expect(bench.log.filter((line) => /play/.test(line))).toEqual([
      `-1000 play live/${SESSION}/0`.replace("-1000", "-100"),
      "1800 play alert/storm/3",
      `2800 play live/${SESSION}/0`,
    ]);
    expect(bench.receipts.find(({ sessionId }) => sessionId)).toMatchObject({
      outcome: "partial",
      code: "PREEMPTED",
      samplesRendered: (6_000 - 1_000) * 48,
    });
    expect(bench.acks.at(-1)).toBe("abcd finished");
  });

  test("forged, repeated and unknown packets reach no card; forged ones are counted", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.live.packet(packet(0));
    bench.live.open(speech(), "command");
    await bench.until(400);
    for (const bytes of [packet(3), packet(1), packet(1), packet(0, {}, stranger), Buffer.from("no packet")])
      bench.live.packet(bytes);
    const tampered = packet(2);
    tampered[40] = (tampered[40] ?? 0) ^ 1;
    bench.live.packet(tampered);
    expect(bench.card.spoken.map(({ mediaTimeUs }) => mediaTimeUs)).toEqual([180_000, 60_000]);
    expect(bench.live.reception).toMatchObject({ packets: 2, lost: 1, forged: 2 });
  });

  test.each([
    ["falls quiet", 10, 600 + 3_000],
    ["never comes", 0, 300 + 30_000],
  ])("that %s is lost, and told so", async (_, packets, lostAfter) => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.live.open(speech(), "command");
    await speak(bench, 0, packets);
    await bench.until(lostAfter - 1);
    expect(bench.log.some((line) => line.endsWith("live-lost"))).toBe(false);
    await bench.until(lostAfter + 250);
    expect(bench.log.some((line) => line.endsWith("live-lost"))).toBe(true);
    await bench.until(lostAfter + 2_000);
    expect(bench.acks.at(-1)).toBe("abcd failed LIVE_LOST");
    expect(bench.receipts[0]).toMatchObject({ sessionId: SESSION, code: "LIVE_LOST" });
  });

  test("that was lost is opened anew by the next command; what was spoken to its end or stopped is not", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.live.open(speech(), "command");
    await speak(bench, 0, 10);
    await bench.until(10_000);
    bench.live.open(speech(), "command");
    await speak(bench, 170, 200, true);
    await bench.until(20_000);
    bench.live.open(speech({ endsBy: NOON + 900_000 }), "command");
    await bench.until(30_000);
    expect(bench.outcomes.map((outcome) => outcome.split(" ").slice(0, 2).join(" "))).toEqual([
      "abcd/0 partial",
      "abcd/1 played",
    ]);
    bench.playing.stop("ffff".repeat(8));
    bench.live.open(speech({ sessionId: "ffff".repeat(8), startAt: NOON + 30_000 }), "command");
    await bench.until(31_000);
    expect(bench.outcomes.at(-1)).toBe("ffff/0 stopped STOPPED");
    expect(bench.board.closed.size).toBe(0);
  });

  test("ends by its latest time, which a second command moves", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.live.open(speech({ endsBy: NOON + 3_000 }), "command");
    await speak(bench, 0, 20);
    bench.live.open(speech({ endsBy: NOON + 6_000 }), "command");
    await speak(bench, 20, 120);
    await bench.until(10_000);
    expect(moves(bench)).toContain(`6120 stop live/${SESSION}/0`);
    expect(bench.outcomes).toEqual(["abcd/0 played"]);
  });

  test.each([
    ["by its name", SESSION],
    ["with everything else", undefined],
  ])("is stopped within one block, %s", async (_, id) => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.live.open(speech(), "command");
    await speak(bench, 0, 20);
    bench.playing.stop(id);
    expect(moves(bench).at(-1)).toBe(`1200 stop live/${SESSION}/0`);
    await bench.until(5_000);
    expect(bench.outcomes).toEqual(["abcd/0 stopped STOPPED"]);
    expect(bench.acks.at(-1)).toBe("abcd failed STOPPED");
  });

  test("is held to the hours and the airtime of the pole while it goes on", async () => {
    const untilNoon = await Bench.with([], {
      startsAt: NOON - 5_000,
      hardEnvelope: envelopeOf([["06:00", "12:00"]]),
    });
    untilNoon.live.open(speech({ startAt: NOON - 2_900 }), "command");
    await untilNoon.until(-100);
    untilNoon.live.packet(packet(40));
    await untilNoon.until(2_000);
    expect(untilNoon.outcomes).toEqual(["abcd/0 stopped OUTSIDE_ENVELOPE"]);
    expect(untilNoon.board.closed.size).toBe(0);

    const short = await Bench.with([], {
      startsAt: NOON - 5_000,
      hardEnvelope: envelopeOf(undefined, { maxMinutesPerDay: 0.1 }),
    });
    short.live.open(speech({ startAt: NOON }), "command");
    await speak(short, 0, 200);
    expect(short.outcomes).toEqual(["abcd/0 stopped AIRTIME_EXCEEDED"]);
    expect(Number(short.log.find((line) => line.includes("stop"))?.split(" ")[0])).toBeLessThanOrEqual(6_300);
  });

  test("is silent while somebody works at the pole, is told so at once, and joins when that is over", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.lockedOut = true;
    bench.live.open(speech(), "command");
    expect(bench.acks).toEqual(["abcd failed LOCKED_OUT"]);
    await speak(bench, 0, 20);
    expect(bench.log).toEqual([]);
    bench.lockedOut = false;
    bench.playing.decide();
    await speak(bench, 20, 120, true);
    await bench.until(20_000);
    expect(bench.acks.slice(1)).toEqual(["abcd ready", "abcd started", "abcd finished"]);
    expect(bench.receipts).toMatchObject([{ outcome: "partial", code: "JOINED_LATE" }]);
  });

  test("goes on as long as packets without sound say so", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.live.open(speech(), "command");
    for (let second = 0; second < 40; second++) {
      await bench.until(second * 1_000);
      bench.live.packet(packet(second, { mediaTimeUs: second * 1e6, frames: [] }));
    }
    expect(bench.log.some((line) => line.endsWith("live-lost"))).toBe(false);
    expect(bench.live.reception).toMatchObject({ packets: 40, lost: 0 });
    bench.live.packet(packet(40, { mediaTimeUs: 40e6, frames: [], last: true }));
    await bench.until(50_000);
    expect(bench.receipts).toMatchObject([{ outcome: "failed", code: "LIVE_LOST", samplesPlanned: 0 }]);
  });

  test("waits for a believed clock", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000, synchronised: false });
    bench.live.open(speech(), "command");
    await speak(bench, 0, 20);
    expect(bench.log).toEqual([]);
  });

  test("a station that was away comes back to it by itself, and once more when the hub tells it again", async () => {
    const bench = await Bench.with([], { startsAt: NOON - 3_000 });
    bench.live.open(speech(), "command");
    await speak(bench, 0, 50);
    bench.crash();
    await bench.until(5_000);
    await bench.boot();
    bench.live.open(speech(), "command");
    await bench.until(7_000);
    await speak(bench, 117, 150, true);
    await bench.until(20_000);
    expect(bench.log.filter((line) => /play/.test(line))).toHaveLength(2);
    expect(bench.outcomes).toEqual(["abcd/0 partial INTERRUPTED"]);
  });

  test("as the last sound of an alert is part of it, needs no hours, and ends it with its last packet", async () => {
    const bench = await Bench.with([playable({ lateStart: late(60_000, "join") })], {
      startsAt: NOON - 3_000,
      hardEnvelope: envelopeOf([["00:00", "00:01"]]),
    });
    const session = speech({ startAt: NOON + 1_700 });
    bench.alerts.take(
      {
        ...{ alertId: "storm", revision: 1, kind: "actual", action: "alert", supersedes: [], repeat: 0 },
        sound: [
          { kind: "tone", tone: "wail", durationMs: 2_000 },
          { kind: "live", durationMs: 600_000, session },
        ],
        ...{ startAt: NOON, zones: [], headline: "Bão", language: "vi" },
        ...{ expires: NOON + 3_600_000, maxSoundMinutes: 30, except: [] },
      },
      "station-01",
    );
    for (const held of bench.alerts.liveSessions) bench.live.open(held, "alert");
    await bench.until(2_000);
    for (let n = 0; n < 50; n++) {
      await bench.until(1_700 + (n + 1) * 60);
      bench.live.packet(packet(n, { last: n === 49 }));
    }
    await bench.until(20_000);
    expect(bench.log.filter((line) => /play|stop/.test(line))).toEqual([
      "-400 play alert/storm/3",
      "5120 stop alert/storm/3",
    ]);
    expect(bench.card.cues[0]?.items).toMatchObject([
      { kind: "tone", durationMs: 2_000 },
      { kind: "live", sessionId: SESSION, soundsFrom: NOON + 2_000, durationMs: 600_000 },
    ]);
    expect(bench.receipts.find(({ alertId }) => alertId)).toMatchObject({ outcome: "played" });
  });
});
