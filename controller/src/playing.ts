import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import type { OnAir } from "@loa/protocol/health";
import type { LiveSession } from "@loa/protocol/live-session";
import { CHIME_MS, type Plan } from "@loa/protocol/plan";
import type { StationConfig } from "./config.ts";
import { type AlertStretch, soundsInTurn } from "./core/alerts.ts";
import { arbitrate, type Decision, type Verdict } from "./core/arbiter.ts";
import { type Candidate, isAlert, isDrill, isLive, isPlanned, keyOf, nameOf } from "./core/candidate.ts";
import { localTime } from "./core/clock-filter.ts";
import { type LiveStretch, soundsFrom } from "./core/live.ts";
import { AT_REST, cutOff, type Effect, type Sequence, step, type Wanted } from "./core/sequence.ts";
import { endOf, startOf } from "./core/time-guard.ts";
import type { AssetCache } from "./link/asset-cache.ts";
import type { Journal } from "./link/journal.ts";
import type { TimeState } from "./link/time-sync.ts";
import type { PlayoutBook } from "./playout-book.ts";
import type { AudioEngine, CueItem, Hardware, HardwareState } from "./ports.ts";

/** What playing needs around it. */
export interface PlayingDeps {
  readonly config: StationConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly assets: AssetCache;
  readonly hardware: Hardware;
  readonly audio: AudioEngine;
  readonly book: PlayoutBook;
  plan(): Plan | null;
  /** Alerts that may sound. */
  alerts(): readonly AlertStretch[];
  /** Live speech that commands opened. */
  live(): readonly LiveStretch[];
  /** Station time and how well it is known. */
  time(): TimeState & { readonly now: UnixMs };
  gainDb(): number;
  /** Somebody works at the pole: nothing may be energised. */
  lockedOut(): boolean;
  /** An alert would sound, were it not for the lock-out. */
  heldBack(stretch: AlertStretch | LiveStretch): void;
  onAirChanged(): void;
}

/** Time after a segment's end in which the last progress report comes in. */
const LAST_WORD_MS = 400;
const SAMPLE_LINES_MS = 250;
const CHIME_GAIN_DB = -6;
/** Wake-ups are never further away: an earlier one decides again and changes nothing. */
const LONGEST_SLEEP_MS = 3_600_000;
/** The cue of live speech is as long as any may become; it is stopped at its end. */
const LONGEST_SPEECH_MS = 86_400_000;
/** A failing disk or board is tried again after this. */
const TROUBLE_MS = 5_000;

/** Carries out what the arbiter decides: relays in sequence, audio on time, a receipt for every segment. */
export class Playing {
  readonly #deps: PlayingDeps;
  #sequence: Sequence = AT_REST;
  #wanted: Wanted | null = null;
  #wake: Cancel = () => {};
  #sampling: Cancel = () => {};
  #running = false;

