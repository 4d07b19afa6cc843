import { Playhead } from "../core/playhead.ts";
import type { AudioHealth, ClockLine, Cue, CueProgress, LiveSpeech } from "../ports.ts";
import { CueAccount, type Timing } from "./cue-account.ts";
import { CueVoice } from "./cue-voice.ts";
import { BLOCK, framesOf, msOf, SAMPLE_RATE } from "./frames.ts";
import { LiveSounds } from "./live-sounds.ts";
import { MediaWindow } from "./media-window.ts";
import type { LocalNow, Output, OutputReading } from "./output.ts";
import { toS16 } from "./pcm.ts";
import { RenderLog } from "./render-log.ts";
import type { StationTime } from "./station-time.ts";

const BATCH = 10 * BLOCK;
const PREPARE_EVERY_MS = 250;
const MOST_STREAMS = 2;
const QUIET_AHEAD = 4 * SAMPLE_RATE;
/** While the card holds more than this, a file that is still being decoded is waited for; below it, its place is silent. */
const PATIENT_ABOVE = framesOf(150);
/** The same for a cue that is due at once, for so long: nothing is lost by waiting, its place would be silent. */
const STARTING_ABOVE = framesOf(40);
const STARTING_MS = 250;
/** The same for live speech: what comes later than this leaves no place to be decided in by a card that takes nothing back. */
const LIVE_AHEAD = framesOf(100);
/** Left with the card when frames are taken back: bridges the time until new ones are written. */
const LEFT_WITH_CARD = framesOf(30);
/** A backward jump up to this waits in silence; beyond it the clock was set, and the place goes back with it. */
const LONGEST_HOLD = SAMPLE_RATE;

/** What a player is made of. */
export interface PlayerOptions {
  readonly output: Output;
  readonly time: StationTime;
  readonly now: LocalNow;
  readonly bufferMs: number;
  readonly outputLatencyMs: number;
  readonly report: (progress: CueProgress) => void;
}

/**
 * Keeps a card supplied with the cues' sound at station time. It is driven by `tick`, about every 20 ms, and does
 * nothing by itself.
 */
