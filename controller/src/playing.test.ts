import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Logger, silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import { minutes, seconds } from "@loa/kernel/units";
import type { AnnouncementItem, Plan, Segment } from "@loa/protocol/plan";
import { describe, expect, onTestFinished, test } from "vitest";
import { readConfig, type StationConfig } from "./config.ts";
import { localTime, stationTime } from "./core/clock-filter.ts";
import { fillDisk, newFolder } from "./folder.fixture.ts";
import { AssetCache } from "./link/asset-cache.ts";
import { Journal } from "./link/journal.ts";
import type { TimeState } from "./link/time-sync.ts";
import { envelopeOf, late, NOON, announcement as nameOnly, planOf, segmentOf } from "./plan.fixture.ts";
import { Playing } from "./playing.ts";
import { PlayoutBook } from "./playout-book.ts";
import type {
  AudioEngine,
  AudioHealth,
  ClockLine,
  Cue,
  CueProgress,
  Hardware,
  HardwareState,
  Readings,
} from "./ports.ts";

const RATE_MS = 48;
const AUDIO = Buffer.from("the audio of every announcement here");
const SHA = createHash("sha256").update(AUDIO).digest("hex");

const announcement = (durationMs = 10_000): AnnouncementItem => ({
  ...nameOnly("x", durationMs),
  sha256: SHA,
});
/** A segment whose audio is here. */
const playable = (given: Partial<Segment> = {}): Segment =>
  segmentOf({ items: [announcement(given.durationMs ?? 10_000)], ...given });

/** Relays that only remember, on a board that can be pulled. */
class Board implements Hardware {
  state: HardwareState = "ready";
  amplifier = false;
  readonly closed = new Set<string>();
  readonly #say: (what: string) => void;
  readonly #listeners: ((state: HardwareState) => void)[] = [];

  constructor(say: (what: string) => void) {
    this.#say = say;
  }
  start(): void {}
  async close(): Promise<void> {}
  setAmplifier(on: boolean): void {
    if (on !== this.amplifier) this.#say(`amplifier ${on ? "on" : "off"}`);
    this.amplifier = on;
  }
  setZone(zone: string, closed: boolean): void {
    if (closed === this.closed.has(zone)) return;
    this.#say(`${zone} ${closed ? "closed" : "open"}`);
    if (closed) this.closed.add(zone);
    else this.closed.delete(zone);
  }
  readings(): Readings {
    const value = this.amplifier ? 60 : 0;
    const amps = (zone: string) => ({ value: this.closed.has(zone) ? 0.4 : 0, at: 0 });
    return { outputVolts: { value, at: 0 }, zoneAmps: { z1: amps("z1"), z2: amps("z2") } };
  }
  onState(listener: (state: HardwareState) => void): void {
    this.#listeners.push(listener);
  }
  is(state: HardwareState): void {
    this.state = state;
    if (state !== "ready") {
      this.amplifier = false;
      this.closed.clear();
    }
    this.#say(`board ${state}`);
    for (const listener of this.#listeners) listener(state);
  }
}

interface Sounding {
  readonly cue: Cue;
  readonly from: number;
  readonly cancel: () => void;
}

/** A sound card that plays on time; frames are counted by station time. What horns with closed relays gave is `heardMs`. */
class Card implements AudioEngine {
  readonly cues: Cue[] = [];
  /** Progress it keeps to itself. */
  mute = false;
  fails: string | null = null;
  readonly #clock: ManualClock;
  readonly #line: () => ClockLine;
  readonly #say: (what: string) => void;
  readonly #now = new Map<string, Sounding>();
  #tell: (progress: CueProgress) => void = () => {};

