import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { codeOf } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import type { OnAir } from "@loa/protocol/health";
import { CHIME_MS, type Plan, type Segment } from "@loa/protocol/plan";
import type { Receipt } from "@loa/protocol/receipt";
import { localDay } from "@loa/protocol/time-envelope";
import { arbitrate, type Decision, keyOf, type Verdict } from "./core/arbiter.ts";
import { localTime } from "./core/clock-filter.ts";
import { addReading, type LineSums, lineReadings, outcomeOf, RATE } from "./core/proof.ts";
import { AT_REST, type Effect, type Sequence, step, type Wanted } from "./core/sequence.ts";
import { allowedGainDb, endOf, startOf } from "./core/time-guard.ts";
import type { StationConfig } from "./config.ts";
import type { AssetCache } from "./link/asset-cache.ts";
import type { Journal, OpenPlayout } from "./link/journal.ts";
import type { TimeState } from "./link/time-sync.ts";
import type { AudioEngine, CueItem, CueProgress, Hardware, HardwareState } from "./ports.ts";

/** What playing needs around it. */
export interface PlayingDeps {
  readonly config: StationConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly assets: AssetCache;
  readonly hardware: Hardware;
  readonly audio: AudioEngine;
  plan(): Plan | null;
  /** Station time and how well it is known. */
  time(): TimeState & { readonly now: UnixMs };
  /** A receipt was written. */
  settled(receipt: Receipt): void;
  onAirChanged(): void;
}

/** A playout that is open, with what was measured so far. */
interface Running extends OpenPlayout {
  readonly sums: LineSums;
  readonly trouble: string | null;
  /** Frames rendered before this process or this cue began. */
  readonly earlierSamples: number;
}

/** Time after a segment's end in which the last progress report comes in. */
const LAST_WORD_MS = 400;
const SAMPLE_LINES_MS = 250;
const CHECKPOINT_MS = 5_000;
/** Wake-ups may come this much early; a later one decides again. */
const LONGEST_SLEEP_MS = 3_600_000;

/** Carries out what the arbiter decides: relays in sequence, audio on time, a receipt for every segment. */
export class Playing {
  readonly #deps: PlayingDeps;
  readonly #closed: Set<string>;
  readonly #stopped: Set<string>;
  readonly #open = new Map<string, Running>();
  readonly #hornOhms: Readonly<Record<string, number>>;
  #sequence: Sequence = AT_REST;
  #current: { segment: Segment; wanted: Wanted } | null = null;
  #wake: Cancel = () => {};
  #sampling: Cancel | null = null;
  #checkpointAt = 0;
  #running = false;

