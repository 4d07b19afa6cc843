import { ABBREVIATIONS } from "./abbreviations.ts";
import { ADDRESS_RULES } from "./addresses.ts";
import { AMBIGUOUS_RULES } from "./ambiguous.ts";
import { ROMAN_RULE } from "./dates.ts";
import { BARE_CODE_RULE } from "./documents.ts";
import { spell } from "./letters.ts";
import { anyOf } from "./quantities.ts";
import { after, END, type Rule, rule } from "./rule.ts";
import { UNITS, UNITS_ALONE } from "./units.ts";

const PIECE = String.raw`\p{L}{1,12}`;
const CONSONANTS = "[B-DF-HJ-NP-TV-XZĐ]";
const QUOTED = /["“«'‘]$/u;

/** What the table says of a word with or without what is joined to it. */
function known(written: string): string | null {
  const whole = Object.hasOwn(ABBREVIATIONS, written) ? ABBREVIATIONS[written] : undefined;
  if (whole !== undefined) return whole;
  const parts = written.split(/[-&]/);
  if (parts.length < 2 || !parts.every((part) => Object.hasOwn(ABBREVIATIONS, part))) return null;
  return joined(written, parts);
}

function joined(written: string, parts: readonly string[]): string {
  const signs = written.match(/[-&]/g) ?? [];
  return parts
    .map((part, at) => `${at === 0 ? "" : signs[at - 1] === "&" ? " và " : " "}${ABBREVIATIONS[part]}`)
    .join("");
}

/** The table's abbreviations, `pieces` of them joined. */
const tableRule = (pieces: string): Rule =>
  rule("abbreviation", String.raw`${pieces}(?![\p{L}\p{M}])`, ([written]) => known(written));

/** Words that are read otherwise than they are written. Tried where a word begins, in this order. */
export const WORD_RULES: readonly Rule[] = [
  ...ADDRESS_RULES,
  rule("abbreviation", String.raw`[vV]\.[vV]\.?(?:\.\.|…)?${END}`, () => "vân vân"),
  rule("abbreviation", String.raw`vv(?:\.\.\.|…)${END}`, () => "vân vân"),
  ...AMBIGUOUS_RULES,
  BARE_CODE_RULE,
  tableRule(`${PIECE}(?:[-&/]${PIECE}){3}`),
  tableRule(`${PIECE}(?:[-&/]${PIECE}){2}`),
  tableRule(`${PIECE}(?:[-&/]${PIECE})`),
  tableRule(PIECE),
  rule("unit", `(?:${anyOf(UNITS_ALONE)})${END}`, ([unit]) => UNITS[unit] ?? null),
  rule("unit", "Km(?=\\d)", () => "ki lô mét"),
  ROMAN_RULE,
  rule("abbreviation", String.raw`${CONSONANTS}{2,8}(?![\p{L}\p{M}])`, (match, place) => {
    const inQuotes = QUOTED.test(place.before) && /^["”»'’]/u.test(after(match, place));
    return inQuotes ? null : spell(match[0]);
  }),
  rule("symbol", String.raw`(?<word>\p{Lu}{2,12})-(?=\d)`, ({ groups: { word = "" } = {} }) => `${word} `),
];
