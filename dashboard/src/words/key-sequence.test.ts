import { expect, test } from "vitest";
import { KeySequence } from "./key-sequence.ts";

const shortcuts = [
  { keys: "?", name: "help" },
  { keys: "g o", name: "overview" },
  { keys: "g s", name: "schedules" },
  { keys: "n", name: "new" },
] as const;

test.each([
  ["one key", ["n"], [0], "new"],
  ["two keys", ["g", "s"], [0, 500], "schedules"],
  ["two keys too far apart", ["g", "s"], [0, 2_000], null],
  ["a first key that was meant anew", ["g", "g", "o"], [0, 100, 200], "overview"],
  ["a wrong second key", ["g", "x"], [0, 100], null],
  ["a shortcut in place of the second key", ["g", "n"], [0, 100], "new"],
  ["what follows a wrong key", ["g", "x", "o"], [0, 100, 200], null],
] as const)("%s", (_, keys, times, expected) => {
  const sequence = new KeySequence(shortcuts);
  expect(keys.map((key, i) => sequence.press(key, times[i] ?? 0)).at(-1)).toBe(expected);
});