  constructor(deps: PlayingDeps) {
    this.#deps = deps;
    this.#closed = new Set(deps.journal.closedKeys());
    this.#stopped = new Set(deps.journal.stoppedBroadcasts());
    this.#hornOhms = Object.fromEntries(deps.config.zones.map(({ id, hornOhms }) => [id, hornOhms]));
    for (const kept of deps.journal.openPlayouts())
      this.#open.set(kept.key, { ...kept, interrupted: true, sums: {}, trouble: "INTERRUPTED", earlierSamples: kept.samplesRendered });
    deps.hardware.onState((state) => this.#boardIs(state));
    deps.audio.onProgress((progress) => this.#progress(progress));
  }

  start(): void {
    this.#running = true;
    this.decide();
  }

  close(): void {
    this.#running = false;
    this.#wake();
    this.#sampling?.();
  }

  get amplifierOn(): boolean {
    return this.#sequence.amplifierSince !== null;
  }
  get zonesClosed(): readonly string[] {
    return this.#sequence.zones;
  }
  /** What sounds now; null while only preparing. */
  get onAir(): OnAir | null {
    const key = this.#sequence.playing;
    const running = key ? this.#open.get(key) : undefined;
    if (!running || !this.#current || this.#deps.time().now >= endOf(running.segment)) return null;
    const { broadcastId, segment, priority } = running.segment;
    return { broadcastId, segment, priority, since: running.startedAt ?? startOf(running.segment) };
  }

  /** Silences now and for good: one broadcast, or (undefined) what is on air. */
  stop(broadcastId: string | undefined): void {
    const now = this.#deps.time().now;
    const ids = broadcastId ? [broadcastId] : [...this.#open.values()].map(({ segment }) => segment.broadcastId);
    for (const id of ids) {
      this.#deps.journal.stop(id, now + 30 * 86_400_000);
      this.#stopped.add(id);
    }
    this.decide();
  }

  /** Decides anew what is on air and carries it out. Called whenever anything changed, and by its own timer. */
  decide(): void {
    if (!this.#running) return;
    const { time, config } = this.#deps;
    const { now, line } = time();
    this.#settleOrphans(now);
    const decision = this.#arbitrate(now);
    const wakes: UnixMs[] = [now + LONGEST_SLEEP_MS];
    if (decision.wakeAt !== null) wakes.push(decision.wakeAt);
    for (const verdict of decision.verdicts) {
      const lastWord = endOf(verdict.segment) + config.amplifier.tailMs + LAST_WORD_MS;
      if (verdict.outcome === "ended" && now < lastWord) wakes.push(lastWord);
      else this.#settle(verdict, now);
    }
    const { to, effects, wakeAt } = step(this.#sequence, this.#want(decision, now), now, config.amplifier);
    const before = this.onAir;
    this.#sequence = to;
    for (const effect of effects) this.#carryOut(effect);
    if (wakeAt !== null) wakes.push(wakeAt);
    this.#wake();
    this.#wake = this.#deps.clock.at("decide", localTime(line, Math.min(...wakes)), () => this.decide());
    if (this.onAir?.broadcastId !== before?.broadcastId || effects.length > 0) this.#deps.onAirChanged();
  }

  #arbitrate(now: UnixMs): Decision {
    const { config, plan, journal, assets, time } = this.#deps;
    const { warmUpMs, zoneLeadMs } = config.amplifier;
    return arbitrate({
      plan: plan(),
      hardEnvelope: config.hardEnvelope,
      airtime: journal.airtime(),
      synchronised: time().synchronised,
      open: new Set(this.#open.keys()),
      closed: this.#closed,
      stopped: this.#stopped,
      assets,
      now,
      leadMs: warmUpMs + zoneLeadMs + 100,
    });
  }

  /** The board must be there to sound anything; what just ended keeps its relays for the tail. */
  #want(decision: Decision, now: UnixMs): Wanted | null {
    if (this.#deps.hardware.state !== "ready") return null;
    const segment = decision.onAir;
    if (segment) {
      this.#begin(segment);
      const wanted = { key: keyOf(segment), zones: this.#zonesOf(segment), startAt: startOf(segment), endAt: endOf(segment) };
      this.#current = { segment, wanted };
      return wanted;
    }
    if (this.#current && !this.#closed.has(this.#current.wanted.key) && now < this.#current.wanted.endAt + this.#deps.config.amplifier.tailMs)
      return this.#current.wanted;
    this.#current = null;
    return null;
  }

  #zonesOf(segment: Segment): string[] {
    return segment.zones.filter((zone) => this.#deps.config.zones.some(({ id }) => id === zone));
  }

  /** On disk before any relay moves, so that nothing can sound twice. A full disk must not silence a programme: memory serves then. */
  #begin(segment: Segment): void {
    const key = keyOf(segment);
    if (this.#open.has(key)) return;
    const kept: OpenPlayout = { key, segment, startedAt: null, samplesRendered: 0, startErrorMs: null, interrupted: false };
    const late = this.#deps.time().now > startOf(segment);
    this.#open.set(key, { ...kept, sums: {}, trouble: late ? "JOINED_LATE" : null, earlierSamples: 0 });
    this.#keep(kept);
    for (const item of segment.items) if (item.kind === "announcement") void this.#deps.assets.verify(item.sha256).then(() => this.decide());
  }

  #keep(playout: OpenPlayout): void {
    const { key, segment, startedAt, samplesRendered, startErrorMs, interrupted } = playout;
    try {
      this.#deps.journal.open({ key, segment, startedAt, samplesRendered, startErrorMs, interrupted }, this.#dayOf(segment));
    } catch (error) {
      this.#deps.log.error({ key, error: String(error) }, "the journal takes nothing; the playout is kept in memory");
    }
  }

  #carryOut(effect: Effect): void {
    const { hardware, audio, log } = this.#deps;
    log.info({ ...effect }, "effect");
    switch (effect.do) {
      case "amplifier":
        return hardware.setAmplifier(effect.on);
      case "zones":
        for (const { id } of this.#deps.config.zones) hardware.setZone(id, effect.closed.includes(id));
        if (effect.closed.length > 0) this.#sampleLines();
        return;
      case "silence":
        return audio.stop(effect.key, 0);
      case "play": {
        const running = this.#open.get(effect.key);
        if (running) audio.play({ id: effect.key, startAt: startOf(running.segment), items: this.#cueItems(running.segment), gainDb: this.#gainDb() });
      }
    }
  }

  #cueItems({ chime, items }: Segment): CueItem[] {
    const gong: CueItem[] = chime ? [{ kind: "chime", durationMs: CHIME_MS, gainDb: -6 }] : [];
    return gong.concat(
      items.map((item) =>
        item.kind === "silence"
          ? item
          : { kind: "file", path: this.#deps.assets.path(item.sha256), durationMs: item.durationMs, gainDb: item.gainDb },
      ),
    );
  }

  #gainDb(): number {
    const plan = this.#deps.plan();
    if (!plan) return 0;
    return Math.min(0, allowedGainDb({ hard: this.#deps.config.hardEnvelope, plan: plan.envelope, timeZone: plan.timeZone }));
  }

  #progress({ id, state, samplesRendered, startErrorMs, code }: CueProgress): void {
    const running = this.#open.get(id);
    if (!running) return;
    const firstOfCue = running.startedAt === null && startErrorMs !== undefined;
    const late = running.trouble === "JOINED_LATE" || running.interrupted;
    const next: Running = {
      ...running,
      samplesRendered: running.earlierSamples + samplesRendered,
      trouble: state === "failed" ? (code ?? "AUDIO_OUTPUT_LOST") : running.trouble,
      ...(firstOfCue
        ? { startErrorMs: late ? null : startErrorMs, startedAt: late ? this.#deps.time().now : startOf(running.segment) + startErrorMs }
        : {}),
    };
    this.#open.set(id, next);
    const now = this.#deps.clock.now();
    if (firstOfCue || now - this.#checkpointAt > CHECKPOINT_MS) {
      this.#checkpointAt = now;
      this.#keep(next);
    }
    if (firstOfCue) this.#deps.onAirChanged();
  }

  #boardIs(state: HardwareState): void {
    if (state !== "ready") {
      for (const [key, running] of this.#open) {
        if (key !== this.#sequence.playing) continue;
        this.#open.set(key, { ...running, trouble: "BOARD_LOST", earlierSamples: running.samplesRendered });
        this.#deps.audio.stop(key, 0);
      }
      this.#sequence = AT_REST;
    }
    this.decide();
  }

  #sampleLines(): void {
    this.#sampling?.();
    this.#sampling = this.#deps.clock.every("sample-lines", SAMPLE_LINES_MS, () => {
      const key = this.#sequence.playing;
      const running = key ? this.#open.get(key) : undefined;
      if (running && key) {
        const sums = addReading(running.sums, this.#sequence.zones, this.#deps.hardware.readings());
        this.#open.set(key, { ...running, sums });
      } else if (this.#sequence.zones.length === 0) this.#sampling?.();
    });
  }

  /** Open playouts that the plan does not name any more: their time is over, or they were taken out. */
  #settleOrphans(now: UnixMs): void {
    const planned = new Set(this.#deps.plan()?.segments.map(keyOf));
    for (const [key, { segment }] of this.#open) {
      if (planned.has(key)) continue;
      if (now >= endOf(segment)) this.#settle({ segment, outcome: "ended" }, now);
      else this.#settle({ segment, outcome: "stopped", code: "CANCELLED" }, now);
    }
  }

  #settle({ segment, outcome, code }: Verdict, now: UnixMs): void {
    const key = keyOf(segment);
    const running = this.#open.get(key);
    const samplesPlanned = Math.round((segment.durationMs * RATE) / 1_000);
    const samplesRendered = Math.min(running?.samplesRendered ?? 0, samplesPlanned);
    const ended = outcomeOf({ samplesRendered, samplesPlanned, trouble: running?.trouble ?? null });
    const receipt: Receipt = {
      receiptId: newId("r", now),
      broadcastId: segment.broadcastId,
      segment: segment.segment,
      zones: segment.zones,
      scheduledAt: startOf(segment),
      startedAt: running?.startedAt ?? null,
      endedAt: Math.min(now, endOf(segment)),
      ...(outcome === "ended" ? ended : { outcome, ...(code ? { code } : {}) }),
      samplesRendered,
      samplesPlanned,
      startErrorMs: running?.startErrorMs ?? null,
      clockErrorMs: Math.min(this.#deps.time().errorMs, 1e9),
      gainDb: this.#gainDb(),
      line: lineReadings(running?.sums ?? {}, this.#hornOhms),
      sequence: this.#deps.journal.next("receiptSequence"),
    };
    this.#closed.add(key);
    this.#open.delete(key);
    try {
      if (this.#deps.journal.settle(key, receipt, endOf(segment), this.#dayOf(segment))) this.#deps.settled(receipt);
    } catch (error) {
      this.#deps.log.error({ code: codeOf(error), error: String(error), receipt }, "a receipt could not be kept");
    }
  }

  #dayOf(segment: Segment): string {
    return localDay(startOf(segment), this.#deps.plan()?.timeZone ?? "UTC");
  }
}