  constructor(clock: ManualClock, line: () => ClockLine, say: (what: string) => void) {
    [this.#clock, this.#line, this.#say] = [clock, line, say];
  }
  start(): void {}
  async close(): Promise<void> {}
  setClock(): void {}
  play(cue: Cue): void {
    this.#say(`play ${cue.id}`);
    this.cues.push(cue);
    if (this.fails) this.#report({ id: cue.id, state: "failed", samplesRendered: 0, code: this.fails });
    if (this.fails) return;
    const from = Math.max(this.#station(), cue.startAt);
    const end = cue.startAt + cue.items.reduce((sum, item) => sum + item.durationMs, 0);
    const begin = this.#at(from, () =>
      this.#report({ ...this.#progress(cue.id, "playing"), startErrorMs: 0 }),
    );
    const tick = this.#clock.every("card", 1_000, () => {
      if (this.#station() > from && this.#station() < end) this.#report(this.#progress(cue.id, "playing"));
    });
    const finish = this.#at(end, () => this.#end(cue.id, "ended"));
    const cancel = () => [begin, tick, finish].forEach((stop) => void stop());
    this.#now.set(cue.id, { cue, from, cancel });
  }
  stop(cueId: string): void {
    this.#say(`stop ${cueId}`);
    this.#end(cueId, "stopped");
  }
  stopAll(): void {}
  health(): AudioHealth {
    return { state: "running", jumps: 0, underruns: 0, restarts: 0 };
  }
  onProgress(listener: (progress: CueProgress) => void): void {
    this.#tell = listener;
  }
  /** The process dies: nothing sounds or reports any more. */
  kill(): void {
    for (const { cancel } of this.#now.values()) cancel();
    this.#tell = () => {};
  }
  #end(id: string, state: "ended" | "stopped"): void {
    const sounding = this.#now.get(id);
    if (!sounding) return;
    const progress = this.#progress(id, state);
    this.#now.delete(id);
    sounding.cancel();
    this.#report(progress);
  }
  #progress(id: string, state: CueProgress["state"]): CueProgress {
    const { cue, from } = this.#now.get(id)!;
    const length = cue.items.reduce((sum, item) => sum + item.durationMs, 0);
    const ms = Math.max(0, Math.min(this.#station(), cue.startAt + length) - from);
    return { id, state, samplesRendered: Math.round(ms * RATE_MS), rmsDb: -20 };
  }
  #report(progress: CueProgress): void {
    if (!this.mute) this.#tell(progress);
  }
  #station(): number {
    return stationTime(this.#line(), this.#clock.now());
  }
  #at(station: number, run: () => void): () => void {
    return this.#clock.at("card", localTime(this.#line(), station), run);
  }
}

interface Setting {
  readonly startsAt?: number;
  readonly line?: ClockLine;
  readonly synchronised?: boolean;
  readonly hardEnvelope?: StationConfig["hardEnvelope"];
}

/** A station without link: real journal, real book, manual clock. Times in the log are ms after noon. */
class Bench {
  readonly folder = newFolder();
  readonly clock: ManualClock;
  readonly log: string[] = [];
  plan: Plan;
  readonly line: ClockLine;
  readonly synchronised: boolean;
  readonly config: StationConfig;
  board!: Board;
  card!: Card;
  journal!: Journal;
  book!: PlayoutBook;
  playing!: Playing;
  onAir: (string | null)[] = [];

  private constructor(segments: readonly Segment[], setting: Setting, plan: Partial<Plan>) {
    this.line = setting.line ?? { refMs: 0, offsetMs: 0, drift: 0 };
    this.synchronised = setting.synchronised ?? true;
    this.plan = planOf(segments, plan);
    this.clock = new ManualClock(localTime(this.line, setting.startsAt ?? NOON - minutes(1)));
    const file = join(this.folder, "station.yaml");
    const zones = ["z1", "z2"].map((id) => ({ id, name: id, horns: 4, hornOhms: 600 }));
    const hardEnvelope = setting.hardEnvelope ?? envelopeOf();
    const given = {
      station: "station-01",
      data: this.folder,
      zones,
      hardEnvelope,
      board: { port: "p" },
      audio: {},
    };
    writeFileSync(file, JSON.stringify(given));
    this.config = readConfig(file, {});
  }

  static async with(
    segments: readonly Segment[],
    setting: Setting = {},
    plan: Partial<Plan> = {},
  ): Promise<Bench> {
    const bench = new Bench(segments, setting, plan);
    await bench.boot();
    return bench;
  }