  constructor(deps: PlayingDeps) {
    this.#deps = deps;
    deps.hardware.onState((state) => this.#boardIs(state));
    deps.audio.onProgress((progress) => {
      if (deps.book.progress(progress)) deps.onAirChanged();
    });
  }

  start(): void {
    this.#running = true;
    this.decide();
  }

  close(): void {
    this.#running = false;
    this.#wake();
    this.#sampling();
  }

  get amplifierOn(): boolean {
    return this.#sequence.amplifierSince !== null;
  }
  get zonesClosed(): readonly string[] {
    return this.#sequence.zones;
  }
  /** What sounds now; null while only preparing. */
  get onAir(): OnAir | null {
    const playout = this.#deps.book.find(this.#sequence.playing);
    if (!playout || playout.startedAt === null || this.#deps.time().now >= endOf(playout.segment))
      return null;
    const { segment: candidate, startedAt } = playout;
    const { segment, priority } = candidate;
    return { ...nameOf(candidate), segment, priority, since: startedAt };
  }

  /** When the amplifier would sound if it were wanted now, station time. */
  get soundableAt(): UnixMs {
    const { now } = this.#deps.time();
    const onSince = this.#sequence.amplifierSince ?? now;
    return Math.max(now, onSince + this.#deps.config.amplifier.warmUpMs);
  }

  /** Silences now and for good: one broadcast or live session, or (undefined) what is on air. */
  stop(id: string | undefined): void {
    this.#deps.book.stop(id);
    this.decide();
  }

  /** Station time was set, `byMs` later: what sounds is cued anew where it is then. Call before the card's clock is set. */
  timeMoved(byMs: number): void {
    const { playing, amplifierSince, lastSoundAt } = this.#sequence;
    if (playing !== null) this.#deps.audio.stop(playing, 0);
    const since = amplifierSince === null ? null : amplifierSince + byMs;
    this.#sequence = {
      ...this.#sequence,
      ...{ playing: null, amplifierSince: since, lastSoundAt: lastSoundAt + byMs },
    };
    this.#wanted = null;
  }

  /** Decides anew what is on air and carries it out. Called whenever anything changed, and by its own timer. */
  decide(): void {
    if (!this.#running) return;
    const { now, line } = this.#deps.time();
    let wakeAt = now + TROUBLE_MS;
    try {
      wakeAt = this.#decideAt(now);
    } catch (error) {
      this.#deps.log.error({ error: String(error) }, "deciding failed; it is tried again");
    }
    this.#wake();
    this.#wake = this.#deps.clock.at("decide", localTime(line, wakeAt), () => this.decide());
  }

  /** Returns when to decide again, station time. */
  #decideAt(now: UnixMs): UnixMs {
    const { config, book, plan, alerts, live } = this.#deps;
    const wanted = [...alerts(), ...live(), ...(plan()?.segments ?? [])];
    const retryAt = book.settleOrphans(wanted) ? Infinity : now + TROUBLE_MS;
    const decision = this.#arbitrate(now);
    const { to, effects, wakeAt } = this.#deps.lockedOut()
      ? this.#cutOff(decision)
      : step(this.#sequence, this.#want(decision, now), now, config.amplifier);
    const wasOnAir = idOnAir(this.onAir);
    this.#sequence = to;
    for (const effect of effects) this.#carryOut(effect, decision.onAir);
    if (effects.length > 0 || idOnAir(this.onAir) !== wasOnAir) this.#deps.onAirChanged();
    const lastWords = this.#settle(decision, now);
    const wakes = [decision.wakeAt ?? Infinity, wakeAt ?? Infinity, retryAt, ...lastWords];
    return Math.min(now + LONGEST_SLEEP_MS, ...wakes);
  }

  /** Somebody works at the pole: every relay opens at once. What waits for the end of that is told. */
  #cutOff({ lockedOut }: Decision): ReturnType<typeof cutOff> {
    const { playing } = this.#sequence;
    if (playing !== null) this.#deps.book.cutOff(playing, "LOCKED_OUT");
    for (const candidate of lockedOut) if (!isPlanned(candidate)) this.#deps.heldBack(candidate);
    this.#wanted = null;
    return cutOff(this.#sequence);
  }

  #arbitrate(now: UnixMs): Decision {
    const { config, plan, alerts, live, journal, assets, book, time } = this.#deps;
    const { warmUpMs, zoneLeadMs } = config.amplifier;
    return arbitrate({
      plan: plan(),
      alerts: alerts(),
      live: live(),
      hardEnvelope: config.hardEnvelope,
      airtime: journal.airtime(),
      synchronised: time().synchronised,
      open: book.open,
      closed: book.closed,
      interrupted: book.interrupted,
      anew: book.anew,
      lockedOut: this.#deps.lockedOut(),
      stopped: book.stopped,
      assets,
      zones: new Set(config.zones.map(({ id }) => id)),
      now,
      leadMs: warmUpMs + zoneLeadMs + 100,
    });
  }

  /** Writes receipts of what is settled; returns when those are due that wait for their last report, or for the disk. */
  #settle(decision: Decision, now: UnixMs): UnixMs[] {
    const waiting: UnixMs[] = [];
    for (const verdict of decision.verdicts) {
      const lastWord = endOf(verdict.segment) + this.#deps.config.amplifier.tailMs + LAST_WORD_MS;
      if (verdict.outcome === "ended" && now < lastWord) waiting.push(lastWord);
      else if (!this.#deps.book.settle(this.#explained(verdict))) waiting.push(now + TROUBLE_MS);
    }
    return waiting;
  }

  /** What was missed while the board was away was missed because of it. */
  #explained(verdict: Verdict): Verdict {
    const boardAway = verdict.outcome === "missed" && this.#deps.hardware.state !== "ready";
    return boardAway ? { ...verdict, code: "BOARD_LOST" } : verdict;
  }

  /** The board must be there to sound anything; what just ended keeps its relays for the tail. */
  #want({ onAir, verdicts }: Decision, now: UnixMs): Wanted | null {
    const { hardware, book, assets, config } = this.#deps;
    if (hardware.state !== "ready") return null;
    if (onAir) {
      if (book.begin(onAir) && isPlanned(onAir))
        for (const item of onAir.items) if (item.kind === "announcement") void assets.verify(item.sha256);
      this.#wanted = {
        key: keyOf(onAir),
        zones: this.#zonesOf(onAir),
        startAt: startOf(onAir),
        endAt: endOf(onAir),
      };
      return this.#wanted;
    }
    const ended = verdicts.find(
      ({ segment, outcome }) => outcome === "ended" && keyOf(segment) === this.#wanted?.key,
    );
    if (!this.#wanted || !ended) this.#wanted = null;
    else this.#wanted = { ...this.#wanted, endAt: Math.min(this.#wanted.endAt, endOf(ended.segment)) };
    if (this.#wanted && now >= this.#wanted.endAt + config.amplifier.tailMs) this.#wanted = null;
    return this.#wanted;
  }

  /** An alert or live speech that names no zones is for all of them. */
  #zonesOf(candidate: Candidate): string[] {
    const own = this.#deps.config.zones.map(({ id }) => id);
    return !isPlanned(candidate) && candidate.zones.length === 0
      ? own
      : own.filter((zone) => candidate.zones.includes(zone));
  }

