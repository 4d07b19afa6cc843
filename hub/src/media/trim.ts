/** What of a recording is kept, positions in ms. Absent: from its start, to its end. */
export interface Trim {
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
}

/** A cut within a sound clicks; this long it fades. */
const FADE_SECONDS = 0.008;

/** ffmpeg's filters that cut to the sample and fade at the cuts. */
export function trimFilters({ startMs = 0, endMs }: Trim = {}): string[] {
  if (startMs === 0 && endMs === undefined) return [];
  const start = startMs / 1_000;
  const end = endMs === undefined ? "" : `:end=${(endMs / 1_000).toFixed(6)}`;
  const length = endMs === undefined ? null : endMs / 1_000 - start;
  return [
    `atrim=start=${start.toFixed(6)}${end}`,
    "asetpts=PTS-STARTPTS",
    ...(startMs > 0 ? [`afade=t=in:d=${FADE_SECONDS}`] : []),
    ...(length === null ? [] : [`afade=t=out:st=${(length - FADE_SECONDS).toFixed(6)}:d=${FADE_SECONDS}`]),
  ];
}

/** How much of `seconds` a trim leaves. */
export function trimmedSeconds(
  seconds: number,
  { startMs = 0, endMs = Number.POSITIVE_INFINITY }: Trim = {},
): number {
  return Math.max(0, Math.min(seconds, endMs / 1_000) - startMs / 1_000);
}
