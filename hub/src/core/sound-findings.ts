import type { SoundFinding } from "@loa/protocol/http/announcements";

/** A stretch of a sound, ms from its start. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was measured of a source. */
export interface SoundMeasures {
  /** Integrated loudness, LUFS. */
  readonly lufs: number;
  /** Length of one level, ms. */
  readonly stepMs: number;
  /** Level of each step in dB of full scale, without what lies below the horns' range. */
  readonly levelsDb: readonly number[];
  /** Stretches in which the samples stood at full scale, and where the first began and the last ended. */
  readonly clipped: (Stretch & { readonly stretches: number }) | null;
}

/** Listeners wait this long at the edges without wondering; within, a pause for thought is as long. */
const SILENCE_AT_EDGE_MS = 1_500;
const SILENCE_INSIDE_MS = 4_000;
/** A pause: so far below the speech that a horn at its usual level is quieter than the street. Nothing is heard below the second. */
const PAUSE_BELOW_SPEECH_DB = 30;
const INAUDIBLE_DB = -60;
/** A click on a button is no speech: shorter than any syllable. */
const SHORTEST_SOUND_MS = 60;
/** Single peaks at full scale are not heard; a microphone that is too close clips in every stressed syllable, more than once a second. */
const FEWEST_CLIPPED = 5;
const CLIPPED_PER_MINUTE = 60;
/** Brought to −16 LUFS, the noise of the room and the microphone rises by more than 20 dB. */
const QUIET_BELOW_LUFS = -36;
/** No voice is as loud without being squeezed or overdriven: its peaks lie 12 dB and more above its loudness, and full scale above them. */
const LOUD_ABOVE_LUFS = -11;
/** Above 15 dB noise costs no intelligibility. Source: IEC 60268-16, where the transmission index is full at +15 dB. */
const NOISY_BELOW_DB = 15;
/** The quietest steps: in speech those between the words. Noise stands still there; music, and the ends of words, do not. */
const QUIETEST = 0.05;
const NEXT_QUIETEST = 0.12;
const STEADY_WITHIN_DB = 1;

/** What its author should look at before it is submitted. */
export function soundFindings(measures: SoundMeasures): SoundFinding[] {
  const sounding = soundingSteps(measures);
  if (sounding.length === 0) return [];
  return [
    ...silences(measures, sounding),
    ...clipping(measures),
    ...level(measures.lufs),
    ...noise(measures, sounding),
  ];
}

/** Runs of steps `[from, to)` that are heard. */
type Run = readonly [from: number, to: number];

function soundingSteps({ lufs, stepMs, levelsDb }: SoundMeasures): Run[] {
  const heard = Math.max(INAUDIBLE_DB, lufs - PAUSE_BELOW_SPEECH_DB);
  const runs: [number, number][] = [];
  levelsDb.forEach((db, step) => {
    const last = runs.at(-1);
    if (db < heard) return;
    if (last?.[1] === step) last[1]++;
    else runs.push([step, step + 1]);
  });
  return runs.filter(([from, to]) => (to - from) * stepMs >= SHORTEST_SOUND_MS);
}

function silences({ stepMs, levelsDb }: SoundMeasures, sounding: readonly Run[]): SoundFinding[] {
  const edges = [[0, 0], ...sounding, [levelsDb.length, levelsDb.length]] as Run[];
  return edges.slice(1).flatMap(([to], index) => {
    const stretch = { fromMs: edges[index]![1] * stepMs, toMs: to * stepMs };
    const atEdge = index === 0 || index === edges.length - 2;
    const value = stretch.toMs - stretch.fromMs;
    if (value <= (atEdge ? SILENCE_AT_EDGE_MS : SILENCE_INSIDE_MS)) return [];
    const code = !atEdge ? "SILENCE_INSIDE" : index === 0 ? "SILENCE_AT_START" : "SILENCE_AT_END";
    return [{ code, ...stretch, value } as const];
  });
}

function clipping({ clipped, stepMs, levelsDb }: SoundMeasures): SoundFinding[] {
  const minutes = (levelsDb.length * stepMs) / 60_000;
  if (!clipped || clipped.stretches < Math.max(FEWEST_CLIPPED, CLIPPED_PER_MINUTE * minutes)) return [];
  const { stretches: value, fromMs, toMs } = clipped;
  return [{ code: "CLIPPED", fromMs, toMs, value }];
}

function level(lufs: number): SoundFinding[] {
  const value = rounded(lufs);
  if (lufs < QUIET_BELOW_LUFS) return [{ code: "VERY_QUIET", value }];
  return lufs > LOUD_ABOVE_LUFS ? [{ code: "VERY_LOUD", value }] : [];
}

function noise({ lufs, levelsDb }: SoundMeasures, sounding: readonly Run[]): SoundFinding[] {
  const spoken = levelsDb.slice(sounding[0]![0], sounding.at(-1)![1]).sort((a, b) => a - b);
  const at = (share: number) => spoken[Math.floor(spoken.length * share)]!;
  const floor = at(QUIETEST);
  const steady = at(NEXT_QUIETEST) - floor < STEADY_WITHIN_DB;
  return steady && lufs - floor < NOISY_BELOW_DB ? [{ code: "NOISY", value: rounded(floor) }] : [];
}

const rounded = (db: number) => Math.round(db * 10) / 10;
