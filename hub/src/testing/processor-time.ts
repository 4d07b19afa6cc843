/**
 * The processor time of a thread is told in ticks of the kernel, up to 10 ms long on some machines: what is weighed must
 * last many of them, and only the whole of it is read.
 */
const MANY_TICKS_MS = 100;

/** Processor time this thread has used, ms, rounded to ticks. */
export function usedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Processor time (ms) of doing `work` once, in the mean of as many times as the clock needs to weigh it. */
export async function costMs(work: () => unknown): Promise<number> {
  const before = usedMs();
  let used = 0;
  let times = 0;
  for (; used < MANY_TICKS_MS; used = usedMs() - before, times++) await work();
  return used / times;
}
