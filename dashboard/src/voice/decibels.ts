/** What counts as nothing at all, dBFS. */
export const SILENCE_DB = -100;

/** Power of full scale 1 as dBFS, at least −100. */
export const powerDb = (power: number): number => (power <= 1e-10 ? SILENCE_DB : 10 * Math.log10(power));

/** Factor of an amplitude. */
export const factorOf = (db: number): number => 10 ** (db / 20);

/** Share of the way that a one-pole filter goes in one step of `stepSeconds`. */
export const stepShare = (stepSeconds: number, seconds: number): number =>
  1 - Math.exp(-stepSeconds / seconds);