export class Player {
  readonly #options: PlayerOptions;
  readonly #playhead = new Playhead(SAMPLE_RATE);
  readonly #window: MediaWindow;
  readonly #live: LiveSounds;
  readonly #accounts = new Map<string, CueAccount>();
  readonly #float = new Float32Array(BATCH);
  readonly #pcm = new Int16Array(BATCH);
  readonly #timing: Timing;
  readonly #log = new RenderLog();
  /** Frames rendered in all, those of them the card has not taken yet, and silence owed before the next media frame. */
  #rendered = 0;
  #left = 0;
  #hold = 0;
  #reading: OutputReading | null = null;
  #preparedAt = Number.NEGATIVE_INFINITY;
  #streamsTried = 0;
  #startingUntil = Number.NEGATIVE_INFINITY;
  #muted = false;
  #volume = 1;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#window = new MediaWindow(options.time.frameAt(options.now()));
    this.#live = new LiveSounds(options.time);
    this.#timing = {
      soundsAt: (frame) => this.#playhead.soundsAt(frame) + options.outputLatencyMs,
      dueAt: (mediaFrame) => options.time.dueAt(mediaFrame),
    };
  }

  setClock(line: ClockLine): void {
    const before = this.#options.time.mediaRate;
    this.#options.time.setLine(line);
    if (before !== this.#options.time.mediaRate) this.#prepare();
  }

  /** Sounds nothing while true; the timeline goes on. */
  mute(muted: boolean): void {
    this.#muted = muted;
  }

  /** Queues or replaces a cue. A replacement that differs in gain alone glides there. */
  play(cue: Cue): void {
    const running = this.#accounts.get(cue.id)?.voice;
    if (running && !running.stopping && sameSound(running.cue, cue)) {
      running.setGain(cue.gainDb, this.#window.changesFrom);
      return;
    }
    this.#drop(cue.id);
    const voice = new CueVoice(cue, Math.round(this.#options.time.frameOf(cue.startAt)), this.#live.of);
    const atOnce = voice.start < this.#window.changesFrom;
    if (atOnce) {
      this.#takeBack();
      this.#startingUntil = this.#options.now() + STARTING_MS;
    }
    this.#accounts.set(cue.id, new CueAccount(voice));
    this.#window.voices.set(cue.id, voice);
    voice.prepare(this.#window.place);
    // A file needs its first moments to be decoded; everything else need not wait for the next turn.
    if (atOnce && this.#window.ready(BLOCK)) this.tick();
  }

  /** Fades a cue out and drops it; one that has not begun is dropped at once. */
  stop(id: string, fadeMs: number): void {
    const account = this.#accounts.get(id);
    if (!account) return;
    if (account.voice.start < this.#window.changesFrom) this.#takeBack();
    if (account.hasEnd) return;
    const from = this.#window.changesFrom;
    if (account.voice.start >= from || !this.#reading) this.#finish(account, account.progress("stopped"));
    else account.voice.stop(from, fadeMs);
  }

  /** Takes in live speech. Where its place was passed over but has not sounded, it is put there after all. */
  speak(speech: LiveSpeech): void {
    const { from, to } = this.#live.placeOf(speech);
    const soon = this.#options.time.frameAt(this.#options.now()) + LEFT_WITH_CARD;
    const missed = from < this.#window.changesFrom && to > soon && this.#window.live(BATCH);
    if (missed) this.#takeBack();
    this.#live.take(speech, Math.max(this.#window.changesFrom, Math.ceil(this.#window.place)));
    if (missed) this.tick();
  }

  /** Takes back what was written ahead, so that a change is heard at once and not after the whole buffer. */
  #takeBack(): void {
    const reading = this.#options.output.poll();
    if (!reading || reading.stream !== this.#reading?.stream) return;
    const queued = reading.delayFrames - framesOf(Math.max(0, this.#options.now() - reading.atMs));
    const written = this.#rendered - this.#left;
    const spare = Math.floor(Math.min(queued - LEFT_WITH_CARD, written - this.#log.since));
    if (spare < BLOCK) return;
    const taken = this.#options.output.takeBack(spare);
    if (taken === 0) return;
    const { place, hold } = this.#log.returnTo(written - taken);
    this.#rendered = written - taken;
    this.#left = 0;
    this.#hold = hold;
    this.#window.returnTo(place);
    for (const account of this.#accounts.values()) account.takeBack(this.#rendered);
  }

  stopAll(fadeMs: number): void {
    for (const id of [...this.#accounts.keys()]) this.stop(id, fadeMs);
  }

  health(): Omit<AudioHealth, "restarts"> {
    const reading = this.#reading;
    return {
      state: reading ? "running" : this.#rendered > 0 ? "lost" : "starting",
      ...(reading && {
        delayMs: msOf(reading.delayFrames),
        errorMs: this.#playhead.order.errorMs,
        steeringPpm: (this.#playhead.order.rate - 1) * 1e6,
        underruns: reading.underruns,
      }),
      jumps: this.#playhead.jumps,
      underruns: reading?.underruns ?? 0,
      live: this.#live.health(this.#options.time.frameAt(this.#options.now())),
    };
  }

  /** One turn: reads the card, corrects the place, fills the buffer, reports. */
  tick(): void {
    const nowMs = this.#options.now();
    if (nowMs - this.#preparedAt >= PREPARE_EVERY_MS) this.#prepare();
    const reading = this.#options.output.poll();
    if (reading) this.#feed(reading, nowMs);
    else if (this.#reading) this.#left = 0;
    this.#reading = reading;
    this.#settleAccounts(nowMs);
    this.#improve();
  }

  /** A stream whose readings are poor is begun anew as long as nothing sounds, or will within the next seconds. */
  #improve(): void {
    if (this.#streamsTried >= MOST_STREAMS || !this.#playhead.creeps) return;
    if (!this.#window.silent(QUIET_AHEAD)) return;
    this.#streamsTried++;
    this.#options.output.restart();
  }

  #feed(reading: OutputReading, nowMs: number): void {
    if (reading.stream !== this.#reading?.stream) this.#playhead.restart(reading.creepMs);
    const order = this.#playhead.turn({
      atMs: reading.atMs,
      delayFrames: reading.delayFrames + this.#left,
      writtenFrames: this.#rendered,
      nextFrame: this.#rendered + this.#hold,
      dueMs: this.#options.time.dueAt(this.#window.place) - this.#options.outputLatencyMs,
      mediaRate: this.#options.time.mediaRate,
      sounding: !this.#window.silent(BATCH),
    });
    if (order.jumpFrames !== 0) this.#jump(order.jumpFrames);
    const queued = Math.max(0, reading.delayFrames - framesOf(Math.max(0, nowMs - reading.atMs)));
    let wanted = Math.min(framesOf(this.#options.bufferMs) - queued, reading.room);
    if (this.#left > 0) wanted -= this.#write(this.#left);
    let ahead = queued;
    while (wanted > 0 && this.#left === 0) {
      const live = this.#window.live(BATCH);
      const starting = nowMs < this.#startingUntil;
      const frames = Math.min(wanted, live || starting ? BLOCK : BATCH);
      const patientAbove = live ? LIVE_AHEAD : starting ? STARTING_ABOVE : PATIENT_ABOVE;
      if (ahead > patientAbove && !this.#window.ready(frames)) break;
      ahead += frames;
      this.#render(frames, order.rate);
      this.#write(frames);
      wanted -= frames;
    }
  }

  #jump(frames: number): void {
    this.#log.clear();
    if (frames < -LONGEST_HOLD) {
      this.#hold = 0;
      this.#window.jump(frames);
      return;
    }
    const owed = this.#hold - frames;
    this.#hold = Math.max(0, owed);
    if (owed < 0) this.#window.jump(-owed);
  }

  /** Renders frames into #pcm: silence that is owed first, or media at the ordered rate. */
  #render(frames: number, rate: number): void {
    const held = Math.min(this.#hold, frames);
    this.#log.note({ frame: this.#rendered, place: this.#window.place, held, rate });
    if (held > 0) {
      this.#hold -= held;
      this.#pcm.fill(0, 0, held);
    }
    const media = frames - held;
    if (media > 0 && this.#window.silent(media)) {
      this.#window.skip(media, rate);
      this.#pcm.fill(0, held, frames);
    } else if (media > 0)
      this.#renderMedia(this.#pcm.subarray(held, frames), media, rate, this.#rendered + held);
    this.#rendered += frames;
  }

  #renderMedia(into: Int16Array, frames: number, rate: number, firstFrame: number): void {
    const place = this.#window.place;
    const frameOf = (mediaFrame: number) => firstFrame + Math.max(0, (mediaFrame - place) / rate);
    const shares = this.#window.render(this.#float, frames, rate);
    const muted = this.#applyMute(frames);
    for (const share of shares)
      if (!muted) this.#accounts.get(share.voice.cue.id)?.book(share, frameOf(share.first));
    for (const account of this.#accounts.values())
      if (account.voice.silentFrom <= this.#window.place) account.endsAt(frameOf(account.voice.silentFrom));
    toS16(this.#float, into, frames);
  }

  /** Glides to silence or back within one block. Returns whether all of it is silent. */
  #applyMute(frames: number): boolean {
    const goal = this.#muted ? 0 : 1;
    if (this.#volume === 1 && goal === 1) return false;
    const silent = this.#volume === 0 && goal === 0;
    const step = (goal - this.#volume) / BLOCK;
    for (let i = 0; i < frames; i++)
      this.#float[i] = this.#float[i]! * (i < BLOCK ? this.#volume + step * i : goal);
    this.#volume = goal;
    return silent;
  }

  /** Hands `frames` frames at the front of #pcm to the card and keeps what it does not take. Returns what it took. */
  #write(frames: number): number {
    const taken = this.#options.output.write(this.#pcm, frames);
    if (taken < frames) this.#pcm.copyWithin(0, taken, frames);
    this.#left = frames - taken;
    return taken;
  }

  #prepare(): void {
    this.#preparedAt = this.#options.now();
    for (const voice of this.#window.voices.values()) voice.prepare(this.#window.place);
    this.#live.pass(this.#options.time.frameAt(this.#preparedAt));
  }

  #settleAccounts(nowMs: number): void {
    const sounding = this.#reading
      ? this.#rendered - this.#left - this.#reading.delayFrames + framesOf(nowMs - this.#reading.atMs)
      : this.#rendered;
    const dueNow = this.#options.time.frameAt(nowMs);
    for (const account of [...this.#accounts.values()]) {
      const { voice } = account;
      const code = voice.failureAt(this.#window.place);
      // Passed over by a jump, or while there was no card: nothing more will be rendered of it.
      if (voice.silentFrom <= (this.#reading ? this.#window.place : dueNow)) account.endsAt(this.#rendered);
      const progress = code ? account.progress("failed", code) : account.due(nowMs, sounding, this.#timing);
      if (progress?.state === "playing") this.#options.report(progress);
      else if (progress) this.#finish(account, progress);
    }
  }

  #finish(account: CueAccount, progress: CueProgress): void {
    this.#drop(account.voice.cue.id);
    this.#options.report(progress);
  }

  #drop(id: string): void {
    this.#accounts.get(id)?.voice.close();
    this.#accounts.delete(id);
    this.#window.voices.delete(id);
  }
}

function sameSound(one: Cue, other: Cue): boolean {
  return one.startAt === other.startAt && JSON.stringify(one.items) === JSON.stringify(other.items);
}
