import { folded } from "./folded.ts";

/** In words: below `fair` the hub will likely refuse it. */
export type Strength = "short" | "weak" | "fair" | "strong";

const LEAST = 8;
const COMMON = ["123456", "password", "matkhau", "qwerty", "abc123", "111111", "iloveyou", "truyenthanh"];

function bitsPerSign(password: string): number {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/];
  const sizes = [26, 26, 10, 33];
  const size = kinds.reduce((sum, kind, i) => sum + (kind.test(password) ? (sizes[i] ?? 0) : 0), 0);
  return Math.log2(Math.max(2, size));
}

/** How hard a password is to guess, by length, variety and what it repeats; names the person has do not count. */
export function strengthOf(password: string, names: readonly string[]): Strength {
  if (password.length < LEAST) return "short";
  let rest = folded(password);
  const known = [...names.flatMap((name) => folded(name).split(/[\s.]+/)), ...COMMON];
  for (const word of known.sort((a, b) => b.length - a.length))
    if (word.length > 2) rest = rest.replaceAll(word, "");
  const distinct = new Set(rest).size;
  const bits = Math.min(rest.length, distinct * 1.5) * bitsPerSign(password);
  if (bits < 40) return "weak";
  return bits < 62 ? "fair" : "strong";
}
