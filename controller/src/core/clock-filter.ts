import type { UnixMs } from "@loa/kernel/clock";
import type { ClockLine } from "../ports.ts";

/** One four-timestamp exchange: t1, t4 on the station's own time, t2, t3 on the hub's, ms. */
export interface Exchange {
  readonly t1: UnixMs;
  readonly t2: UnixMs;
  readonly t3: UnixMs;
  readonly t4: UnixMs;
}

/** What the exchanges of a window say about the hub's time. */
export interface ClockEstimate {
  readonly line: ClockLine;
  /** Bound of the error at `line.refMs`, ms: what the two directions leave open, whatever the crystal did since. */
  readonly errorMs: number;
}

/** One bound on the offset, taken at a station time. */
interface Bound {
  readonly at: UnixMs;
  readonly offset: number;
}

interface Burst {
  readonly at: UnixMs;
  readonly above: Bound;
  readonly below: Bound;
}

/** What the filter remembers. */
export interface ClockFilter {
  readonly bursts: readonly Burst[];
  /** The newest burst, while it contradicts the others: a step is believed when the next one agrees with it. */
  readonly suspect: Burst | null;
}

/** A filter that knows nothing. */
export const NO_BURSTS: ClockFilter = { bursts: [], suspect: null };

/** Bursts that say what the offset is: a crystal's drift changes with the sun on the cabinet. */
const WINDOW_MS = 180_000;
/** While bursts are rare, so many of them say what the drift is, none of them older than this. */
const DRIFT_BURSTS = 12;
const DRIFT_WINDOW_MS = 1_800_000;
/** Fewer bursts say nothing of the drift. */
const FEWEST_FOR_DRIFT = 8;
/** A drift is used when it is this many times larger than its own standard error. */
const SIGNIFICANT = 4;
/** Two bursts further apart than their delays explain, plus this, contradict each other. */
const SLACK_MS = 1;
/** Worst drift of a board's crystal: how fast an estimate loses worth. Without a hub a station knows the time for 11 days. */
export const CRYSTAL_PPM = 60;

/**
 * Takes one burst of exchanges in. Each direction bounds the offset by itself: a request's delay can only make it look larger, a
 * reply's only smaller. The least delay of each direction is therefore kept apart, which halves the error where jitter is large.
 */
export function takeBurst(filter: ClockFilter, exchanges: readonly Exchange[]): ClockFilter {
  const burst = boundsOf(exchanges);
  if (!burst) return filter;
  const fresh = filter.bursts.filter((one) => burst.at - one.at < WINDOW_MS);
  if (fresh.every((one) => agrees(one, burst)))
    return { bursts: [...olderFor(filter, fresh.length, burst), ...fresh, burst], suspect: null };
  if (filter.suspect && agrees(filter.suspect, burst))
    return { bursts: [filter.suspect, burst], suspect: null };
  return { bursts: filter.bursts, suspect: burst };
}

/** Whether the newest burst contradicted what was known: the time is doubtful until more of them agree. */
export function contradicted(before: ClockFilter, after: ClockFilter): boolean {
  return after.suspect !== null || (before.suspect !== null && after.bursts.includes(before.suspect));
}

/** Of the bursts before the window, those that the drift is still to be learned from; after a step, none. */
function olderFor({ bursts }: ClockFilter, fresh: number, burst: Burst): Burst[] {
  const wanted = DRIFT_BURSTS - fresh - 1;
  const older = bursts.slice(0, bursts.length - fresh);
  const holds = (one: Burst) => burst.at - one.at < DRIFT_WINDOW_MS && agrees(one, burst);
  return wanted > 0 && older.every((one) => agrees(one, burst)) ? older.filter(holds).slice(-wanted) : [];
}

