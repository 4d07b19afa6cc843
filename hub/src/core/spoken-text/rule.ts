import type { ReadingChange } from "@loa/protocol/http/speech";

/** Where a rule is tried. */
export interface Place {
  /** The whole text, folded. */
  readonly text: string;
  readonly at: number;
  /** What stands before, some words of it. */
  readonly before: string;
}

/** One way of reading. Its pattern is tried at one place and has bounded repetitions, so that reading takes linear time. */
export interface Rule {
  readonly kind: ReadingChange["kind"];
  readonly pattern: RegExp;
  /** Null: not here; the next rule is tried. */
  say(match: RegExpExecArray, place: Place): string | null;
}

/** After a word or number. */
export const END = String.raw`(?![\p{L}\p{M}\p{N}])`;
/** After a number: no further digit, grouped or not. */
export const NUMBER_END = String.raw`(?!\d)(?![.,]\d)`;
/** Integer with or without dots between thousands, with or without decimals. */
export const NUMBER = String.raw`(?:\d{1,3}(?:\.\d{3}){1,5}(?:,\d{1,9})?|\d{1,15}(?:,\d{1,9})?)${NUMBER_END}`;
/** Between the ends of a range. */
export const TO = String.raw` ?[-\u2013\u2014] ?`;

/** Makes a rule. `source` is matched where the reader stands. */
export function rule(kind: Rule["kind"], source: string, say: Rule["say"]): Rule {
  return { kind, pattern: new RegExp(source, "yu"), say };
}

/** What follows a match, some words of it. */
export function after(match: RegExpExecArray, { text, at }: Place): string {
  const end = at + match[0].length;
  return text.slice(end, end + 32);
}

/** Tries rules one after the other. */
export function firstThatFits(
  rules: readonly Rule[],
  place: Place,
): { length: number; spoken: string; kind: Rule["kind"] } | null {
  for (const { pattern, kind, say } of rules) {
    pattern.lastIndex = place.at;
    const match = pattern.exec(place.text);
    const spoken = match && match[0] !== "" ? say(match, place) : null;
    if (match && spoken !== null) return { length: match[0].length, spoken, kind };
  }
  return null;
}
