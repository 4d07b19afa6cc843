/** An instant: milliseconds since the Unix epoch, with a fraction down to a few microseconds. */
export type UnixMs = number;

/** Ends a named timer; calling it again does nothing. */
export type Cancel = () => void;

/**
 * Time as a part is given it. Core code takes `now` as a parameter; shells take a `Clock`.
 * Timers carry names so that a test (or a log line) can say what is pending.
 */
export interface Clock {
  now(): UnixMs;
  /** Calls `run` once at or shortly after `when`; at once (next turn) when `when` has passed. */
  at(name: string, when: UnixMs, run: () => void): Cancel;
  /** Calls `run` every `periodMs`, first after one period. */
  every(name: string, periodMs: number, run: () => void): Cancel;
}
