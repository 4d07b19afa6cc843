const SPREAD_PPM = 80;

/** The crystal error of a station's sound card: always the same for one id, within ±80 ppm, spread evenly (FNV-1a). */
export function crystalPpmOf(stationId: string): number {
  let hash = 0x811c9dc5;
  for (const letter of stationId) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  // FNV leaves neighbouring ids close together in the high bits; one round of mixing parts them.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return Math.round(((hash / 0xffff_ffff) * 2 - 1) * SPREAD_PPM * 10) / 10;
}
