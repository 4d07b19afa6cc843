/** Frames a second of everything here. */
export const RATE = 48_000;

/** Numbers 0..1 that are the same in every run. Source: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Even noise of a level, dBFS rms. */
export function room(seconds: number, db: number, seed = 7): Float32Array {
  const random = seeded(seed);
  const factor = 10 ** (db / 20) * Math.sqrt(3);
  return Float32Array.from({ length: seconds * RATE }, () => factor * (2 * random() - 1));
}

/**
 * Syllables of a gliding voice with breathy noise, 3 to 7 a second, with pauses between phrases. `db`: rms of the whole while it speaks.
 */
export function speechLike(seconds: number, db: number, seed = 1): Float32Array {
  const random = seeded(seed);
  const samples = new Float32Array(Math.round(seconds * RATE));
  let [at, syllables, phase] = [0, 4, 0];
  while (at < samples.length) {
    const length = Math.round((0.12 + 0.18 * random()) * RATE);
    const [loud, pitch, glide] = [0.4 + 0.6 * random(), 110 + 120 * random(), 0.7 + 0.6 * random()];
    for (let i = 0; i < length && at + i < samples.length; i++) {
      const way = i / length;
      phase += (2 * Math.PI * pitch * (1 + (glide - 1) * way)) / RATE;
      const voice = Math.sin(phase) + 0.6 * Math.sin(2 * phase) + 0.4 * Math.sin(5 * phase);
      samples[at + i] = loud * Math.sin(Math.PI * way) ** 0.7 * (voice + 0.3 * (2 * random() - 1));
    }
    at += length + Math.round(0.04 * random() * RATE);
    syllables -= 1;
    if (syllables > 0) continue;
    syllables = 4 + Math.floor(8 * random());
    at += Math.round((0.2 + 0.5 * random()) * RATE);
  }
  return scaled(samples, db);
}

/** Root mean square of what is no pause, dBFS: blocks of 20 ms within 25 dB of the loudest. */
export function speakingDb(samples: Float32Array): number {
  const powers: number[] = [];
  for (let at = 0; at + 960 <= samples.length; at += 960) {
    let sum = 0;
    for (let i = at; i < at + 960; i++) sum += (samples[i] as number) ** 2;
    powers.push(sum / 960);
  }
  const most = Math.max(...powers);
  const spoken = powers.filter((power) => power > most / 316);
  return 10 * Math.log10(spoken.reduce((sum, power) => sum + power, 0) / spoken.length);
}

function scaled(samples: Float32Array, db: number): Float32Array {
  const factor = 10 ** ((db - speakingDb(samples)) / 20);
  return samples.map((sample) => sample * factor);
}
