import { Signal, type Source } from "./signal.ts";

/** Beyond this the computer's clock is taken to be wrong; below it the Date header is too coarse to tell. */
const BELIEVABLE_SKEW_MS = 2_500;

let skewMs = 0;

/** Learns from a `Date` header how far this computer's clock is off. */
export function observeHubDate(header: string | null): void {
  const hub = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(hub)) return;
  const difference = hub + 500 - Date.now();
  skewMs = Math.abs(difference) > BELIEVABLE_SKEW_MS ? difference : 0;
}

/** Now on the hub's time scale, Unix ms: an office computer's own clock may be minutes off. */
export const hubNow = (): number => Date.now() + skewMs;

function ticker(periodMs: number): Source {
  const beat = new Signal(0);
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    subscribe(listener) {
      if (watchers++ === 0) timer = setInterval(() => beat.set(beat.value + 1), periodMs);
      const end = beat.subscribe(listener);
      return () => {
        end();
        if (--watchers === 0) clearInterval(timer);
      };
    },
  };
}

/** Beats once a second while somebody watches: progress bars, remaining times. */
export const everySecond = ticker(1_000);
/** Beats every 15 s while somebody watches: "next", "since". */
export const everyQuarterMinute = ticker(15_000);
