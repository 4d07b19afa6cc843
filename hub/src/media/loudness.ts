/** Integrated loudness that announcements are brought to, LUFS (EBU R 128's measure; the level suits horns). */
export const TARGET_LUFS = -16;
/** Highest true peak of an asset, dBTP. */
export const TRUE_PEAK_LIMIT_DB = -1;
/** Quieter recordings hold no speech. */
export const SILENT_BELOW_LUFS = -60;
/** Where the limiter holds samples: the codec adds some tenths of a dB to them, peaks between samples some more. */
const CEILING_DB = -2;
/** More limiting than this is heard as distortion; what is then missing in loudness is left missing. */
const MOST_LIMITING_DB = 12;
const MOST_GAIN_DB = 40;
/** Speech at the limiter gains about half a dB of loudness for a dB of level. */
const LIMITING_YIELD = 2;

/** What a meter said: integrated loudness in LUFS (−Infinity: below the gate) and peak in dBFS. */
export interface Loudness {
  readonly lufs: number;
  readonly peakDb: number;
}

/** What is done to the samples: a gain, then a limiter that is transparent below its ceiling. dB. */
export interface Normalisation {
  readonly gainDb: number;
  readonly ceilingDb: number;
  /** False: nothing reaches the ceiling and the result is the source times a factor. */
  readonly limits: boolean;
}

/** The last summary of the ebur128 filter in a log; null when there is none. */
export function readLoudness(log: string): Loudness | null {
  const summary = log.slice(log.lastIndexOf("Summary:"));
  const lufs = /\bI:\s+(-?[\d.]+|-?inf|nan) LUFS/.exec(summary)?.[1];
  const peak = /\bPeak:\s+(-?[\d.]+|-?inf|nan) dBFS/.exec(summary)?.[1];
  if (lufs === undefined || peak === undefined) return null;
  return { lufs: number(lufs), peakDb: number(peak) };
}

/** How to bring a measured source to the target. */
export function normalise(source: Loudness): Normalisation {
  return withGain(source, TARGET_LUFS - source.lufs);
}

/** Corrects for the loudness that limiting took away, as a trial measured it. */
export function correct(source: Loudness, tried: Normalisation, trial: Loudness): Normalisation {
  const missing = TARGET_LUFS - trial.lufs;
  return withGain(source, tried.gainDb + missing * (missing > 0 ? LIMITING_YIELD : 1));
}

/** Lowers the ceiling by what the asset's true peak is too high; null when it is not. */
export function lower(tried: Normalisation, asset: Loudness): Normalisation | null {
  const excess = asset.peakDb - TRUE_PEAK_LIMIT_DB;
  return excess <= 0 ? null : { ...tried, ceilingDb: tried.ceilingDb - excess - 0.3, limits: true };
}

function withGain(source: Loudness, wanted: number): Normalisation {
  const most = Math.min(MOST_GAIN_DB, CEILING_DB + MOST_LIMITING_DB - source.peakDb);
  const gainDb = Math.min(wanted, most);
  return { gainDb, ceilingDb: CEILING_DB, limits: source.peakDb + gainDb > CEILING_DB };
}

/** The meter shows −70 for what never passes its absolute gate. */
function number(text: string): number {
  const value = text === "-inf" || text === "nan" ? Number.NEGATIVE_INFINITY : Number(text);
  return value <= -70 ? Number.NEGATIVE_INFINITY : value;
}
