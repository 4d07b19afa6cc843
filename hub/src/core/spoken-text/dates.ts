import { romanValue, sayInteger, sayMonth, sayOrdinal } from "./numbers.ts";
import { after, END, NUMBER_END, type Place, type Rule, rule, TO } from "./rule.ts";

const DAY = String.raw`(?:0?[1-9]|[12]\d|3[01])`;
const MONTH = "(?:0?[1-9]|1[0-2])";
const YEAR = String.raw`(?:1[89]|20|21)\d\d`;
const STOP = String.raw`(?![\p{L}\p{M}\d/])(?![.,-]\d)`;

/** Words before a date that ask for "ngày" when it is not written. */
const WANTS_DAY =
  /(?:^|[\s(,])(?:sáng|trưa|chiều|tối|đêm|vào|từ|trước|sau|hết|mai|nay|qua|chủ nhật|thứ \S{1,5})[ ,]{0,2}\(?$|\($/iu;
/** Words after which a full date has its "ngày" already, or that of the range it ends. */
const HAS_DAY = /(?:^|[\s(])(?:ngày|mùng|mồng|hôm|rằm)\s?$|từ (?:ngày )?\d{1,2} (?:đến|tới) $/iu;
/** Words before a day and month without a year. */
const DATE_BEFORE =
  /(?:^|[\s(,])(?:ngày|mùng|mồng|hôm|sáng|trưa|chiều|tối|đêm|từ|đến|tới|trước|sau|vào|lễ|dịp|quốc khánh|kỷ niệm|chủ nhật|thứ \S{1,5})[ ,]{0,2}\(?$/iu;
const SHARE_BEFORE =
  /(?:^|[\s(,])(?:chiếm|hơn|gần|khoảng|trên|dưới|được|đạt|giảm|tăng|bằng|còn|mất|với|ít nhất|quá|tối thiểu|tới)\s$/iu;
const SHARE_AFTER =
  /^ (?:số|diện tích|tổng|dân số|hộ|đại biểu|quân số|chiều|tiếng|lít|cốc|thìa|quãng|sản lượng|phiếu|thành viên|người|xã|thôn|xóm)(?![\p{L}\p{M}])/iu;
const PLACE_BEFORE =
  /(?:số nhà|nhà số|ngõ|ngách|kiệt|hẻm|tỷ lệ|tỉ lệ|mã số|lô|trang|tờ|thửa|bài|phòng|vòng)\s$/iu;
/** Shares that are no dates unless a word says so. */
const PLAIN_SHARES = new Set(["1/2", "1/3", "2/3", "1/4", "3/4"]);

const inYear = (year: string) => ` năm ${sayInteger(year)}`;
const monthOf = (month: string) => sayMonth(Number(month));
const dayAndMonth = (day: string, month: string) => `${sayInteger(day)} tháng ${monthOf(month)}`;

/** Dates of 28 and more in months that do not have them are no dates. */
const exists = (day: string, month: string) =>
  Number(day) <= (Number(month) === 2 ? 29 : [4, 6, 9, 11].includes(Number(month)) ? 30 : 31);

const optionalYear = (year: string | undefined) => (year === undefined ? "" : inYear(year));

/** "ngày" before a date where people say it though it is not written. */
function lead(place: Place, full: boolean): string {
  if (HAS_DAY.test(place.before)) return "";
  return full || WANTS_DAY.test(place.before) ? "ngày " : "";
}

function sayShare(top: string, bottom: string): string {
  const small = Number(top) < Number(bottom) && Number(bottom) <= 10 && Number(top) > 0;
  return `${sayInteger(top)} ${small ? "phần" : "trên"} ${small && Number(bottom) === 4 ? "tư" : sayInteger(bottom)}`;
}

/** `a/b`: a day and month, a share, or a number of a house. */
function sayPair(match: RegExpExecArray, place: Place): string {
  const { top = "", bottom = "" } = match.groups ?? {};
  const possible = isDay(top) && isMonth(bottom) && exists(top, bottom);
  if (PLACE_BEFORE.test(place.before) || !possible) return sayShare(top, bottom);
  const date = DATE_BEFORE.test(place.before);
  const share = SHARE_BEFORE.test(place.before) || SHARE_AFTER.test(after(match, place));
  const plainShare = PLAIN_SHARES.has(`${top}/${bottom}`);
  if (!date && (share || plainShare)) return sayShare(top, bottom);
  return `${lead(place, false)}${dayAndMonth(top, bottom)}`;
}

const isDay = (text: string) => new RegExp(`^${DAY}$`).test(text);
const isMonth = (text: string) => new RegExp(`^${MONTH}$`).test(text);

/** Dates, months with their year, and what looks like a date. Tried where a number begins. */
export const DATE_RULES: readonly Rule[] = [
  rule(
    "date",
    `(?<y>${YEAR})-(?<m>${MONTH})-(?<d>${DAY})${STOP}`,
    ({ groups: { y = "", m = "", d = "" } = {} }, place) =>
      exists(d, m) ? `${lead(place, true)}${dayAndMonth(d, m)}${inYear(y)}` : null,
  ),
  rule(
    "date",
    `(?<d>${DAY})/(?<m>${MONTH})(?:/(?<y>${YEAR}))?${TO}(?<d2>${DAY})/(?<m2>${MONTH})(?:/(?<y2>${YEAR}))?${STOP}`,
    ({ groups: { d = "", m = "", y, d2 = "", m2 = "", y2 } = {} }, place) => {
      if (!exists(d, m) || !exists(d2, m2)) return null;
      const feast = `${Number(d)}/${Number(m)}-${Number(d2)}/${Number(m2)}` === "30/4-1/5";
      const to = feast ? " và " : " đến ";
      return `${lead(place, y !== undefined)}${dayAndMonth(d, m)}${optionalYear(y)}${to}${dayAndMonth(d2, m2)}${optionalYear(y2)}`;
    },
  ),
  rule(
    "date",
    `(?<d>${DAY})${TO}(?<d2>${DAY})/(?<m>${MONTH})(?:[/-](?<y>${YEAR}))?${STOP}`,
    ({ groups: { d = "", d2 = "", m = "", y } = {} }, place) =>
      exists(d2, m) && Number(d) < Number(d2)
        ? `${lead(place, y !== undefined)}${sayInteger(d)} đến ${dayAndMonth(d2, m)}${optionalYear(y)}`
        : null,
  ),
  rule(
    "date",
    String.raw`(?<d>${DAY})(?<s> ?[/.-] ?)(?<m>${MONTH})\k<s>(?<y>${YEAR}|(?<=/)\d\d)${STOP}`,
    ({ groups: { d = "", m = "", y = "" } = {} }, place) =>
      exists(d, m)
        ? `${lead(place, true)}${dayAndMonth(d, m)}${inYear(y.length === 2 ? `20${y}` : y)}`
        : null,
  ),
  rule(
    "date",
    `(?<m>${MONTH})(?<s>[/-])(?<y>${YEAR})${STOP}`,
    ({ groups: { m = "", s, y = "" } = {} }, { before }) => {
      if (/(?:^|[\s(])quý\s$/iu.test(before)) return `${sayInteger(m)}${inYear(y)}`;
      const said = /(?:^|[\s(,])tháng\s(?:\d{1,2}\s?[-,–]\s?)?$/iu.test(before);
      if (s === "-" && !said) return null;
      return `${said ? "" : "tháng "}${monthOf(m)}${inYear(y)}`;
    },
  ),
  rule(
    "date",
    `(?<m>${MONTH})(?:${TO}(?<m2>${MONTH}))?${STOP}(?!${TO}\\d)`,
    ({ groups: { m = "", m2 } = {} }, { before }) => {
      if (!/(?:^|[\s(,])tháng\s$/iu.test(before)) return null;
      return m2 === undefined ? monthOf(m) : `${monthOf(m)} đến ${monthOf(m2)}`;
    },
  ),
  rule("date", String.raw`(?<top>\d{1,5}) ?/ ?(?<bottom>\d{1,5})${NUMBER_END}(?!/)`, (match, place) =>
    sayPair(match, place),
  ),
];

/** Words after which Roman letters are a number. */
const NUMBERED =
  /(?:^|[\s(])(?:chương|quý|thế kỷ|thế kỉ|khóa|khoá|kỳ|kì|phần|mục|lần|lần thứ|thứ|giai đoạn|đại hội|đợt|loại|hạng|tập|điều|học kỳ|vùng|khu|nhiệm kỳ|quân khu|bậc|nhóm|cấp|bảng)\s$/iu;
const ORDINAL = /(?:^|[\s(])thứ\s$/iu;
const LINE_START = /(?:^|\n)[ \t]*$/;

/** Roman numbers: those that are no syllables anywhere, the others after a word that counts or as heads of sections. */
export const ROMAN_RULE: Rule = rule("number", `[IVX]{1,8}${END}`, (match, place) => {
  const value = romanValue(match[0]);
  if (value === null) return null;
  const plain = match[0].length > 1 && !/^(?:VI|XI)$/.test(match[0]);
  const head = LINE_START.test(place.before) && /^[.)/] ?/.test(after(match, place));
  const counted = NUMBERED.test(place.before);
  if (!plain && !head && !counted) return null;
  return ORDINAL.test(place.before) ? sayOrdinal(value) : sayInteger(String(value));
});
