/** Syllables that sound alike in every region and cannot be misread on paper. */
const HEADS = ["b", "d", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v"];
const VOWELS = ["a", "e", "i", "o", "u"];
const TAILS = ["", "m", "n", "t"];

/** Numbers below `bound`, evenly. */
export type Chance = (bound: number) => number;

const pick = (list: readonly string[], chance: Chance): string => list[chance(list.length)] ?? "";

/** A password to read out over the telephone: five syllables and four digits, about 53 bits. */
export function madePassword(chance: Chance): string {
  const syllable = () => pick(HEADS, chance) + pick(VOWELS, chance) + pick(TAILS, chance);
  const words = [syllable() + syllable(), syllable() + syllable(), syllable()];
  return `${words.join("-")}-${String(chance(10_000)).padStart(4, "0")}`;
}

/** The browser's own randomness. */
export const browserChance: Chance = (bound) => {
  const most = Math.floor(2 ** 32 / bound) * bound;
  for (;;) {
    const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (value < most) return value % bound;
  }
};
