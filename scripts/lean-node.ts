/**
 * How Node is started on a small board: a small young generation and one allocation arena keep a controller some 40 MB smaller.
 * The service unit in docs/hardware.md sets the same.
 */
export const LEAN_NODE = {
  args: ["--max-semi-space-size=1"],
  env: { MALLOC_ARENA_MAX: "1" },
} as const;
