import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Logger, silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import { minutes } from "@loa/kernel/units";
import type { AnnouncementItem, Plan, Segment } from "@loa/protocol/plan";
import { onTestFinished } from "vitest";
import { AlertKeeper } from "./alert-keeper.ts";
import { readConfig, type StationConfig } from "./config.ts";
import { isAlert, isLive } from "./core/candidate.ts";
import { localTime, stationTime } from "./core/clock-filter.ts";
import { newFolder } from "./folder.fixture.ts";
import { AssetCache } from "./link/asset-cache.ts";
import { Journal } from "./link/journal.ts";
import type { TimeState } from "./link/time-sync.ts";
import { LiveEar } from "./live-ear.ts";
import { envelopeOf, NOON, announcement as nameOnly, planOf, segmentOf } from "./plan.fixture.ts";
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
  LiveSpeech,
  Readings,
} from "./ports.ts";

/** Frames a millisecond. */
export const RATE_MS = 48;
const AUDIO = Buffer.from("the audio of every announcement here");
/** Hash of the audio of every announcement here. */
export const SHA = createHash("sha256").update(AUDIO).digest("hex");

/** Audio that is at the station. */
export const announcement = (durationMs = 10_000): AnnouncementItem => ({
  ...nameOnly("x", durationMs),
  sha256: SHA,
});
/** A segment whose audio is here. */
export const playable = (given: Partial<Segment> = {}): Segment =>
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
  readonly spoken: LiveSpeech[] = [];
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
  speak(speech: LiveSpeech): void {
    this.spoken.push(speech);
  }
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
    const made = cue.items.filter(({ kind }) => kind !== "live");
    const length = made.reduce((sum, item) => sum + item.durationMs, 0);
    const now = this.#station();
    const ms = Math.max(0, Math.min(now, cue.startAt + length) - from) + this.#spokenMs(cue, from, now);
    return { id, state, samplesRendered: Math.round(ms * RATE_MS), rmsDb: -20 };
  }
  /** How much live speech sounded in a cue between two station times. */
  #spokenMs({ items }: Cue, from: number, to: number): number {
    const live = items.find((item) => item.kind === "live");
    const heard = this.spoken.filter(({ sessionId }) => sessionId === live?.sessionId);
    return heard.reduce((sum, { soundsFrom, mediaTimeUs, frames }) => {
      const at = soundsFrom + mediaTimeUs / 1_000;
      return sum + Math.max(0, Math.min(to, at + frames.length * 20) - Math.max(from, at));
    }, 0);
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

/** How a bench differs from a healthy station a minute before noon. */
export interface Setting {
  readonly startsAt?: number;
  readonly line?: ClockLine;
  readonly synchronised?: boolean;
  readonly hardEnvelope?: StationConfig["hardEnvelope"];
}

/** A station without link: real journal, real book, manual clock. Times in the log are ms after noon. */
export class Bench {
  readonly folder = newFolder();
  readonly clock: ManualClock;
  readonly log: string[] = [];
  plan: Plan;
  line: ClockLine;
  synchronised: boolean;
  readonly config: StationConfig;
  board!: Board;
  card!: Card;
  journal!: Journal;
  book!: PlayoutBook;
  alerts!: AlertKeeper;
  live!: LiveEar;
  playing!: Playing;
  /** Acks of alerts: `storm 1 received`; of live speech: `abcd ready`. */
  readonly acks: string[] = [];
  onAir: (string | null)[] = [];
  lockedOut = false;
  /** The machine was started so often. */
  #boots = 1;