  #carryOut(effect: Effect, next: Candidate | null): void {
    const { hardware, audio, log, config, book, gainDb } = this.#deps;
    log.info({ ...effect }, "effect");
    if (effect.do === "amplifier") hardware.setAmplifier(effect.on);
    else if (effect.do === "silence") {
      const over = book.find(effect.key)?.segment;
      if (next && (!isPlanned(next) || (over && isDrill(over)))) book.interrupt(effect.key);
      audio.stop(effect.key, 0);
    } else if (effect.do === "zones") {
      for (const { id } of config.zones) hardware.setZone(id, effect.closed.includes(id));
      this.#sampleLines(effect.closed.length > 0);
    } else {
      const segment = book.find(effect.key)?.segment;
      if (!segment) return;
      book.cued(effect.key);
      const items = this.#cueItems(segment);
      const actual = isAlert(segment) && segment.alert.kind === "actual";
      audio.play({ id: effect.key, startAt: startOf(segment), items, gainDb: actual ? 0 : gainDb() });
    }
  }

  #cueItems(candidate: Candidate): CueItem[] {
    if (isAlert(candidate)) return this.#alertItems(candidate);
    if (isLive(candidate)) return [liveItem(candidate.live, LONGEST_SPEECH_MS)];
    const { chime, items } = candidate;
    const gong: CueItem[] = chime ? [{ kind: "chime", durationMs: CHIME_MS, gainDb: CHIME_GAIN_DB }] : [];
    const sounds = items.map((item): CueItem => {
      if (item.kind === "silence") return item;
      const { durationMs, sha256 } = item;
      const gainDb = Math.min(item.gainDb, this.#mostItemGainDb());
      return { kind: "file", path: this.#deps.assets.path(sha256), durationMs, gainDb };
    });
    return [...gong, ...sounds];
  }

  #alertItems(stretch: AlertStretch): CueItem[] {
    return soundsInTurn(stretch).flatMap((sound): CueItem[] => {
      if (sound.kind === "silence") return [sound];
      const { durationMs } = sound;
      if (sound.kind === "live") return [liveItem(sound.session, durationMs)];
      if (sound.kind === "tone") return [{ kind: "tone", tone: sound.tone, durationMs, gainDb: 0 }];
      if (sound.kind !== "asset") return [];
      return [{ kind: "file", path: this.#deps.assets.path(sound.sha256), durationMs, gainDb: 0 }];
    });
  }

  /** With the cue's gain, an item reaches at most what the pole and the plan allow. */
  #mostItemGainDb(): number {
    const { config, plan, gainDb } = this.#deps;
    return Math.min(config.hardEnvelope.maxGainDb, plan()?.envelope.maxGainDb ?? 0) - gainDb();
  }

  #boardIs(state: HardwareState): void {
    const { playing } = this.#sequence;
    if (state !== "ready") {
      if (playing !== null) {
        this.#deps.book.cutOff(playing, "BOARD_LOST");
        this.#deps.audio.stop(playing, 0);
      }
      this.#sequence = AT_REST;
    }
    this.decide();
  }

  #sampleLines(on: boolean): void {
    this.#sampling();
    this.#sampling = () => {};
    if (!on) return;
    const { clock, book, hardware } = this.#deps;
    this.#sampling = clock.every("sample-lines", SAMPLE_LINES_MS, () => {
      const { playing, zones } = this.#sequence;
      if (playing !== null) book.sample(playing, zones, hardware.readings());
    });
  }
}

/** What is on air, as one word; changes when something else is. */
const idOnAir = (onAir: OnAir | null): string | undefined =>
  onAir?.alertId ?? onAir?.sessionId ?? onAir?.broadcastId;

const liveItem = (session: LiveSession, durationMs: number): CueItem => ({
  ...{ kind: "live", sessionId: session.sessionId, soundsFrom: soundsFrom(session) },
  ...{ durationMs, gainDb: 0 },
});
