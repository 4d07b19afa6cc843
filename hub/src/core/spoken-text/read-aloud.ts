import type { LexiconEntry, Reading, ReadingChange } from "@loa/protocol/http/speech";
import { ADDRESS_RULES } from "./addresses.ts";
import { DATE_RULES } from "./dates.ts";
import { DOCUMENT_RULES } from "./documents.ts";
import { type FoldedText, fold } from "./folded-text.ts";
import { LexiconIndex } from "./lexicon-index.ts";
import { PHONE_RULES, SIGNED_PHONE_RULES } from "./phones.ts";
import { QUANTITY_RULES } from "./quantities.ts";
import { firstThatFits, type Rule } from "./rule.ts";
import { SIGN_RULES } from "./signs.ts";
import { TIME_RULES } from "./times.ts";
import { WORD_RULES } from "./words.ts";

/** How far back a rule looks. */
const CONTEXT = 48;
const NUMBER_RULES: readonly Rule[] = [
  ...ADDRESS_RULES,
  ...DOCUMENT_RULES,
  ...PHONE_RULES,
  ...TIME_RULES,
  ...DATE_RULES,
  ...QUANTITY_RULES,
];
const OTHER_RULES: readonly Rule[] = [...SIGNED_PHONE_RULES, ...SIGN_RULES];
const LETTER = /[\p{L}\p{M}]/u;
const WORD = /[\p{L}\p{M}]+/uy;

/** What is read from a place on: `length` units of the folded text. */
interface Found {
  readonly length: number;
  readonly spoken: string;
  readonly kind: ReadingChange["kind"];
}

/**
 * How a Vietnamese text is read aloud: numbers, dates, units, abbreviations and signs in words; all else stays. `lexicon` comes before
 * every rule; of entries for the same words the first holds. Takes time in proportion to the text.
 */
export function readAloud(text: string, lexicon: readonly LexiconEntry[]): Reading {
  const folded = fold(text);
  const entries = new LexiconIndex(lexicon, folded.text);
  const changes: ReadingChange[] = [];
  let said = "";
  for (let at = 0; at < folded.text.length; ) {
    const found = entryAt(entries, at) ?? ruleAt(folded.text, at);
    const length = found?.length ?? step(folded.text, at);
    const next = folded.text[at + length] ?? "";
    const spoken = found ? between(said, found.spoken, next) : folded.text.slice(at, at + length);
    if (found) changes.push(change(text, folded, [at, at + length], { ...found, spoken }));
    said = spoken.at(-1) ?? said;
    at += length;
  }
  return { spoken: apply(text, changes), changes };
}

function entryAt(entries: LexiconIndex, at: number): Found | null {
  const entry = entries.at(at);
  return entry && { ...entry, kind: "lexicon" };
}

function ruleAt(text: string, at: number): Found | null {
  const character = text[at] ?? "";
  const before = text.slice(Math.max(0, at - CONTEXT), at);
  return firstThatFits(rulesFor(character, before), { text, at, before });
}

function rulesFor(character: string, before: string): readonly Rule[] {
  if (/\d/.test(character)) return NUMBER_RULES;
  if (!LETTER.test(character)) return OTHER_RULES;
  return /[\p{L}\p{M}\d]$/u.test(before) ? [] : WORD_RULES;
}

/** Words are passed as a whole. */
function step(text: string, at: number): number {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0].length;
  return word ?? String.fromCodePoint(text.codePointAt(at) ?? 0).length;
}

function change(text: string, folded: FoldedText, [from, to]: [number, number], found: Found): ReadingChange {
  const [start, end] = [folded.startOf(from), folded.endOf(to)];
  return { start, end, written: text.slice(start, end), spoken: found.spoken, kind: found.kind };
}

/** Words never run into each other: spaces are added where digits or signs kept them apart, and none beside a space. */
function between(said: string, spoken: string, next: string): string {
  const padded = `${needsGap(said, spoken) ? " " : ""}${spoken}${needsGap(spoken, next) ? " " : ""}`;
  const front = said === "" || /\s/.test(said) ? padded.trimStart() : padded;
  return next === "" || /\s/.test(next) ? front.trimEnd() : front;
}

const needsGap = (left: string, right: string) =>
  /[\p{L}\p{M}\p{N}]$/u.test(left) && /^[\p{L}\p{M}\p{N}]/u.test(right);

function apply(text: string, changes: readonly ReadingChange[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, spoken } of changes) {
    pieces.push(text.slice(at, start), spoken);
    at = end;
  }
  return [...pieces, text.slice(at)].join("").normalize("NFC");
}
