/** Asks until the answer is no longer null or undefined; fails after `withinMs`. Real processes run on real time. */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | null | undefined> | T | null | undefined,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within ${withinMs} ms${last ? ` (${String(last)})` : ""}`);
}

/** Sleeps until a wall-clock time; for scenarios whose plan lies on real time. */
export function untilTime(unixMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, unixMs - Date.now())));
}
