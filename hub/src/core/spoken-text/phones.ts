import { sayDigits, sayGroups } from "./numbers.ts";
import { after, type Rule, rule } from "./rule.ts";

const STOP = String.raw`(?!\d)(?![.,-]\d)`;
const CALLS =
  /(?:^|[\s(])(?:gọi|số|hotline|đường dây nóng|tổng đài|liên hệ|điện thoại|cấp cứu|cứu hỏa|cứu thương|cảnh sát|công an|báo|đt|sđt)(?![\p{L}\p{M}])[^.;!?\n]{0,30}$/iu;
/** Numbers of papers and houses, which are counted. */
const PAPER_BEFORE =
  /(?:quyết định|nghị quyết|nghị định|thông tư|công văn|văn bản|kế hoạch|thông báo|chỉ thị|nhà|hộ|tờ|thửa|đường|quốc lộ|xóm|tổ|km) số\s?$/iu;
const NOTHING_COUNTED =
  /^\s*(?:$|[.,;:!?/)\]"”\n-]|(?:hoặc|và|hay|để|khi|nếu|ngay|trong|cho)(?![\p{L}\p{M}]))/iu;
const ACCOUNT_BEFORE =
  /(?:số tài khoản|tài khoản|stk|cccd|cmnd|căn cước|mã số|mã|biển số|sổ)[^.;!?\n\d]{0,20}$/iu;

/** Groups as they are written; a run without gaps in those that people are used to. */
function groupsOf(written: string): string[] {
  const groups = written.match(/\d+/g) ?? [];
  return groups.length > 1 ? groups : inFours(groups[0] ?? "");
}

/** 0912 345 678 and 0238 3842 567. */
function inFours(digits: string): string[] {
  if (digits.length === 10) return [digits.slice(0, 4), digits.slice(4, 7), digits.slice(7)];
  if (digits.length === 11) return [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8)];
  return digits.match(/\d{1,4}/g) ?? [];
}

const digitCount = (text: string) => text.replaceAll(/\D/g, "").length;

/** Telephone numbers. Tried where a number, `+` or `(` begins. */
export const SIGNED_PHONE_RULES: readonly Rule[] = [
  rule("phone", String.raw`\(?\+84\)?(?:[ .-]?\(?\d{1,5}\)?){1,5}${STOP}`, ([written]) => {
    const count = digitCount(written);
    if (count < 10 || count > 13) return null;
    const local = written.replace(/^\(?\+84\)?/, "");
    return `cộng tám bốn, ${sayGroups(local.match(/\d+/g)?.length === 1 ? inNines(local) : groupsOf(local))}`;
  }),
  rule("phone", String.raw`\(?0[1-9]\d{0,3}\)?(?:[ .-]{0,3}\d{2,8}){0,4}${STOP}`, ([written]) => {
    const count = digitCount(written);
    return count === 10 || count === 11 ? sayGroups(groupsOf(written)) : null;
  }),
];

/** Telephone numbers, and other numbers that are said digit by digit. Tried where a number begins. */
export const PHONE_RULES: readonly Rule[] = [
  ...SIGNED_PHONE_RULES,
  rule("phone", String.raw`1[89]00(?:(?:\.\d{2,4}){1,2}|\d{4,6})${STOP}`, ([written]) => sayHotline(written)),
  rule("phone", String.raw`1[89]00(?: \d{2,4}){1,2}${STOP}`, ([written], { before }) =>
    CALLS.test(before) ? sayHotline(written) : null,
  ),
  rule("phone", `1(?:1[1-8]|22)(?:/1(?:1[1-8]|22)){1,5}${STOP}(?!/)`, ([written]) =>
    sayGroups(written.split("/")),
  ),
  rule("phone", String.raw`1(?:1[1-8]|22)${STOP}(?!\/\d{4}|\/[\p{L}])`, (match, place) => {
    const alone = /(?:^|[\n(/])\s?$/.test(place.before) && /^\s*(?:$|[/)\n])/.test(after(match, place));
    const called = CALLS.test(place.before) && NOTHING_COUNTED.test(after(match, place));
    return (alone || called) && !PAPER_BEFORE.test(place.before) ? sayDigits(match[0]) : null;
  }),
  rule("phone", String.raw`\d{5,20}${STOP}`, ([written], { before }) =>
    written.length >= 10 || ACCOUNT_BEFORE.test(before) ? sayGroups(inThrees(written)) : null,
  ),
];

function sayHotline(written: string): string {
  const digits = written.replaceAll(/\D/g, "");
  return sayGroups([digits.slice(0, 4), ...(digits.slice(4).match(/\d{1,4}/g) ?? [])]);
}

function inNines(local: string): string[] {
  const digits = local.replaceAll(/\D/g, "");
  return [digits.slice(0, -6), digits.slice(-6, -3), digits.slice(-3)];
}

const inThrees = (digits: string) => digits.match(/\d{1,3}/g) ?? [];