  /** Starts the station's process anew over what is on disk; relays are open. */
  async boot(): Promise<void> {
    const { clock, config, folder } = this;
    this.journal = new Journal(folder, silentLog);
    const { journal } = this;
    onTestFinished(() => journal.close());
    const assets = new AssetCache(folder, clock, silentLog);
    writeFileSync(assets.path(SHA), AUDIO);
    await assets.keepOnly([SHA]);
    this.board = new Board((what) => this.#say(what));
    this.card = new Card(
      clock,
      () => this.line,
      (what) => this.#say(what),
    );
    const time = (): TimeState & { now: number } => ({
      ...{ line: this.line, errorMs: 5, synchronised: this.synchronised, source: "hub" },
      now: stationTime(this.line, clock.now()),
    });
    const log: Logger = { ...silentLog, error: (fields) => this.log.push(`error ${JSON.stringify(fields)}`) };
    const gainDb = () => Math.min(0, config.hardEnvelope.maxGainDb, this.plan.envelope.maxGainDb);
    this.book = new PlayoutBook({
      ...{ journal, time, gainDb, timeZone: () => this.plan.timeZone, log: silentLog },
      ...{ hornOhms: { z1: 600, z2: 600 }, settled: () => {} },
    });
    this.playing = new Playing({
      ...{ config, clock, log, journal, assets, hardware: this.board, audio: this.card, book: this.book },
      ...{ plan: () => this.plan, time, gainDb },
      onAirChanged: () => this.onAir.push(this.playing.onAir?.broadcastId ?? null),
    });
    this.playing.start();
  }

  /** The process dies with all it had in memory; the board's relays drop. */
  crash(): void {
    this.playing.close();
    this.card.kill();
    this.#say("crash");
  }

  /** Advances to `ms` after noon, station time. */
  async until(ms: number): Promise<void> {
    await this.clock.advance(Math.max(0, localTime(this.line, NOON + ms) - this.clock.now()));
  }

  take(segments: readonly Segment[]): void {
    this.plan = planOf(segments, { revision: this.plan.revision + 1 });
    this.playing.decide();
  }

  get receipts() {
    return this.journal.unsentReceipts(100);
  }
  /** `["b1/0 played"]`, with the code where there is one. */
  get outcomes(): string[] {
    return this.receipts.map(({ broadcastId, segment, outcome, code }) =>
      [`${broadcastId}/${segment}`, outcome, code].filter(Boolean).join(" "),
    );
  }

  #say(what: string): void {
    this.log.push(`${Math.round(stationTime(this.line, this.clock.now()) - NOON)} ${what}`);
  }
}

const ON_TIME = [
  "-2100 amplifier on",
  "-400 z1 closed",
  "-400 play b1/0",
  "10120 stop b1/0",
  "10120 z1 open",
  "20000 amplifier off",
];

