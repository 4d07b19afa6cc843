/**
 * Normalised correlation of `window` with `recording` at each of the places `from` … `from + count − 1`, −1..1; 0 where either is
 * silent. Frames outside the recording count as 0. By way of the spectrum: a thousand places cost little more than one.
 */
export function correlations(
  recording: Float32Array,
  from: number,
  count: number,
  window: Float32Array,
): Float64Array {
  const length = count + window.length - 1;
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, length)));
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < length; i++) re[i] = recording[from + i] ?? 0;
  im.set(window);
  const energies = energiesOf(re, count, window.length);
  const own = Math.sqrt(window.reduce((sum, x) => sum + x * x, 0));
  const products = crossProducts(re, im);
  return energies.map((energy, place) => {
    const whole = own * Math.sqrt(energy);
    return whole < SILENCE ? 0 : (products[place] as number) / whole;
  });
}

/** Of a whole that is quieter, what the transform rounds would decide. */
const SILENCE = 1e-9;

/** Sum of squares of the `length` frames from each place on. */
function energiesOf(samples: Float64Array, count: number, length: number): Float64Array {
  const sums = new Float64Array(count + length);
  for (let i = 0; i + 1 < sums.length; i++)
    sums[i + 1] = (sums[i] as number) + (samples[i] as number) * (samples[i] as number);
  return new Float64Array(count).map((_, i) =>
    Math.max(0, (sums[i + length] as number) - (sums[i] as number)),
  );
}

/** `re` against `im` at each shift, both real and of one length that is a power of two; uses them up. */
function crossProducts(re: Float64Array, im: Float64Array): Float64Array {
  const size = re.length;
  transform(re, im);
  const [productRe, productIm] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < size; k++) {
    const mirrored = (size - k) % size;
    const [a, b, c, d] = [re[k], im[k], re[mirrored], im[mirrored]] as [number, number, number, number];
    // One transform of two real signals: A = (X + X̄*) / 2, B = (X − X̄*) / 2i.
    const [aRe, aIm, bRe, bIm] = [(a + c) / 2, (b - d) / 2, (b + d) / 2, (c - a) / 2];
    productRe[k] = (aRe * bRe + aIm * bIm) / size;
    // The conjugate of the product: its transform is what the product came from.
    productIm[k] = (aRe * bIm - aIm * bRe) / size;
  }
  transform(productRe, productIm);
  return productRe;
}

/** Fast Fourier transform in place, radix 2. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  shuffle(re);
  shuffle(im);
  const { cos, sin } = turnsOf(size);
  for (let half = 1; half < size; half *= 2)
    for (let start = 0; start < size; start += 2 * half)
      for (let k = 0; k < half; k++) {
        const even = start + k;
        const odd = even + half;
        const wRe = cos[(k * size) / (2 * half)] as number;
        const wIm = sin[(k * size) / (2 * half)] as number;
        const turnedRe = wRe * (re[odd] as number) - wIm * (im[odd] as number);
        const turnedIm = wRe * (im[odd] as number) + wIm * (re[odd] as number);
        re[odd] = (re[even] as number) - turnedRe;
        im[odd] = (im[even] as number) - turnedIm;
        re[even] = (re[even] as number) + turnedRe;
        im[even] = (im[even] as number) + turnedIm;
      }
}

const turns = new Map<number, { cos: Float64Array; sin: Float64Array }>();

/** The first half of a circle in `size` steps, clockwise. */
function turnsOf(size: number) {
  const known = turns.get(size);
  if (known) return known;
  const made = { cos: new Float64Array(size / 2), sin: new Float64Array(size / 2) };
  for (let k = 0; k < size / 2; k++) {
    made.cos[k] = Math.cos((2 * Math.PI * k) / size);
    made.sin[k] = -Math.sin((2 * Math.PI * k) / size);
  }
  turns.set(size, made);
  return made;
}

/** Puts each value where its index, its bits read backwards, says. */
function shuffle(values: Float64Array): void {
  for (let i = 1, mirrored = 0; i < values.length; i++) {
    let bit = values.length >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (i >= mirrored) continue;
    const kept = values[i] as number;
    values[i] = values[mirrored] as number;
    values[mirrored] = kept;
  }
}