/** The best line through the window; null before the first burst. */
export function estimate({ bursts: kept }: ClockFilter): ClockEstimate | null {
  const last = kept.at(-1);
  if (!last) return null;
  const bursts = kept.filter(({ at }) => last.at - at < WINDOW_MS);
  const drift = significantDrift(bursts.length < FEWEST_FOR_DRIFT ? kept : bursts);
  const moved = ({ at, offset }: Bound) => offset + drift * (last.at - at);
  const above = Math.min(...bursts.map(({ above }) => moved(above)));
  const below = Math.max(...bursts.map(({ below }) => moved(below)));
  const offsetMs = (above + below) / 2;
  const worn = ({ at }: Bound) => (Math.abs(last.at - at) * CRYSTAL_PPM) / 1e6;
  const highest = Math.min(...bursts.map(({ above }) => above.offset + worn(above)));
  const lowest = Math.max(...bursts.map(({ below }) => below.offset - worn(below)));
  const errorMs = Math.max(highest - offsetMs, offsetMs - lowest, 0.01);
  return { line: { refMs: last.at, offsetMs, drift }, errorMs };
}

/** Error bound of an estimate once it has aged, ms: the crystal may do anything that crystals do, and the line's drift goes on. */
export function agedError({ line, errorMs }: ClockEstimate, localNow: UnixMs): number {
  return errorMs + Math.abs(localNow - line.refMs) * (CRYSTAL_PPM / 1e6 + Math.abs(line.drift));
}

/** Hub time for a station's own time. */
export function stationTime(line: ClockLine, local: UnixMs): UnixMs {
  return local + line.offsetMs + line.drift * (local - line.refMs);
}

/** The station's own time for a hub time. */
export function localTime(line: ClockLine, station: UnixMs): UnixMs {
  return (station - line.offsetMs + line.drift * line.refMs) / (1 + line.drift);
}

function boundsOf(exchanges: readonly Exchange[]): Burst | null {
  const sound = exchanges.filter(
    ({ t1, t2, t3, t4 }) => t4 >= t1 && t3 >= t2 && [t1, t2, t3, t4].every(Number.isFinite),
  );
  if (sound.length === 0) return null;
  const above = sound
    .map(({ t1, t2 }) => ({ at: t1, offset: t2 - t1 }))
    .reduce((a, b) => (b.offset < a.offset ? b : a));
  const below = sound
    .map(({ t3, t4 }) => ({ at: t4, offset: t3 - t4 }))
    .reduce((a, b) => (b.offset > a.offset ? b : a));
  return { at: Math.max(...sound.map(({ t4 }) => t4)), above, below };
}

function agrees(a: Burst, b: Burst): boolean {
  const aged = SLACK_MS + (Math.abs(a.at - b.at) * CRYSTAL_PPM) / 1e6;
  return a.below.offset <= b.above.offset + aged && b.below.offset <= a.above.offset + aged;
}

/** Least squares over the bursts' middles, weighted by their tightness; 0 unless it stands out from its own error. */
function significantDrift(bursts: readonly Burst[]): number {
  if (bursts.length < FEWEST_FOR_DRIFT) return 0;
  const points = bursts.map(({ at, above, below }) => ({
    x: at - (bursts[0]?.at ?? 0),
    y: (above.offset + below.offset) / 2,
    w: 1 / Math.max((above.offset - below.offset) / 2, 0.01) ** 2,
  }));
  const sum = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((total, point) => total + of(point), 0);
  const weight = sum(({ w }) => w);
  const meanX = sum(({ x, w }) => x * w) / weight;
  const meanY = sum(({ y, w }) => y * w) / weight;
  const spread = sum(({ x, w }) => w * (x - meanX) ** 2);
  if (spread === 0) return 0;
  const slope = sum(({ x, y, w }) => w * (x - meanX) * (y - meanY)) / spread;
  const residual = sum(({ x, y, w }) => w * (y - meanY - slope * (x - meanX)) ** 2) / (points.length - 2);
  const error = Math.sqrt(residual / spread);
  return Math.abs(slope) > SIGNIFICANT * error
    ? Math.max(-CRYSTAL_PPM / 1e6, Math.min(CRYSTAL_PPM / 1e6, slope))
    : 0;
}