describe("a playout", () => {
  test("warms up, closes its zone, sounds on time, and leaves everything open", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(60_000);
    expect(bench.log).toEqual(ON_TIME);
    expect(bench.receipts).toMatchObject([
      {
        ...{
          broadcastId: "b1",
          segment: 0,
          zones: ["z1"],
          outcome: "played",
          scheduledAt: NOON,
          startedAt: NOON,
        },
        ...{ endedAt: NOON + 10_000, samplesRendered: 480_000, samplesPlanned: 480_000, startErrorMs: 0 },
        ...{ clockErrorMs: 5, gainDb: 0, sequence: 1 },
        line: [{ zone: "z1", volts: 60, amps: 0.4, ohms: 150, hornsEstimated: 4 }],
      },
    ]);
    expect(bench.receipts[0]?.code).toBeUndefined();
  });

  test("is on air from its first sample to its last", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(-1);
    expect(bench.playing.onAir).toBeNull();
    await bench.until(0);
    expect(bench.playing.onAir).toEqual({
      broadcastId: "b1",
      segment: 0,
      priority: "scheduled",
      since: NOON,
    });
    await bench.until(9_999);
    expect(bench.playing.onAir).not.toBeNull();
    await bench.until(10_000);
    expect(bench.playing.onAir).toBeNull();
    await bench.until(10_120);
    expect(bench.onAir.filter((id, i, all) => id !== all[i - 1])).toEqual([null, "b1", null]);
  });

  test("keeps to station time, whatever the board's own clock does", async () => {
    const line = { refMs: NOON - 123_456.7, offsetMs: -86_400_123.456_7, drift: 73e-6 };
    const bench = await Bench.with([playable()], { line });
    await bench.until(60_000);
    expect([bench.log, bench.outcomes]).toEqual([ON_TIME, ["b1/0 played"]]);
  });

  test("waits for its stagger", async () => {
    const bench = await Bench.with([playable({ staggerMs: 700 })]);
    await bench.until(60_000);
    expect(bench.log.slice(0, 2)).toEqual(["-1400 amplifier on", "300 z1 closed"]);
    expect([bench.card.cues[0]?.startAt, bench.receipts[0]?.startedAt]).toEqual([NOON + 700, NOON + 700]);
  });

  test("gives the card gong, files and pauses in their order, within the gain that pole and plan allow", async () => {
    const items = [
      { ...announcement(3_000), gainDb: 12 },
      { kind: "silence" as const, durationMs: 1_000 },
      { ...announcement(2_000), gainDb: -3 },
    ];
    const segment = playable({ items, chime: true, durationMs: 8_400 });
    const bench = await Bench.with([segment], { hardEnvelope: envelopeOf(undefined, { maxGainDb: -6 }) });
    await bench.until(60_000);
    const path = join(bench.folder, "assets", SHA);
    expect(bench.card.cues).toEqual([
      {
        ...{ id: "b1/0", startAt: NOON, gainDb: -6 },
        items: [
          { kind: "chime", durationMs: 2_400, gainDb: -6 },
          { kind: "file", path, durationMs: 3_000, gainDb: 0 },
          { kind: "silence", durationMs: 1_000 },
          { kind: "file", path, durationMs: 2_000, gainDb: -3 },
        ],
      },
    ]);
    expect(bench.receipts[0]).toMatchObject({ outcome: "played", gainDb: -6 });
  });

  test("may be louder than it was recorded only where pole and plan allow it", async () => {
    const loud = envelopeOf(undefined, { maxGainDb: 4 });
    const segment = playable({ items: [{ ...announcement(), gainDb: 12 }] });
    const bench = await Bench.with([segment], { hardEnvelope: loud }, { envelope: loud });
    await bench.until(0);
    expect(bench.card.cues[0]).toMatchObject({ gainDb: 0, items: [{ gainDb: 4 }] });
  });

  test("followed by another after a second lets both sound whole and on time", async () => {
    const next = playable({ broadcastId: "b2", startAt: NOON + 11_000, zones: ["z2"] });
    const bench = await Bench.with([playable(), next]);
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 played", "b2/0 played"]);
    expect(bench.receipts.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(bench.log.slice(3)).toEqual([
      "10000 stop b1/0",
      "10120 z1 open",
      "10600 z2 closed",
      "10600 play b2/0",
      "21120 stop b2/0",
      "21120 z2 open",
      "31000 amplifier off",
    ]);
  });

  test("that a higher one interrupts goes on where it would be, and counts both parts", async () => {
    const emergency = playable({
      broadcastId: "e1",
      priority: "emergency",
      startAt: NOON + 3_000,
      durationMs: 2_000,
    });
    const bench = await Bench.with([playable(), emergency]);
    await bench.until(60_000);
    expect(bench.log.slice(2, 9)).toEqual([
      "-400 play b1/0",
      "3000 stop b1/0",
      "3000 play e1/0",
      "5000 stop e1/0",
      "5000 play b1/0",
      "10120 stop b1/0",
      "10120 z1 open",
    ]);
    const interrupted = bench.receipts.find(({ broadcastId }) => broadcastId === "b1");
    expect(interrupted).toMatchObject({ outcome: "partial", samplesRendered: 8_000 * RATE_MS });
  });

  test("closes only zones that the station has", async () => {
    const bench = await Bench.with([playable({ zones: ["z2", "z9"] })]);
    await bench.until(0);
    expect([...bench.board.closed]).toEqual(["z2"]);
  });
});

