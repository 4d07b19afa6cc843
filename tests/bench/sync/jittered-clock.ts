import { setTimeout as wait } from "node:timers/promises";
import { type ClockFilter, estimate, NO_BURSTS, takeBurst } from "@loa/controller/core/clock-filter";
import type { ClockLine } from "@loa/controller/ports";
import type { Clock } from "@loa/kernel/clock";

const BURST = 8;
/** The gaps at which a station asks the hub for the time, ms; the last one repeats. */
const GAPS_MS = [1_000, 1_000, 1_000, 2_000, 2_000, 5_000, 5_000, 10_000];

/**
 * Feeds a station the lines that the real clock filter makes of exchanges with a hub whose time is `offsetMs` ahead, over
 * a network that delays each message by up to `jitterMs`, until `signal` aborts.
 */
export async function feedJitteredClock(
  clock: Clock,
  offsetMs: number,
  jitterMs: number,
  setClock: (line: ClockLine) => void,
  signal: AbortSignal,
): Promise<void> {
  let filter: ClockFilter = NO_BURSTS;
  for (let turn = 0; !signal.aborted; turn++) {
    filter = takeBurst(
      filter,
      Array.from({ length: BURST }, (_, i) => exchange(clock.now() + i * 25, offsetMs, jitterMs)),
    );
    const known = estimate(filter);
    if (known) setClock(known.line);
    await wait(GAPS_MS[Math.min(turn, GAPS_MS.length - 1)], undefined, { signal }).catch(() => {});
  }
}

function exchange(t1: number, offsetMs: number, jitterMs: number) {
  const t2 = t1 + offsetMs + Math.random() * jitterMs;
  const t4 = t2 - offsetMs + Math.random() * jitterMs;
  return { t1, t2, t3: t2, t4 };
}
