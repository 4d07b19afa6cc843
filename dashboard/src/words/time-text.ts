import { hubNow } from "../data/hub-clock.ts";
import { hubZone } from "../data/zone.ts";
import { language, t } from "../locales/translate.ts";
import { addDays, wallTime } from "./zoned.ts";

const locale = (): string => (language() === "vi" ? "vi-VN" : "en-GB");

const inZone = (at: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale(), { timeZone: hubZone(), ...options }).format(at);

/** 17:05. */
export const clockTime = (at: number): string => wallTime(at, hubZone()).time;

/** 17:05:09. */
export const clockSeconds = (at: number): string =>
  inZone(at, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** Thứ Hai, 23 tháng 11. */
export const longDate = (at: number): string =>
  inZone(at, { weekday: "long", day: "numeric", month: "long" });

/** 23/11. */
export function shortDate(at: number): string {
  const [, month, day] = wallTime(at, hubZone()).date.split("-");
  return `${day}/${month}`;
}

function nearDay(at: number): "day.today" | "day.tomorrow" | "day.yesterday" | null {
  const today = wallTime(hubNow(), hubZone()).date;
  const day = wallTime(at, hubZone()).date;
  if (day === today) return "day.today";
  if (day === addDays(today, 1)) return "day.tomorrow";
  return day === addDays(today, -1) ? "day.yesterday" : null;
}

/** Today, tomorrow, yesterday, else weekday and date; as it begins a line. */
export function dayName(at: number): string {
  const near = nearDay(at);
  return near === null ? `${inZone(at, { weekday: "short" })} ${shortDate(at)}` : t(near);
}

/** The day's name within a sentence. */
export const dayInText = (at: number): string =>
  nearDay(at) === null ? dayName(at) : dayName(at).toLowerCase();

/** 17:05 when it is today, else with the day's name; within a sentence. */
export function dayAndTime(at: number): string {
  const time = clockTime(at);
  return nearDay(at) === "day.today" ? time : t("time.dayAndTime", { day: dayInText(at), time });
}

/** 17:05, 24/11/2026: for paper, which does not know what today is. */
export function dayAndTimeFull(at: number): string {
  const { date, time } = wallTime(at, hubZone());
  const [year, month, day] = date.split("-");
  return `${time}, ${day}/${month}/${year}`;
}

/** 17:05 with the day's name, also when it is today. */
export const timeWithDay = (at: number): string =>
  t("time.dayAndTime", { day: dayInText(at), time: clockTime(at) });

/** 17:05–17:20; one time for what is over within its minute. */
export function clockSpan(from: number, until: number): string {
  const [begin, end] = [clockTime(from), clockTime(until)];
  return begin === end ? begin : `${begin}–${end}`;
}

/** A length in words: 45 s, 3 min 20 s, 2 h 5 min. */
export function lengthText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return t("length.seconds", { s: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0
      ? t("length.minutes", { m: minutes })
      : t("length.minutesSeconds", { m: minutes, s: seconds % 60 });
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return t("length.days", { d: Math.floor(hours / 24) });
  return minutes % 60 === 0
    ? t("length.hours", { h: hours })
    : t("length.hoursMinutes", { h: hours, m: minutes % 60 });
}

/** A length rounded for "in …" and "since …": no seconds beyond a minute. */
export const roughLength = (ms: number): string =>
  lengthText(ms < 60_000 ? Math.max(0, ms) : Math.round(ms / 60_000) * 60_000);

/** 4:07 as a player shows it. */
export function playerTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A number as the language writes it, with a real minus. */
export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .format(value)
    .replace("-", "−");
