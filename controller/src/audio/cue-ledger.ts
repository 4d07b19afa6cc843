import type { Cue, CueProgress } from "../ports.ts";

interface Entry {
  readonly cue: Cue;
  readonly stopping: boolean;
  /** What processes before the present one rendered. */
  readonly framesBefore: number;
  readonly energyBefore: number;
  readonly last: CueProgress | null;
}

/**
 * The cues that should be sounding or will be, kept outside the audio process so that its successor can go on with
 * them. Counts of one cue add up over processes.
 */
export class CueLedger {
  readonly #entries = new Map<string, Entry>();

  /** Cues to hand to a new process. */
  get live(): Cue[] {
    return [...this.#entries.values()].map((entry) => entry.cue);
  }

  queue(cue: Cue): void {
    const before = this.#entries.get(cue.id);
    const same = before?.cue.startAt === cue.startAt && !before.stopping;
    if (same) this.#entries.set(cue.id, { ...before, cue });
    else this.#entries.set(cue.id, { cue, stopping: false, framesBefore: 0, energyBefore: 0, last: null });
  }

  /** Notes that a cue is to stop: it is not handed on again. */
  stop(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) this.#entries.set(id, { ...entry, stopping: true });
  }

  stopAll(): void {
    for (const id of this.#entries.keys()) this.stop(id);
  }

  /** Takes in a report; returns it with the counts of earlier processes. Null: the cue is not known any more. */
  note(progress: CueProgress): CueProgress | null {
    const entry = this.#entries.get(progress.id);
    if (!entry) return null;
    const total = withEarlier(entry, progress);
    if (progress.state === "playing") this.#entries.set(progress.id, { ...entry, last: total });
    else this.#entries.delete(progress.id);
    return total;
  }

  /** The process died: its counts become earlier ones. Returns the end of cues that were stopping. */
  orphan(): CueProgress[] {
    const ended: CueProgress[] = [];
    for (const [id, entry] of [...this.#entries]) {
      if (entry.stopping) {
        ended.push({ samplesRendered: 0, ...entry.last, id, state: "stopped" });
        this.#entries.delete(id);
      } else if (entry.last) {
        const framesBefore = entry.last.samplesRendered;
        this.#entries.set(id, { ...entry, framesBefore, energyBefore: energyOf(entry.last) });
      }
    }
    return ended;
  }
}

function withEarlier(entry: Entry, progress: CueProgress): CueProgress {
  const frames = entry.framesBefore + progress.samplesRendered;
  const energy = entry.energyBefore + energyOf(progress);
  const startErrorMs = entry.last?.startErrorMs ?? progress.startErrorMs;
  return {
    ...progress,
    samplesRendered: frames,
    ...(startErrorMs !== undefined && {
      startErrorMs: entry.framesBefore ? startErrorMs : (progress.startErrorMs ?? startErrorMs),
    }),
    ...(entry.last?.firstFrame !== undefined && { firstFrame: entry.last.firstFrame }),
    ...(frames > 0 && { rmsDb: 10 * Math.log10(Math.max(1e-12, energy / frames)) }),
  };
}

const energyOf = ({ samplesRendered, rmsDb }: CueProgress) =>
  rmsDb === undefined ? 0 : samplesRendered * 10 ** (rmsDb / 10);
