import { spell } from "./letters.ts";
import { sayDigits, sayInteger, sayMonth, sayOrdinal } from "./numbers.ts";
import { after, END, type Place, type Rule, rule } from "./rule.ts";

/** A name or a number follows, perhaps after a space. */
const NAMED = String.raw`(?= ?(?:\p{Lu}[\p{L}\p{M}]|\d))`;
/** A name of a person stands before: what follows is an initial. */
const PERSON_BEFORE = /\p{Lu}[\p{Ll}\p{M}]+ $/u;
const QUOTE_BEFORE = /["'“‘«]$/u;

const initial = (place: Place) =>
  (PERSON_BEFORE.test(place.before) &&
    !/(?:^|[\s(])(?:Phường|Xã|Đảng ủy|Trường|Trạm|Đội|Khu)\s$/u.test(place.before)) ||
  QUOTE_BEFORE.test(place.before);

const unit = (letters: string, spoken: string) =>
  rule("abbreviation", String.raw`${letters}\.${NAMED}`, (_, place) => (initial(place) ? null : spoken));

/** At the beginning of a line such a letter numbers a section. */
const inside = (place: Rule): Rule => ({
  ...place,
  say: (match, at) => (LINE_START.test(at.before) ? null : place.say(match, at)),
});
const LINE_START = /(?:^|\n)[ \t]*$/;

const CENTRE_AFTER =
  /^\.? ?(?:y tế|văn hóa|văn hoá|vh|gdtx|gdnn|giáo dục|thể|truyền|bồi dưỡng|dịch vụ|kiểm soát|hội nghị|học tập|htcđ|hành chính|phục vụ|chính trị|điều hành|thương mại|chỉ huy|khuyến nông|dự báo|cứu|bảo trợ|tiêm chủng|văn thể)/iu;
const PAPER_AFTER = /^\.? ?(?:số )?\d{1,4}\//u;
const COMMANDS_AFTER = /^\.? ?(?:pctt|pclb|ptds|quân sự|qs|phòng|tkcn|chiến dịch)/iu;

/** `TT` is a town before a name, a circular before a paper's number, a centre before what centres do. */
function sayTT(match: RegExpExecArray, place: Place): string | null {
  const next = after(match, place);
  if (PAPER_AFTER.test(next)) return "thông tư";
  if (CENTRE_AFTER.test(next)) return "trung tâm";
  return /^ ?\p{Lu}/u.test(next) ? "thị trấn" : "trung tâm";
}

/** `T2, T4` and `T7, CN` are days of the week. */
const WEEKDAY_AFTER = /^ ?(?:[-–,]|và) ?(?:T[2-7]|CN)(?![\p{L}\d])/u;
const WEEKDAY_BEFORE = /(?:^|[\s(])T[2-7] ?(?:[-–,]|và) ?$/u;

/** Roads: long numbers digit by digit. */
function sayRoad(kind: string, digits: string, letter: string): string {
  const number = digits.length > 2 ? sayDigits(digits) : sayInteger(digits);
  return `${kind} ${number}${letter === "" ? "" : ` ${spell(letter)}`}`;
}

const road = (letters: string, kind: string) =>
  rule(
    "abbreviation",
    String.raw`${letters}[. -]?(?:số )?(?<n>[1-9]\d{0,2})(?<letter>[A-DĐ]?)(?![\p{L}\p{M}\p{N}/])`,
    ({ groups: { n = "", letter = "" } = {} }) => sayRoad(kind, n, letter),
  );

const title = (letters: string, spoken: string) =>
  rule("abbreviation", String.raw`${letters}\.(?= ?\p{Lu})`, () => spoken);

/** Abbreviations whose meaning their surroundings tell. Tried where a word begins. */
export const AMBIGUOUS_RULES: readonly Rule[] = [
  rule("abbreviation", `(?:TP|Tp|tp)(?:\\. ?| )?HCM${END}`, () => "thành phố Hồ Chí Minh"),
  rule("abbreviation", `(?:TP|Tp|tp)\\.${NAMED}`, () => "thành phố"),
  rule("abbreviation", "TP(?=:| tham (?:dự|gia))", () => "thành phần"),
  rule("abbreviation", `TP${END}`, () => "thành phố"),
  rule("abbreviation", `(?:TX|Tx|tx)\\.${NAMED}`, () => "thị xã"),
  rule("abbreviation", `TX${END}`, () => "thị xã"),
  rule("abbreviation", `(?:TT|Tt|tt)\\.(?= ?\\p{L})`, sayTT),
  rule("abbreviation", `TT${END}(?![-&])`, sayTT),
  unit("P", "phường"),
  unit("Q", "quận"),
  unit("H", "huyện"),
  inside(unit("X", "xã")),
  inside(unit("Đ", "đường")),
  rule("abbreviation", String.raw`(?<letter>[PQ])(?=\d{1,2}(?![\p{L}\p{N}]))`, ({ 0: letter }, place) =>
    initial(place) ? null : letter === "P" ? "phường" : "quận",
  ),
  road("QL", "quốc lộ"),
  road("ĐT", "đường tỉnh"),
  road("TL", "tỉnh lộ"),
  road("ĐH", "đường huyện"),
  road("HL", "hương lộ"),
  rule("abbreviation", "QL(?![\\p{L}\\p{N}])", () => "quốc lộ"),
  rule("abbreviation", `(?:ĐT|Đt|đt)${END}\\.?(?= ?:| ?(?:[0+(]|1[89]00))`, () => "điện thoại"),
  rule("abbreviation", `BCH${END}`, (match, place) =>
    COMMANDS_AFTER.test(after(match, place)) ? "ban chỉ huy" : "ban chấp hành",
  ),
  rule("abbreviation", `CN${END}`, (_, { before }) =>
    /(?:thứ |T)(?:\S{1,4})(?:,| -| –| và| hoặc| đến)? $/iu.test(before) ? "chủ nhật" : null,
  ),
  rule(
    "date",
    String.raw`T(?<n>1[0-2]|0?[1-9])[/-](?<y>(?:19|20)\d\d)${END}`,
    ({ groups: { n = "", y = "" } = {} }) => `tháng ${sayMonth(Number(n))} năm ${sayInteger(y)}`,
  ),
  rule("date", `T(?<n>[2-7])${END}`, (match, place) => {
    const listed = WEEKDAY_AFTER.test(after(match, place)) || WEEKDAY_BEFORE.test(place.before);
    return listed ? `thứ ${sayOrdinal(Number(match[1]))}` : null;
  }),
  rule("abbreviation", "(?<first>PGS|GS)\\.? ?TS\\.?(?= \\p{Lu})", ({ groups: { first } = {} }) =>
    first === "GS" ? "giáo sư tiến sĩ" : "phó giáo sư tiến sĩ",
  ),
  title("PGS", "phó giáo sư"),
  title("GS", "giáo sư"),
  title("TS", "tiến sĩ"),
  title("Th[sS]", "thạc sĩ"),
  title("BS", "bác sĩ"),
  title("Bs", "bác sĩ"),
  title("KS", "kỹ sư"),
  title("LS", "luật sư"),
  title("TM", "thay mặt"),
  title("KT", "ký thay"),
  title("TL", "thừa lệnh"),
  title("TUQ", "thừa ủy quyền"),
];
