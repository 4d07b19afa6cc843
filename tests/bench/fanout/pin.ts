import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Gives a process, with its threads, one core to itself where there are two and `taskset` is there: broker 0, load clients 1. */
export function pin(pid: number | undefined, core: 0 | 1): void {
  if (pid === undefined || availableParallelism() < 2) return;
  try {
    execFileSync("taskset", ["-acp", String(core), String(pid)], { stdio: "ignore" });
  } catch {
    // Without it both sides share the cores alike.
  }
}
