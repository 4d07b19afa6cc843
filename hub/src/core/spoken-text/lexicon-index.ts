import type { LexiconEntry } from "@loa/protocol/http/speech";

interface Entry {
  readonly written: string;
  readonly spoken: string;
}

const WORD = /[\p{L}\p{M}\p{N}]/u;

/** Form in which entries and texts are compared: case and ways of composing do not matter, accents do. */
export function lexiconKey(written: string): string {
  return lower(written.normalize("NFC")).replaceAll(/\s+/g, " ").trim();
}

/** Keeps length, so that offsets hold. */
function lower(text: string): string {
  const made = text.toLowerCase();
  return made.length === text.length ? made : [...text].map((one) => sameLength(one)).join("");
}

function sameLength(character: string): string {
  const made = character.toLowerCase();
  return made.length === character.length ? made : character;
}

/** The lexicon made ready for one text: the longest entry that fits, and of equal ones the first. */
export class LexiconIndex {
  readonly #text: string;
  readonly #byFirst = new Map<string, Entry[]>();

  /** `text` is folded; nearest entries come first. */
  constructor(entries: readonly LexiconEntry[], text: string) {
    this.#text = lower(text);
    const seen = new Set<string>();
    for (const { written, spoken } of entries) {
      const key = lexiconKey(written);
      const first = key[0];
      if (first === undefined || seen.has(key)) continue;
      seen.add(key);
      const others = this.#byFirst.get(first);
      if (others) others.push({ written: key, spoken });
      else this.#byFirst.set(first, [{ written: key, spoken }]);
    }
    for (const list of this.#byFirst.values()) list.sort((a, b) => b.written.length - a.written.length);
  }

  /** The entry that stands at a place as whole words. */
  at(place: number): { length: number; spoken: string } | null {
    const found = this.#byFirst
      .get(this.#text[place] ?? "")
      ?.find(({ written }) => this.#stands(written, place));
    return found ? { length: found.written.length, spoken: found.spoken } : null;
  }

  #stands(written: string, place: number): boolean {
    if (!this.#text.startsWith(written, place)) return false;
    const end = place + written.length;
    return this.#breaks(place) && this.#breaks(end);
  }

  /** Whether a word does not go on across a place. */
  #breaks(place: number): boolean {
    return !(WORD.test(this.#text[place - 1] ?? "") && WORD.test(this.#text[place] ?? ""));
  }
}
