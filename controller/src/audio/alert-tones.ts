import type { Tone } from "@loa/protocol/alert";
import { framesOf, SAMPLE_RATE } from "./frames.ts";
import { chime } from "./tones.ts";

const LEVEL = 0.5;
/** Begins, ends and changes of note are rounded over this, or they would click. */
const EDGE = framesOf(8);
/** A horn radiates the harmonics better than the note itself; they are what is recognised from afar. */
const HARMONICS = [
  { multiple: 1, level: 0.72 },
  { multiple: 2, level: 0.2 },
  { multiple: 3, level: 0.08 },
];

/** Notes in turn, each for some ms; 0 Hz is silence. */
type Melody = readonly { readonly hz: number; readonly ms: number }[];

const MELODIES: Partial<Record<Tone, Melody>> = {
  attention: [
    { hz: 880, ms: 400 },
    { hz: 660, ms: 400 },
  ],
  pulse: [
    { hz: 800, ms: 500 },
    { hz: 0, ms: 500 },
  ],
  steady: [{ hz: 620, ms: 1_000 }],
  "all-clear": [
    { hz: 523, ms: 350 },
    { hz: 659, ms: 350 },
    { hz: 784, ms: 700 },
    { hz: 0, ms: 600 },
  ],
};

const WAIL = { lowHz: 450, highHz: 1_050, periodS: 4 };

/**
 * Renders frames `from` and on of a tone that lasts `totalFrames`, overwriting `into`. Peak about −6 dBFS. Any frame can be
 * rendered without those before it, so that a station that joins late sounds in phase with its neighbours.
 */
export function renderTone(tone: Tone, from: number, totalFrames: number, into: Float32Array): void {
  if (tone === "chime") {
    chime(from, totalFrames, into);
    return;
  }
  const melody = MELODIES[tone];
  if (melody) renderMelody(melody, from, into);
  else renderWail(from, into);
  for (let i = 0; i < into.length; i++)
    into[i] = into[i]! * Math.min(1, (from + i + 1) / EDGE, Math.max(0, (totalFrames - from - i) / EDGE));
}

function renderMelody(melody: Melody, from: number, into: Float32Array): void {
  const notes = melody.map(({ hz, ms }) => ({ hz, frames: framesOf(ms) }));
  const round = notes.reduce((sum, { frames }) => sum + frames, 0);
  for (let i = 0; i < into.length; i++) {
    let at = (from + i) % round;
    let note = 0;
    while (at >= notes[note]!.frames) at -= notes[note++]!.frames;
    const { hz, frames } = notes[note]!;
    const edge = notes.length === 1 ? 1 : Math.min(1, (at + 1) / EDGE, (frames - at) / EDGE);
    const phase = notes.length === 1 ? ((from + i) * hz) / SAMPLE_RATE : (at * hz) / SAMPLE_RATE;
    into[i] = hz === 0 ? 0 : LEVEL * edge * voice(phase);
  }
}

/** Up and down between two notes; the phase is the integral of the note, so that it has no seams. */
function renderWail(from: number, into: Float32Array): void {
  const { lowHz, highHz, periodS } = WAIL;
  const half = periodS / 2;
  const slope = (highHz - lowHz) / half;
  const halfPhase = lowHz * half + (slope * half * half) / 2;
  for (let i = 0; i < into.length; i++) {
    const t = (from + i) / SAMPLE_RATE;
    const rounds = Math.floor(t / periodS);
    const at = t - rounds * periodS;
    const down = at - half;
    const phase =
      at < half ? lowHz * at + (slope * at * at) / 2 : halfPhase + highHz * down - (slope * down * down) / 2;
    into[i] = LEVEL * voice(rounds * 2 * halfPhase + phase);
  }
}

function voice(phase: number): number {
  const turn = 2 * Math.PI * (phase - Math.floor(phase));
  return HARMONICS.reduce((sum, { multiple, level }) => sum + level * Math.sin(multiple * turn), 0);
}
