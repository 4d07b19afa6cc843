import { ABBREVIATIONS, CODE_PARTS, PAPERS } from "./abbreviations.ts";
import { spell } from "./letters.ts";
import { sayInteger } from "./numbers.ts";
import { END, type Rule, rule } from "./rule.ts";

const PART = String.raw`\p{Lu}[\p{L}0-9]{0,11}`;
const CODE = `${PART}(?:[-&.]${PART}){0,5}`;

/** A code's letters in words: `QĐ-UBND` is `quyết định ủy ban nhân dân`. */
export function sayCode(code: string, before = ""): string {
  const parts = code.split(/[-.&]/).map(sayPart);
  const [paper = "", ...others] = parts;
  return others.length > 0 && says(before, paper) ? others.join(" ") : parts.join(" ");
}

/** Whether the kind of paper was just said: "Quyết định số 12/QĐ-UBND". */
const says = (before: string, paper: string) => before.toLowerCase().slice(-32).includes(paper);

function sayPart(part: string): string {
  const known = CODE_PARTS[part] ?? ABBREVIATIONS[part];
  if (known !== undefined) return known;
  const [, letters = "", digits = ""] = /^(\P{N}*)(\d*)$/u.exec(part) ?? [];
  if (digits === "") return spell(part).replaceAll(/\d+/g, sayInteger);
  return `${CODE_PARTS[letters] ?? ABBREVIATIONS[letters] ?? spell(letters)} ${sayInteger(digits)}`.trim();
}

const isCode = (code: string) => (code.match(/\p{Lu}/gu) ?? []).length > 1;

/** Numbers of papers: `49/2024/NĐ-CP`, `18-NQ/TW`. Tried where a number begins. */
export const DOCUMENT_RULES: readonly Rule[] = [
  rule(
    "abbreviation",
    String.raw`(?<n>\d{1,6})(?:/(?<y>\d{4}))?/(?<code>${CODE})${END}`,
    ({ groups: { n = "", y, code = "" } = {} }, { before }) => {
      if (!isCode(code)) return null;
      const year = y === undefined ? "" : ` trên ${sayInteger(y)}`;
      return `${sayInteger(n)}${year}, ${sayCode(code, before)}`;
    },
  ),
  rule(
    "abbreviation",
    String.raw`(?<n>\d{1,5})-(?<type>${PART})/(?<of>${CODE})${END}`,
    ({ groups: { n = "", type = "", of = "" } = {} }, { before }) =>
      `${sayInteger(n)}, ${sayCode(`${type}-${of}`, before)}`,
  ),
];

/** Codes without a number: `QĐ-UBND`. Tried where a word begins. */
export const BARE_CODE_RULE: Rule = rule("abbreviation", `${PART}(?:-${PART}){1,3}${END}`, ([code]) => {
  const parts = code.split("-");
  const known = parts.every((part) => part in CODE_PARTS || part in ABBREVIATIONS);
  return PAPERS.has(parts[0] ?? "") && known ? sayCode(code) : null;
});
