import { ABBREVIATIONS } from "./abbreviations.ts";
import { spell } from "./letters.ts";
import { sayDigits } from "./numbers.ts";
import { END, type Rule, rule } from "./rule.ts";

const SIGNS: Readonly<Record<string, string>> = {
  ...{ ".": "chấm", "@": "a còng", "/": "gạch chéo", "-": "gạch ngang", _: "gạch dưới", ":": "hai chấm" },
  ...{ "?": "hỏi", "=": "bằng", "&": "và", "#": "thăng", "%": "phần trăm", "+": "cộng", "~": "ngã" },
};
/** Ends of addresses that are said as words. */
const WORDS = new Set(["com", "gov", "edu", "net", "org", "info"]);

/** Words stay as they are, what has no vowel or is an abbreviation is spelt, signs get their names. */
function sayAddress(address: string): string {
  return (address.match(/[A-Za-z]+|\d+|[^A-Za-z\d]/g) ?? []).map(sayPiece).join(" ");
}

function sayPiece(piece: string): string {
  if (/^\d/.test(piece)) return sayDigits(piece);
  if (!/^[A-Za-z]/.test(piece)) return SIGNS[piece] ?? piece;
  const letters = Object.hasOwn(ABBREVIATIONS, piece.toUpperCase()) || !/[aeiouy]/i.test(piece);
  return letters && !WORDS.has(piece) ? spell(piece) : piece;
}

const NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
const TOP = "(?:vn|com|net|org|gov|edu|info|io|me|asia|xyz|page|app|dev|tv|ly|link)";

/** E-mail and web addresses. Tried where a word or number begins. */
export const ADDRESS_RULES: readonly Rule[] = [
  rule("symbol", `${NAME}(?:[.+]${NAME}){0,5}@${NAME}(?:\\.${NAME}){1,5}${END}`, ([address]) =>
    sayAddress(address),
  ),
  rule(
    "symbol",
    `https?://(?<rest>[A-Za-z0-9][A-Za-z0-9./_~?=&%#:+-]{0,255})`,
    ({ groups: { rest = "" } = {} }) => sayAddress(rest.replace(/[.?:/]+$/, "")),
  ),
  rule(
    "symbol",
    String.raw`(?:www\.)?${NAME}(?:\.${NAME}){0,4}\.${TOP}(?:/[A-Za-z0-9_~=&%#/-]{0,200})?${END}`,
    ([address]) => (/[A-Za-z]/.test(address) ? sayAddress(address.replace(/\/$/, "")) : null),
  ),
];
