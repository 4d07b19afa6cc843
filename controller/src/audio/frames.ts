/** Frames per second of everything inside the audio process; mono throughout. */
export const SAMPLE_RATE = 48_000;

/** Frames of one block: 10 ms. */
export const BLOCK = 480;

/** Frames in a duration, to the nearest whole frame. */
export const framesOf = (ms: number): number => Math.round((ms * SAMPLE_RATE) / 1_000);

/** Duration of a number of frames, ms. */
export const msOf = (frames: number): number => (frames * 1_000) / SAMPLE_RATE;
