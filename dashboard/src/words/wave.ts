/** So many bars, 0..1, of a peak list of any length: the highest of each stretch, the loudest bar full. */
export function waveBars(peaks: readonly number[], bars: number): number[] {
  if (peaks.length === 0) return [];
  const heights = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars));
    return Math.max(...peaks.slice(from, to));
  });
  const loudest = Math.max(...heights);
  return loudest === 0 ? heights : heights.map((height) => height / loudest);
}
