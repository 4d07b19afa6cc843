/** Each bucket is this much wider than the one before: percentiles are good to 5 %. */
const GROWTH = 1.05;
const SMALLEST_MS = 0.1;
const BUCKETS = 320;

/** Counts of durations by size, small enough to send between processes. */
export interface Latency {
  count: number;
  maxMs: number;
  buckets: number[];
}

/** What people read of one. */
export interface LatencyFigures {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** An empty one. */
export const noLatency = (): Latency => ({ count: 0, maxMs: 0, buckets: [] });

/** Adds one duration; clocks that differ a little may make it negative, which counts as 0. */
export function addLatency(latency: Latency, ms: number): void {
  const size = Math.log(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) / Math.log(GROWTH);
  const bucket = Math.min(BUCKETS - 1, Math.floor(size));
  while (latency.buckets.length <= bucket) latency.buckets.push(0);
  latency.buckets[bucket]!++;
  latency.count++;
  latency.maxMs = Math.max(latency.maxMs, ms);
}

/** The sum of several. */
export function mergeLatencies(parts: readonly Latency[]): Latency {
  const sum = noLatency();
  for (const { count, maxMs, buckets } of parts) {
    sum.count += count;
    sum.maxMs = Math.max(sum.maxMs, maxMs);
    for (const [i, n] of buckets.entries()) sum.buckets[i] = (sum.buckets[i] ?? 0) + n;
  }
  return sum;
}

/** Median, 99th percentile and maximum. */
export function latencyFigures(latency: Latency): LatencyFigures {
  const { count, maxMs } = latency;
  return {
    count,
    p50Ms: percentile(latency, 0.5),
    p99Ms: percentile(latency, 0.99),
    maxMs: Math.round(maxMs * 10) / 10,
  };
}

function percentile({ count, maxMs, buckets }: Latency, share: number): number {
  let left = Math.ceil(count * share);
  for (const [bucket, n] of buckets.entries()) {
    left -= n;
    if (left <= 0 && n > 0)
      return Math.round(Math.min(maxMs, SMALLEST_MS * GROWTH ** (bucket + 1)) * 10) / 10;
  }
  return 0;
}
