import type { UnixMs } from "@loa/kernel/clock";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import type { Segment } from "@loa/protocol/plan";
import type { Receipt } from "@loa/protocol/receipt";
import { localDay } from "@loa/protocol/time-envelope";
import { spareMs } from "./core/alerts.ts";
import type { Verdict } from "./core/arbiter.ts";
import {
  type Candidate,
  idOf,
  isAlert,
  isDrill,
  isLive,
  isPlanned,
  keyOf,
  nameOf,
  type SegmentKey,
} from "./core/candidate.ts";
import { spokenMs } from "./core/live.ts";
import { addReading, type LineSums, lineReadings, outcomeOf, RATE } from "./core/proof.ts";
import { endOf, startOf } from "./core/time-guard.ts";
import type { Journal, OpenPlayout } from "./link/journal.ts";
import type { CueProgress, Readings, ZoneId } from "./ports.ts";

/** What the book needs around it. */
export interface BookDeps {
  readonly journal: Journal;
  readonly log: Logger;
  readonly hornOhms: Readonly<Record<ZoneId, number>>;
  timeZone(): string;
  gainDb(): number;
  time(): { readonly now: UnixMs; readonly errorMs: number };
  /** Why what sounded of an alert is not to sound any more. */
  whyGone(alertId: string): "RECALLED" | "CANCELLED" | "INTERRUPTED";
  /** A playout was opened: the amplifier is or will be its. */
  begun(candidate: Candidate): void;
  /** The first sample of a playout sounded, or of what went on of it after it was cut off. */
  started(candidate: Candidate): void;
  /** A receipt was written. */
  settled(receipt: Receipt, candidate: Candidate): void;
}

/** A playout that is open, with what was measured so far. */
interface Running extends OpenPlayout {
  readonly sums: LineSums;
  /** Code of what may make it incomplete. */
  readonly trouble: string | null;
  /** Frames rendered before the present cue began. */
  readonly earlierSamples: number;
  /** The media frame with which it began; absent: not known yet. */
  readonly firstFrame?: number;
  /** Whether the first sample of the present cue sounded. */
  readonly sounding: boolean;
}

const CHECKPOINT_MS = 5_000;
/** A stop is remembered for longer than any plan lives. */
const STOP_MEMORY_MS = 30 * 86_400_000;

/**
 * The book of playouts: which are open, which are settled, which broadcasts were stopped, and what was measured. Every segment
 * gets exactly one receipt. What must survive is in the journal first; if the disk takes nothing, memory serves until it does.
 */
export class PlayoutBook {
  readonly #deps: BookDeps;
  readonly #closed: Set<SegmentKey>;
  readonly #stopped: Set<string>;
  readonly #open = new Map<SegmentKey, Running>();
  readonly #interrupted = new Set<SegmentKey>();
  #checkpointAt = 0;

