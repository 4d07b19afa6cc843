/** Milliseconds in the given number of seconds. */
export const seconds = (n: number): number => n * 1_000;
/** Milliseconds in the given number of minutes. */
export const minutes = (n: number): number => n * 60_000;
/** Milliseconds in the given number of hours. */
export const hours = (n: number): number => n * 3_600_000;
/** Milliseconds in the given number of days of 24 h. */
export const days = (n: number): number => n * 86_400_000;

/** Linear amplitude factor of a gain in dB. */
export const fromDb = (db: number): number => 10 ** (db / 20);