describe("the receipt of a playout", () => {
  const join20 = late(20_000, "join");

  test("that the station joined late says so, and from when it sounded", async () => {
    const bench = await Bench.with([playable({ lateStart: join20 })], { startsAt: NOON + 3_000 });
    await bench.until(60_000);
    expect(bench.log.slice(0, 3)).toEqual(["3000 amplifier on", "4600 z1 closed", "4600 play b1/0"]);
    expect(bench.receipts).toMatchObject([
      {
        ...{ outcome: "partial", code: "JOINED_LATE", startedAt: NOON + 4_600, startErrorMs: null },
        samplesRendered: 5_400 * RATE_MS,
      },
    ]);
  });

  test.each([
    [
      "that came too late",
      { lateStart: late(0, "skip") },
      { startsAt: NOON + 3_000 },
      "missed PLAYOUT_MISSED",
    ],
    ["whose time is over", { lateStart: join20 }, { startsAt: NOON + 30_000 }, "missed PLAYOUT_MISSED"],
    ["outside the hours", {}, { hardEnvelope: envelopeOf([["05:00", "11:00"]]) }, "refused OUTSIDE_ENVELOPE"],
    [
      "beyond the day's airtime",
      {},
      { hardEnvelope: envelopeOf(undefined, { maxMinutesPerDay: 0.1 }) },
      "refused AIRTIME_EXCEEDED",
    ],
    ["whose audio is missing", { items: [nameOnly("elsewhere")] }, {}, "missed ASSET_MISSING"],
    ["on a clock that is not believed", {}, { synchronised: false }, "refused CLOCK_UNSYNCED"],
  ] as [string, Partial<Segment>, Setting, string][])(
    "%s says why, and no relay moved",
    async (_, given, setting, expected) => {
      const bench = await Bench.with([playable(given)], setting);
      await bench.until(60_000);
      expect([bench.outcomes, bench.log]).toEqual([[`b1/0 ${expected}`], []]);
      expect(bench.receipts).toMatchObject([
        { startedAt: null, samplesRendered: 0, startErrorMs: null, line: [] },
      ]);
    },
  );

  test("comes when a grace runs out, not later", async () => {
    const bench = await Bench.with([
      playable({ items: [nameOnly("elsewhere")], lateStart: late(3_000, "join") }),
    ]);
    await bench.until(3_000);
    expect(bench.outcomes).toEqual([]);
    await bench.until(3_001);
    expect(bench.outcomes).toEqual(["b1/0 missed ASSET_MISSING"]);
  });

  test("that the card could not play is a failure with the card's code", async () => {
    const bench = await Bench.with([playable()]);
    bench.card.fails = "ASSET_CORRUPT";
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 failed ASSET_CORRUPT"]);
  });

  test("of which the card said nothing is a failure: nothing is proven", async () => {
    const bench = await Bench.with([playable()]);
    bench.card.mute = true;
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 failed AUDIO_OUTPUT_LOST"]);
    expect(bench.receipts[0]).toMatchObject({ startedAt: null, samplesRendered: 0 });
  });

  test("waits for the card's last word", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(10_519);
    expect(bench.outcomes).toEqual([]);
    await bench.until(10_520);
    expect(bench.outcomes).toEqual(["b1/0 played"]);
  });
});

describe("a stop", () => {
  test("silences at once and for good, with one receipt", async () => {
    const bench = await Bench.with([playable(), playable({ segment: 1, startAt: NOON + 30_000 })]);
    await bench.until(4_000);
    bench.playing.stop("b1");
    expect(bench.log.slice(3)).toEqual(["4000 stop b1/0", "4000 z1 open"]);
    await bench.until(120_000);
    expect(bench.log.slice(5)).toEqual(["14000 amplifier off"]);
    expect(bench.outcomes).toEqual(["b1/0 stopped STOPPED", "b1/1 stopped STOPPED"]);
    expect(bench.receipts[0]).toMatchObject({ samplesRendered: 4_000 * RATE_MS, endedAt: NOON + 4_000 });
  });

  test("is remembered over a restart", async () => {
    const bench = await Bench.with([playable({ lateStart: late(20_000, "join") })]);
    await bench.until(-30_000);
    bench.playing.stop("b1");
    bench.crash();
    await bench.boot();
    await bench.until(60_000);
    expect([bench.log, bench.outcomes]).toEqual([["-30000 crash"], ["b1/0 stopped STOPPED"]]);
  });

  test("of everything spares an emergency, and what is only to come", async () => {
    const emergency = playable({ priority: "emergency", broadcastId: "e1" });
    const later = playable({ broadcastId: "b2", startAt: NOON + 30_000 });
    const bench = await Bench.with([emergency, later]);
    await bench.until(4_000);
    bench.playing.stop(undefined);
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["e1/0 played", "b2/0 played"]);
  });

  test("of everything silences what is on air", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    bench.playing.stop(undefined);
    expect([bench.board.closed.size, bench.outcomes]).toEqual([0, ["b1/0 stopped STOPPED"]]);
  });

  test("silences although the disk is full; the receipt is written when there is room", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    const makeRoom = fillDisk(bench.folder);
    bench.playing.stop("b1");
    expect([bench.board.closed.size, bench.log.at(-1)]).toEqual([0, "4000 z1 open"]);
    await bench.until(9_000);
    makeRoom();
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 stopped STOPPED"]);
  });
});