  private constructor(segments: readonly Segment[], setting: Setting, plan: Partial<Plan>) {
    this.line = setting.line ?? { refMs: 0, offsetMs: 0, drift: 0 };
    this.synchronised = setting.synchronised ?? true;
    this.plan = planOf(segments, plan);
    this.clock = new ManualClock(localTime(this.line, setting.startsAt ?? NOON - minutes(1)));
    const file = join(this.folder, "station.yaml");
    const zones = ["z1", "z2"].map((id) => ({ id, name: id, horns: 4, hornOhms: 600 }));
    const hardEnvelope = setting.hardEnvelope ?? envelopeOf();
    const given = {
      ...{ station: "station-01", data: this.folder, zones, hardEnvelope, board: { port: "p" }, audio: {} },
      amplifier: { warmUpMs: 1_600, zoneLeadMs: 400, tailMs: 120, idleOffMs: 10_000 },
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

  /** Starts the machine anew. */
  async boot(): Promise<void> {
    this.#boots++;
    await this.begin();
  }

  /** Starts the station's process anew over what is on disk; relays are open. */
  async begin(): Promise<void> {
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
      ...{ hornOhms: { z1: 600, z2: 600 }, whyGone: (id) => this.alerts.whyGone(id) },
      begun: (candidate) => isLive(candidate) && this.live.begun(candidate),
      started: (candidate) => {
        if (isAlert(candidate)) this.alerts.started(candidate);
        if (isLive(candidate)) this.live.started(candidate);
      },
      settled: (receipt, candidate) => {
        if (isAlert(candidate)) this.alerts.settled(candidate, receipt);
        if (isLive(candidate)) this.live.settled(candidate, receipt);
      },
    });
    this.live = new LiveEar({
      ...{ journal, clock, log, audio: this.card, now: () => time().now },
      changed: () => this.playing.decide(),
      ack: ({ id, state, code }) => this.acks.push([id.slice(0, 4), state, code].filter(Boolean).join(" ")),
      tell: (event) => this.#say(event.kind),
    });
    this.live.restore();
    this.alerts = new AlertKeeper({
      ...{ journal, assets, log, now: () => time().now, changed: () => this.playing.decide() },
      synchronised: () => this.synchronised,
      soundableAt: () => this.playing.soundableAt,
      liveEnds: () => this.live.ends,
      moment: () => ({ boot: String(this.#boots), upMs: clock.now() }),
      ack: ({ id, revision, state, code }) =>
        this.acks.push(`${id} ${revision} ${[state, code].filter(Boolean).join(" ")}`),
    });
    this.alerts.restore();
    this.playing = new Playing({
      ...{ config, clock, log, journal, assets, hardware: this.board, audio: this.card, book: this.book },
      ...{ plan: () => this.plan, alerts: () => this.alerts.stretches, time, gainDb },
      ...{
        lockedOut: () => this.lockedOut,
        heldBack: (stretch) =>
          isLive(stretch) ? this.live.heldBack(stretch) : this.alerts.heldBack(stretch),
      },
      live: () => this.live.stretches,
      onAirChanged: () =>
        this.onAir.push(
          this.playing.onAir?.alertId ??
            this.playing.onAir?.broadcastId ??
            this.playing.onAir?.sessionId ??
            null,
        ),
    });
    this.playing.start();
  }

  /** The process dies with all it had in memory; the board's relays drop. */
  crash(): void {
    this.playing.close();
    this.live.close();
    this.card.kill();
    this.#say("crash");
  }

  /** The hub tells the time: it is `byMs` later than was thought. */
  setsClock(byMs: number): void {
    this.playing.timeMoved(byMs);
    this.line = { ...this.line, offsetMs: this.line.offsetMs + byMs };
    this.synchronised = true;
    this.alerts.timeMoved(byMs);
    this.playing.decide();
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
    return this.receipts.map(({ broadcastId, sessionId, segment, outcome, code }) =>
      [`${broadcastId ?? sessionId?.slice(0, 4)}/${segment}`, outcome, code].filter(Boolean).join(" "),
    );
  }

  #say(what: string): void {
    this.log.push(`${Math.round(stationTime(this.line, this.clock.now()) - NOON)} ${what}`);
  }
}

/** What the log says of one playout of 10 s at noon. */
export const ON_TIME = [
  "-2100 amplifier on",
  "-400 z1 closed",
  "-400 play b1/0",
  "10120 stop b1/0",
  "10120 z1 open",
  "20000 amplifier off",
];
