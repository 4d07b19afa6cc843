import { sayDigits, sayInteger, sayNumber, sayOrdinal } from "./numbers.ts";
import { END, NUMBER, type Rule, rule, TO } from "./rule.ts";
import { ATTACHED_ONLY, UNITS } from "./units.ts";

const escaped = (text: string) => text.replaceAll(/[$^|()[\]{}?*+.\\/]/g, "\\$&");

/** Any of the words, longest first. */
export const anyOf = (words: readonly string[]) =>
  words
    .toSorted((a, b) => b.length - a.length)
    .map(escaped)
    .join("|");

const SCORE_BEFORE = /(?:tỷ số|tỉ số|thắng|hòa|hoà|thua|dẫn)(?: là| chung cuộc)?\s$/iu;
const ORDINAL_BEFORE = /(?:^|[\s(,])thứ\s(?:\d, ?){0,6}$/iu;
const DOTTED = String.raw`\d{1,9}\.\d{1,2}(?!\d)(?![.,]\d)`;
const UNIT = anyOf(Object.keys(UNITS));
const LETTER = /[\p{L}\p{M}]/u;

/** `2.5` before a unit is a decimal. */
const sayAmount = (written: string) =>
  /^\d+\.\d{1,2}$/.test(written) ? sayNumber(written.replace(".", ",")) : sayNumber(written);

const amountOf = (written: string) => Number(written.replaceAll(".", "").replace(",", "."));

/** Amounts, ranges, ranks and all other digits: the last rule takes whatever is left. Tried where a number begins. */
export const QUANTITY_RULES: readonly Rule[] = [
  rule(
    "unit",
    `(?<a>${NUMBER}|${DOTTED})(?:(?<first>${UNIT})?${TO}(?<b>${NUMBER}|${DOTTED}))?(?<gap> ?)(?<unit>${UNIT})(?![\\p{L}\\p{M}\\p{N}])`,
    ({ groups: { a = "", first, b, gap, unit = "" } = {} }) => {
      if (gap !== "" && ATTACHED_ONLY.has(unit)) return null;
      const from = first === undefined || first === unit ? sayAmount(a) : `${sayAmount(a)} ${UNITS[first]}`;
      const amount = b === undefined ? from : `${from} đến ${sayAmount(b)}`;
      return `${amount} ${UNITS[unit]}`;
    },
  ),
  rule(
    "unit",
    String.raw`(?<a>\d{1,3})m(?<b>\d{1,2})${END}`,
    ({ groups: { a = "", b = "" } = {} }) => `${sayInteger(a)} mét ${sayInteger(b)}`,
  ),
  rule("number", `(?<a>\\d{1,2})(?:${TO}(?=thứ \\d))`, ({ groups: { a = "" } = {} }, { before }) =>
    ORDINAL_BEFORE.test(before) ? `${sayOrdinal(Number(a))} đến ` : null,
  ),
  rule("number", `(?<a>\\d{1,2})(?:${TO}(?<b>\\d{1,2}))?${END}(?![./,]\\d)`, (match, { before }) => {
    const { a = "", b } = match.groups ?? {};
    if (!ORDINAL_BEFORE.test(before)) return null;
    const many = /\d, ?$/.test(before) && a === "1" ? "một" : sayOrdinal(Number(a));
    return b === undefined ? many : `${many} đến thứ ${sayOrdinal(Number(b))}`;
  }),
  rule(
    "number",
    `(?<a>${NUMBER})${TO}(?<b>${NUMBER})(?![-/]\\d)`,
    ({ groups: { a = "", b = "" } = {} }, { before }) => {
      if (SCORE_BEFORE.test(before)) return `${sayNumber(a)} ${sayNumber(b)}`;
      return amountOf(a) < amountOf(b) ? `${sayNumber(a)} đến ${sayNumber(b)}` : null;
    },
  ),
  rule("number", `(?<a>${NUMBER}) ?[x×*] ?(?=\\d)`, ({ groups: { a = "" } = {} }) => `${sayNumber(a)} nhân `),
  rule("number", String.raw`\d{1,3}(?:,\d{3}){2,5}(?!\d)(?![.,]\d)`, ([written]) =>
    sayInteger(written.replaceAll(",", "")),
  ),
  rule("number", NUMBER, ([written], place) =>
    numberAt(written, place.before, place.text[place.at + written.length]),
  ),
  rule("number", String.raw`\d{1,9}(?:\.\d{1,9}){1,9}(?!\d)`, ([written]) =>
    written.split(".").map(sayInteger).join(" chấm "),
  ),
  rule("number", String.raw`\d+`, ([written]) => sayInteger(written)),
];

/** Digits that are stuck to the back of letters are a code's: `A05`. */
function numberAt(written: string, before: string, next: string | undefined): string {
  const code = LETTER.test(before.at(-1) ?? "") && !LETTER.test(next ?? "") && /^0\d/.test(written);
  return code ? sayDigits(written.replaceAll(/\D/g, "")) : sayNumber(written);
}