describe("a new plan", () => {
  test("without what is on air silences it, and says that it was cancelled", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    bench.take([]);
    expect(bench.log.slice(3)).toEqual(["4000 stop b1/0", "4000 z1 open"]);
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 stopped CANCELLED"]);
    const rendered = bench.receipts[0]!.samplesRendered / RATE_MS;
    expect(rendered > 2_500 && rendered <= 4_000).toBe(true);
    bench.take([playable()]);
    await bench.until(70_000);
    expect(bench.receipts).toHaveLength(1);
  });

  test("with what is on air lets it go on without a break", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    bench.take([playable(), playable({ broadcastId: "b2", startAt: NOON + 60_000 })]);
    await bench.until(30_000);
    expect([bench.log, bench.outcomes]).toEqual([ON_TIME, ["b1/0 played"]]);
  });

  test("with something due now begins it at once", async () => {
    const bench = await Bench.with([]);
    await bench.until(0);
    bench.take([playable({ broadcastId: "now", lateStart: late(10_000, "join") })]);
    await bench.until(2_000);
    expect(bench.log).toEqual(["0 amplifier on", "1600 z1 closed", "1600 play now/0"]);
  });
});

describe("a station whose process dies in the middle", () => {
  test("joins where it would be, and writes one receipt that counts both parts", async () => {
    const bench = await Bench.with([playable({ durationMs: 20_000 })]);
    await bench.until(6_000);
    bench.crash();
    await bench.until(8_000);
    await bench.boot();
    await bench.until(60_000);
    expect(bench.log.slice(3, 8)).toEqual([
      "6000 crash",
      "8000 amplifier on",
      "9600 z1 closed",
      "9600 play b1/0",
      "20120 stop b1/0",
    ]);
    const [receipt, ...others] = bench.receipts;
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({
      outcome: "partial",
      code: "INTERRUPTED",
      startedAt: NOON,
      startErrorMs: 0,
    });
    const rendered = receipt!.samplesRendered / RATE_MS;
    expect(rendered).toBeGreaterThan(10_400);
    expect(rendered).toBeLessThanOrEqual(6_000 + 10_400);
  });

  test("and comes back after its end writes the receipt at once", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(6_000);
    bench.crash();
    await bench.until(30_000);
    await bench.boot();
    expect(bench.outcomes).toEqual(["b1/0 partial INTERRUPTED"]);
    await bench.until(90_000);
    expect([bench.receipts.length, bench.log.at(-1)]).toEqual([1, "6000 crash"]);
  });

  test("before the first sample, and joins, has sounded once", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(-1_000);
    bench.crash();
    await bench.until(1_000);
    await bench.boot();
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 partial INTERRUPTED"]);
    expect(bench.receipts[0]).toMatchObject({ startedAt: NOON + 2_600, samplesRendered: 7_400 * RATE_MS });
  });

  test("after its receipt sounds nothing again", async () => {
    const bench = await Bench.with([playable({ lateStart: late(20_000, "join") })]);
    await bench.until(4_000);
    bench.playing.stop("b1");
    bench.crash();
    await bench.boot();
    await bench.until(60_000);
    expect([bench.log.at(-1), bench.receipts.length]).toEqual(["4000 crash", 1]);
  });

  test("three times has one receipt all the same", async () => {
    const bench = await Bench.with([playable({ durationMs: 30_000 })]);
    for (const at of [5_000, 12_000, 20_000]) {
      await bench.until(at);
      bench.crash();
      await bench.boot();
    }
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 partial INTERRUPTED"]);
    expect(bench.receipts[0]!.samplesRendered).toBeLessThan(30_000 * RATE_MS);
  });
});

