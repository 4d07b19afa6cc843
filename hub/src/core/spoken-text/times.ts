import { sayInteger } from "./numbers.ts";
import { type Rule, rule, TO } from "./rule.ts";

const HOUR = String.raw`(?:2[0-4]|[01]?\d)`;
const MINUTE = String.raw`[0-5]\d`;
const STOP = String.raw`(?![\p{L}\p{M}\p{N}])`;
/** `7h`, `7h30`, `7 h 30`, `7g30`, `7:30`, `7h30'`. */
const time = (n: string) =>
  `(?:(?<h${n}>${HOUR})(?: ?[hH](?: ?(?<m${n}>${MINUTE})(?:ph|p|'|’|′)?)?)|(?<g${n}>${HOUR})g(?<gm${n}>${MINUTE})|(?<c${n}>${HOUR}):(?<cm${n}>${MINUTE})(?::(?<s${n}>${MINUTE}))?)`;

type Groups = Record<string, string | undefined>;

function sayTime(groups: Groups, n: string): string {
  const hour = groups[`h${n}`] ?? groups[`g${n}`] ?? groups[`c${n}`] ?? "0";
  const minute = Number(groups[`m${n}`] ?? groups[`gm${n}`] ?? groups[`cm${n}`] ?? 0);
  const second = Number(groups[`s${n}`] ?? 0);
  const minutes = minute === 0 ? "" : ` ${sayInteger(String(minute))} phút`;
  return `${sayInteger(hour)} giờ${minutes}${second === 0 ? "" : ` ${sayInteger(String(second))} giây`}`;
}

/** Times of the day and what is open all of it. Tried where a number begins. */
export const TIME_RULES: readonly Rule[] = [
  rule(
    "time",
    `24 ?[hH]?/(?<of>24|7)(?<h> ?[hH])?${STOP}(?!/)`,
    ({ groups: { of = "", h } = {} }) => `hai mươi tư trên ${sayInteger(of)}${h === undefined ? "" : " giờ"}`,
  ),
  rule(
    "time",
    `${time("1")}${TO}${time("2")}${STOP}`,
    ({ groups = {} }) => `${sayTime(groups, "1")} đến ${sayTime(groups, "2")}`,
  ),
  rule(
    "time",
    `(?<from>${HOUR})${TO}(?<to>${HOUR}) ?[hH]${STOP}`,
    ({ groups: { from = "", to = "" } = {} }) => `${sayInteger(from)} đến ${sayInteger(to)} giờ`,
  ),
  rule("time", `${time("1")}${STOP}(?!:\\d)`, ({ groups = {} }) => sayTime(groups, "1")),
  rule(
    "number",
    String.raw`(?<a>\d{1,6}):(?<b>\d{1,6})(?![\d:])`,
    ({ groups: { a = "", b = "" } = {} }, { before }) =>
      /(?:tỷ lệ|tỉ lệ)[^.;\n]{0,20}$/iu.test(before) ? `${sayInteger(a)} trên ${sayInteger(b)}` : null,
  ),
];
