import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * How Node is started on a small board: a small young generation, one allocation arena and kept compiled code make a controller
 * some 60 MB smaller. The service unit in docs/hardware.md sets the same.
 */
export const LEAN_NODE = {
  args: ["--max-semi-space-size=1"],
  env: { MALLOC_ARENA_MAX: "1", NODE_COMPILE_CACHE: join(tmpdir(), "loa-compile-cache") },
} as const;