  constructor(deps: BookDeps) {
    this.#deps = deps;
    this.#closed = new Set(deps.journal.closedKeys());
    this.#stopped = new Set(deps.journal.stoppedBroadcasts());
    for (const kept of deps.journal.openPlayouts()) {
      const earlierSamples = kept.samplesRendered;
      this.#open.set(kept.key, {
        ...kept,
        interrupted: true,
        sums: {},
        trouble: "INTERRUPTED",
        earlierSamples,
        sounding: false,
      });
      if (isDrill(kept.segment)) this.#interrupted.add(kept.key);
    }
  }

  get open(): ReadonlySet<SegmentKey> {
    return new Set(this.#open.keys());
  }
  get closed(): ReadonlySet<SegmentKey> {
    return this.#closed;
  }
  /** Segments that an alert cut off, and exercises that anything did. */
  get interrupted(): ReadonlySet<SegmentKey> {
    return this.#interrupted;
  }
  get stopped(): ReadonlySet<string> {
    return this.#stopped;
  }

  find(key: SegmentKey | null): OpenPlayout | undefined {
    return key === null ? undefined : this.#open.get(key);
  }

  /** Interrupted segments that began anew, as they sound now. */
  get anew(): ReadonlyMap<SegmentKey, Segment> {
    const found = new Map<SegmentKey, Segment>();
    for (const { key, segment, anew } of this.#open.values())
      if (anew && isPlanned(segment)) found.set(key, segment);
    return found;
  }

  /**
   * Opens a playout, on disk before any relay moves, so that nothing sounds twice; one that was interrupted may begin anew, at another
   * time. False when it is open already.
   */
  begin(segment: Candidate): boolean {
    const key = keyOf(segment);
    const running = this.#open.get(key);
    if (running && isPlanned(segment) && startOf(segment) > startOf(running.segment))
      this.#beginAnew(running, segment);
    if (running && isAlert(segment) && startOf(segment) !== startOf(running.segment))
      this.#moveTo(running, segment);
    if (running) return false;
    const late = this.#deps.time().now > startOf(segment);
    const kept: OpenPlayout = {
      key,
      segment,
      startedAt: null,
      samplesRendered: 0,
      startErrorMs: null,
      interrupted: false,
    };
    const trouble = late ? "JOINED_LATE" : null;
    this.#open.set(key, { ...kept, sums: {}, trouble, earlierSamples: 0, sounding: false });
    this.#keep(kept);
    this.#deps.begun(segment);
    return true;
  }

  /** The clock was set: the same sound has other times. */
  #moveTo(running: Running, segment: Candidate): void {
    const byMs = startOf(segment) - startOf(running.segment);
    const startedAt = running.startedAt === null ? null : running.startedAt + byMs;
    const next = { ...running, segment, startedAt };
    this.#open.set(running.key, next);
    this.#checkpointAt = 0;
    this.#keep(next);
  }

  #beginAnew(running: Running, segment: Segment): void {
    const { scheduledAt, plannedMs, samplesBefore } = running.anew ?? {
      scheduledAt: startOf(running.segment),
      plannedMs: running.segment.durationMs,
      samplesBefore: 0,
    };
    const next: Running = {
      ...running,
      ...{ segment, startedAt: null, startErrorMs: null, samplesRendered: 0, earlierSamples: 0 },
      anew: { scheduledAt, plannedMs, samplesBefore: samplesBefore + running.samplesRendered },
    };
    this.#open.set(running.key, next);
    this.#interrupted.delete(running.key);
    this.#keep(next);
  }

  /** Remembers that a broadcast was stopped, or (undefined) all that is open and no emergency. */
  stop(broadcastId: string | undefined): void {
    const ids = broadcastId
      ? [broadcastId]
      : [...this.#open.values()].flatMap(({ segment }) => stoppable(segment));
    for (const id of ids) {
      this.#stopped.add(id);
      this.#write(id, () => this.#deps.journal.stop(id, this.#deps.time().now + STOP_MEMORY_MS));
    }
  }

  /** Takes in how a cue goes; true when its first sample just sounded. */
  progress({ id, state, samplesRendered, startErrorMs, firstFrame, code }: CueProgress): boolean {
    const running = this.#open.get(id);
    if (!running) return false;
    const first = running.startedAt === null && startErrorMs !== undefined;
    const sounding = running.sounding || startErrorMs !== undefined;
    const next: Running = {
      ...running,
      ...(first ? this.#started(running, startErrorMs) : {}),
      ...(first && firstFrame !== undefined && { firstFrame }),
      sounding,
      samplesRendered: running.earlierSamples + samplesRendered,
      trouble: state === "failed" ? (code ?? "AUDIO_OUTPUT_LOST") : running.trouble,
    };
    this.#open.set(id, next);
    const { now } = this.#deps.time();
    if (first || now - this.#checkpointAt > CHECKPOINT_MS) {
      this.#checkpointAt = now;
      this.#keep(next);
    }
    if (sounding && !running.sounding) this.#deps.started(running.segment);
    return first;
  }

  /** Something else takes over from a playout: an alert, live speech, or what is planned from an exercise. */
  interrupt(key: SegmentKey): void {
    this.#interrupted.add(key);
    this.cutOff(key, "PREEMPTED");
  }

  /** The cue is cut off; its last report is still to come. */
  cutOff(key: SegmentKey, trouble: string): void {
    const running = this.#open.get(key);
    if (!running) return;
    this.#open.set(key, { ...running, trouble });
    if (isDrill(running.segment)) this.#interrupted.add(key);
  }

  /** The cue is given to the card, perhaps again: what was rendered before counts on top of what it will report. */
  cued(key: SegmentKey): void {
    const running = this.#open.get(key);
    if (!running) return;
    const late = this.#deps.time().now > startOf(running.segment);
    const trouble = running.trouble ?? (late ? "JOINED_LATE" : null);
    this.#open.set(key, {
      ...running,
      ...{ trouble, earlierSamples: running.samplesRendered, sounding: false },
    });
  }

  /** Adds a reading of the closed lines to the proof. */
  sample(key: SegmentKey, zones: readonly ZoneId[], readings: Readings): void {
    const running = this.#open.get(key);
    if (running) this.#open.set(key, { ...running, sums: addReading(running.sums, zones, readings) });
  }

  /** Settles what is open and no longer planned: its time is over, or it was taken out. False when the disk did not take all. */
  settleOrphans(planned: readonly Candidate[]): boolean {
    const keys = new Set(planned.map(keyOf));
    const { now } = this.#deps.time();
    const orphans = [...this.#open.values()].filter(({ key }) => !keys.has(key));
    const settled = orphans.map(({ segment }) =>
      now >= endOf(segment)
        ? this.settle({ segment, outcome: "ended" })
        : this.settle({ segment, outcome: "stopped", code: this.#whyGone(segment) }),
    );
    return settled.every(Boolean);
  }

  #whyGone(candidate: Candidate): "CANCELLED" | "RECALLED" | "INTERRUPTED" {
    return isAlert(candidate) ? this.#deps.whyGone(candidate.alert.alertId) : "CANCELLED";
  }

  /** Writes the one receipt of a segment; false when the disk does not take it, and it has to be tried again. */
  settle(verdict: Verdict): boolean {
    const key = keyOf(verdict.segment);
    return this.#write(key, () => {
      const { segment } = verdict;
      const receipt = this.#receiptOf(verdict);
      const samplesBefore = this.#open.get(key)?.anew?.samplesBefore;
      const [ends, day] = [endOf(segment), this.#dayOf(segment)];
      const written = this.#deps.journal.settle(key, receipt, ends, day, samplesBefore);
      this.#closed.add(key);
      this.#open.delete(key);
      this.#interrupted.delete(key);
      if (written) this.#deps.settled(receipt, segment);
    });
  }

  #receiptOf({ segment, outcome, code }: Verdict): Receipt {
    const { now, errorMs } = this.#deps.time();
    const running = this.#open.get(keyOf(segment));
    const { scheduledAt, plannedMs } = running?.anew ?? {
      scheduledAt: startOf(segment),
      plannedMs: isLive(segment) ? spokenMs(segment) : segment.durationMs,
    };
    const samplesPlanned = Math.round((plannedMs * RATE) / 1_000);
    const samplesRendered = Math.min(running?.samplesRendered ?? 0, samplesPlanned);
    const unheard = isLive(segment) && (segment.lost || segment.spokenFrom === null);
    const trouble = unheard ? "LIVE_LOST" : (running?.trouble ?? null);
    const spareSamples = running ? spareOf(running) : 0;
    const ended = outcomeOf({ samplesRendered, samplesPlanned, trouble, spareSamples });
    return {
      receiptId: newId("r", now),
      ...nameOf(segment),
      segment: segment.segment,
      zones: segment.zones.length > 0 ? [...segment.zones] : Object.keys(this.#deps.hornOhms),
      scheduledAt,
      startedAt: running?.startedAt ?? null,
      endedAt: Math.min(now, endOf(segment)),
      ...(outcome === "ended" ? ended : { outcome, ...(code ? { code } : {}) }),
      samplesRendered,
      samplesPlanned,
      startErrorMs: running?.startErrorMs ?? null,
      clockErrorMs: Math.min(errorMs, 1e9),
      gainDb: this.#deps.gainDb(),
      line: lineReadings(running?.sums ?? {}, this.#deps.hornOhms),
      sequence: this.#deps.journal.next("receiptSequence"),
    };
  }

  /** A playout that began late or anew has no start error: it was not meant to start then. */
  #started(
    { trouble, segment }: Running,
    startErrorMs: number,
  ): Pick<OpenPlayout, "startedAt" | "startErrorMs"> {
    return trouble === null
      ? { startedAt: startOf(segment) + startErrorMs, startErrorMs }
      : { startedAt: this.#deps.time().now, startErrorMs: null };
  }

  #keep({ key, segment, startedAt, samplesRendered, startErrorMs, interrupted, anew }: OpenPlayout): void {
    const kept = {
      key,
      segment,
      startedAt,
      samplesRendered,
      startErrorMs,
      interrupted,
      ...(anew && { anew }),
    };
    this.#write(key, () => this.#deps.journal.open(kept, this.#dayOf(segment)));
  }

  /** A full disk must neither silence a programme nor keep a stop from silencing it: memory serves then. */
  #write(what: string, write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.#deps.log.error({ what, error: String(error) }, "the journal takes nothing; memory serves");
      return false;
    }
  }

  #dayOf(segment: Candidate): string {
    return localDay(startOf(segment), this.#deps.timeZone());
  }
}

/** By which name somebody can stop it; an emergency is recalled, not stopped. */
function stoppable(candidate: Candidate): string[] {
  if (candidate.priority === "emergency") return [];
  return [idOf(candidate)];
}

/** An alert that was joined before its words lost some of its first tone, and no more than until it began. */
function spareOf({ segment, trouble, startedAt, firstFrame }: Running): number {
  if (!isAlert(segment) || trouble !== "JOINED_LATE" || startedAt === null) return 0;
  const joinedAt = firstFrame ?? ((startedAt - startOf(segment)) * RATE) / 1_000;
  return Math.round(Math.min((spareMs(segment.round) * RATE) / 1_000, joinedAt));
}
