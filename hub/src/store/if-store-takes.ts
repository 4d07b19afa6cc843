import type { Logger } from "@loa/kernel/log";

/**
 * Does what a start can do without: a store that is full or read-only must not keep the hub from sending alerts. What could not be written is
 * logged, and tried again at the next start.
 */
export async function ifStoreTakes(log: Logger, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error({ err: error }, `the store takes nothing: ${what}`);
  }
}