describe("a station whose board is lost", () => {
  test("in the middle counts its relays as open, and begins anew when it is back", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(3_000);
    bench.board.is("lost");
    expect([bench.playing.amplifierOn, bench.playing.zonesClosed]).toEqual([false, []]);
    await bench.until(5_000);
    bench.board.is("ready");
    await bench.until(60_000);
    expect(bench.log).toEqual([
      ...ON_TIME.slice(0, 3),
      "3000 board lost",
      "3000 stop b1/0",
      "5000 board ready",
      "5000 amplifier on",
      "6600 z1 closed",
      "6600 play b1/0",
      ...ON_TIME.slice(3),
    ]);
    expect(bench.outcomes).toEqual(["b1/0 partial BOARD_LOST"]);
    expect(bench.receipts[0]).toMatchObject({ samplesRendered: (3_000 + 3_400) * RATE_MS, startErrorMs: 0 });
  });

  test("and does not come back writes what sounded", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(3_000);
    bench.board.is("lost");
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 partial BOARD_LOST"]);
    expect(bench.receipts[0]?.samplesRendered).toBe(3_000 * RATE_MS);
  });

  test("while nothing is due misses nothing when it is back in time", async () => {
    const bench = await Bench.with([playable()]);
    bench.board.is("lost");
    await bench.until(-5_000);
    bench.board.is("ready");
    await bench.until(60_000);
    expect([bench.log.slice(2), bench.outcomes]).toEqual([ON_TIME, ["b1/0 played"]]);
  });

  test("when something is due misses it, says so when the grace is over, and closes nothing", async () => {
    const bench = await Bench.with([playable()]);
    bench.board.is("lost");
    await bench.until(251);
    expect(bench.outcomes).toEqual(["b1/0 missed PLAYOUT_MISSED"]);
    bench.board.is("ready");
    await bench.until(60_000);
    expect(bench.log.slice(2)).toEqual([]);
  });
});

describe("a station whose disk is full", () => {
  test("sounds on time all the same, and writes the receipt when there is room", async () => {
    const bench = await Bench.with([playable()]);
    const makeRoom = fillDisk(bench.folder);
    await bench.until(30_000);
    expect([bench.log, bench.outcomes]).toEqual([ON_TIME, []]);
    makeRoom();
    await bench.until(36_000);
    expect(bench.outcomes).toEqual(["b1/0 played"]);
    expect(bench.receipts[0]).toMatchObject({ samplesRendered: 480_000, startErrorMs: 0 });
  });

  test("is not late for the next one while it waits for room", async () => {
    const next = playable({ broadcastId: "b2", startAt: NOON + 15_000 });
    const bench = await Bench.with([playable(), next]);
    const makeRoom = fillDisk(bench.folder);
    await bench.until(26_000);
    expect(bench.log.slice(5)).toEqual([
      "14600 z1 closed",
      "14600 play b2/0",
      "25120 stop b2/0",
      "25120 z1 open",
    ]);
    makeRoom();
    await bench.until(60_000);
    expect(bench.outcomes).toEqual(["b1/0 played", "b2/0 played"]);
  });

  test("writes the receipt of what was cancelled when there is room", async () => {
    const bench = await Bench.with([playable()]);
    await bench.until(4_000);
    const makeRoom = fillDisk(bench.folder);
    bench.take([]);
    expect(bench.board.closed.size).toBe(0);
    makeRoom();
    await bench.until(9_001);
    expect(bench.outcomes).toEqual(["b1/0 stopped CANCELLED"]);
  });
});

test("what two broadcasts in a row need together must fit the day", async () => {
  const next = playable({ broadcastId: "b2", startAt: NOON + seconds(11) });
  const bench = await Bench.with(
    [playable(), next],
    {},
    { envelope: envelopeOf(undefined, { maxMinutesPerDay: 0.3 }) },
  );
  await bench.until(60_000);
  expect(bench.outcomes.sort()).toEqual(["b1/0 played", "b2/0 refused AIRTIME_EXCEEDED"]);
});

test("nothing is decided after closing", async () => {
  const bench = await Bench.with([playable()]);
  bench.playing.close();
  bench.playing.decide();
  await bench.until(60_000);
  expect([bench.log, bench.clock.pending()]).toEqual([[], []]);
});
