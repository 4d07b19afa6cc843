import type { Cancel, Clock, UnixMs } from "./clock.ts";

/** setTimeout's own ceiling is 2^31 − 1 ms; longer waits are taken in hops. */
const LONGEST_HOP_MS = 2_000_000_000;

/**
 * The machine's monotonic time on the Unix scale. It does not jump when the wall clock is set, and agrees between
 * processes of one machine to a few microseconds. Only composition roots make one.
 */
export class SystemClock implements Clock {
  now(): UnixMs {
    return performance.timeOrigin + performance.now();
  }

  at(_name: string, when: UnixMs, run: () => void): Cancel {
    let timer: ReturnType<typeof setTimeout>;
    const hop = () => {
      const wait = when - this.now();
      timer =
        wait > LONGEST_HOP_MS
          ? setTimeout(hop, LONGEST_HOP_MS)
          : setTimeout(run, Math.max(0, Math.ceil(wait)));
    };
    hop();
    return () => clearTimeout(timer);
  }

  every(_name: string, periodMs: number, run: () => void): Cancel {
    const timer = setInterval(run, periodMs);
    return () => clearInterval(timer);
  }
}
