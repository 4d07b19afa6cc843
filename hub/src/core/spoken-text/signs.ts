import { sayInteger, sayNumber } from "./numbers.ts";
import { anyOf } from "./quantities.ts";
import { after, END, NUMBER, type Rule, rule } from "./rule.ts";
import { MONEY, PER_SYMBOLS, PER_WORDS, UNITS } from "./units.ts";

const LINE_START = /(?:^|\n)[ \t]*$/;
const MONEY_BEFORE = new RegExp(`(?:${anyOf([...MONEY])})(?:/[^\\s/]{1,12})?$`, "u");
/** An amount, and what it is of: "15 phút", "60 tạ", "3 viên/lần". */
const AMOUNT_BEFORE =
  /(?:\d ?[%‰]|\d\s?\p{L}[\p{L}\p{M}²³]{0,8}(?: \p{L}[\p{L}\p{M}]{0,8})?(?:\/[^\s/]{1,12})?)$/u;
const DEGREES = String.raw`(?=\d{1,3}(?:[.,]\d{1,2})? ?(?:°|º|℃|oC|độ))`;
const BARE_UNITS = ["%", "‰", "°C", "℃", "ºC", "°F", "°", "º", "₫", "€"];

/** Superscripts are powers, other characters that hold digits are numbers or shares: `½`. */
function sayCompatible(character: string): string | null {
  const plain = character.normalize("NFKC");
  const [, top, bottom] = /^(\d+)\u2044(\d+)$/.exec(plain) ?? [];
  if (top !== undefined && bottom !== undefined)
    return `${sayInteger(top)} phần ${bottom === "4" ? "tư" : sayInteger(bottom)}`;
  const digits = plain.match(/\d+/)?.[0];
  if (digits === undefined) return null;
  return `${/[⁰¹²³⁴-⁹]/u.test(character) ? "mũ " : ""}${sayInteger(digits)}`;
}

/** Signs that people say, and those that they never do. Tried at what is neither letter nor digit. */
export const SIGN_RULES: readonly Rule[] = [
  rule("number", `[-\u2212\u2013]${DEGREES}`, (_, { before }) =>
    /(?:^|[\s(])$/.test(before) ? "âm " : null,
  ),
  rule("number", "[-\u2212](?=\\d)", (_, { before }) =>
    /[\s(]$/.test(before) && !LINE_START.test(before) ? "âm " : null,
  ),
  rule("unit", `\\$ ?(?<n>${NUMBER})`, ({ groups: { n = "" } = {} }) => `${sayNumber(n)} đô la Mỹ`),
  rule("unit", `€ ?(?<n>${NUMBER})`, ({ groups: { n = "" } = {} }) => `${sayNumber(n)} ơ rô`),
  rule("unit", `(?:${anyOf(BARE_UNITS)})(?!\\p{L})`, ([unit]) => `${UNITS[unit]}`),
  rule(
    "unit",
    `/ ?(?<one>1 ?)?(?<per>${anyOf([...PER_WORDS, ...Object.keys(PER_SYMBOLS)])})${END}`,
    ({ groups: { one, per = "" } = {} }, { before }) => {
      const word = PER_SYMBOLS[per] ?? per;
      if (MONEY_BEFORE.test(before)) return ` một ${word}`;
      if (one !== undefined) return null;
      if (word === per) return AMOUNT_BEFORE.test(before) ? ` một ${word}` : null;
      return /[\p{L}\p{M}\d²³%]$/u.test(before) ? ` trên ${word}` : null;
    },
  ),
  rule("unit", "[°º]", () => "độ"),
  rule("symbol", "/", (match, place) => {
    const next = after(match, place);
    if (/[\p{L}\p{M}]$/u.test(place.before) && /^(?:19|20)\d\d(?!\d)/.test(next)) return " năm ";
    if (/\d ?$/.test(place.before) && /^ ?\d/.test(next)) return " trên ";
    return /[\p{L}\p{M}]$/u.test(place.before) && /^\p{L}/u.test(next) ? ", " : null;
  }),
  rule("symbol", "[+*•] ", (_, { before }) => (LINE_START.test(before) ? "" : null)),
  rule("symbol", "\\+", () => " cộng "),
  rule("symbol", "&", () => " và "),
  rule("symbol", "=(?= ?[\\p{L}\\d])", (_, { before }) =>
    /[\p{L}\p{M}\d%] ?$/u.test(before) ? " bằng " : null,
  ),
  rule("symbol", "±", () => " cộng trừ "),
  rule("symbol", "[×÷](?= ?\\d)", ([sign]) => (sign === "×" ? " nhân " : " chia ")),
  rule("symbol", "(?:≥|>=)(?= ?\\d)", () => "từ "),
  rule("symbol", "(?:≤|<=)(?= ?\\d)", () => "tối đa "),
  rule("symbol", ">(?= ?\\d)", () => "trên "),
  rule("symbol", "<(?= ?\\d)", () => "dưới "),
  rule("symbol", "[~≈](?= ?\\d)", () => "khoảng "),
  rule("symbol", "@", () => " a còng "),
  rule("symbol", "№", () => "số"),
  rule("symbol", "[*#^`~=]{1,64} ?", () => ""),
  rule(
    "symbol",
    String.raw`\p{Extended_Pictographic}[\u200d\ufe0f\u20e3\p{Extended_Pictographic}]{0,8}`,
    () => "",
  ),
  rule("number", String.raw`\p{No}`, ([character]) => sayCompatible(character)),
];
