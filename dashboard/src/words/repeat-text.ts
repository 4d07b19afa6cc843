import { hubZone } from "../data/zone.ts";
import { t, tCode } from "../locales/translate.ts";
import { type Repeat, ruleWords } from "./recurrence.ts";
import { shortDate } from "./time-text.ts";
import { instantOf } from "./zoned.ts";

/** A weekday's name; 0 is Monday. */
export const weekday = (day: number): string => tCode("weekday", String(day));
/** A weekday in two or three letters. */
export const weekdayShort = (day: number): string => tCode("weekdayShort", String(day));

/** The rule in plain words: "mỗi ngày", "Thứ Hai, Thứ Tư hằng tuần, đến 31/12". */
export function repeatText(repeat: Repeat): string {
  const words = ruleWords(repeat);
  const rule =
    words.id === "repeat.days"
      ? t(words.id, { days: words.days.map(weekday).join(", ") })
      : words.id === "repeat.other"
        ? t(words.id, { rrule: words.rrule })
        : t(words.id);
  const until = "until" in repeat && repeat.until ? repeat.until : null;
  return until === null
    ? rule
    : t("repeat.until", { rule, date: shortDate(instantOf(until, "12:00", hubZone())) });
}
