import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * How Node runs a controller on a small board. A small young generation, one allocation arena, kept compiled code and no
 * optimising compilers, whose work a daemon that mostly waits never repays, make it some 70 MB smaller. Its audio process
 * computes, and keeps its compilers. The service unit in docs/hardware.md sets the same.
 */
export const LEAN_NODE = {
  args: ["--max-semi-space-size=1", "--optimize-for-size", "--no-opt", "--no-maglev", "--no-sparkplug"],
  env: { MALLOC_ARENA_MAX: "1", NODE_COMPILE_CACHE: join(tmpdir(), "loa-compile-cache") },
} as const;
