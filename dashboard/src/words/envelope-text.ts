import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { t } from "../locales/translate.ts";
import { openedHours, type Span, timeOf, weekMinutes } from "./open-hours.ts";
import { weekday } from "./repeat-text.ts";
import { number } from "./time-text.ts";
import { WEEKDAY_KEYS } from "./weekday-keys.ts";

const spanText = ([from, until]: Span): string => `${timeOf(from)}–${timeOf(until)}`;

/** Hours of a week, minutes of a day and level, in one line. */
export function limitsText({ windows, maxMinutesPerDay, maxGainDb }: TimeEnvelope): string {
  const minutes = weekMinutes(windows);
  const week = number(minutes / 60, minutes % 60 === 0 ? 0 : 1);
  return t("envelope.limits", { week, n: maxMinutesPerDay, gain: number(maxGainDb) });
}

/** What `after` allows that `before` does not, and all that it allows: one fact a line. */
export function widerFacts(before: TimeEnvelope | null, after: TimeEnvelope | null): string[] {
  if (after === null) return [t("envelope.none")];
  const hours = openedHours(before?.windows ?? {}, after.windows).map(
    ([day, spans]) => `${weekday(WEEKDAY_KEYS.indexOf(day))}: ${spans.map(spanText).join(", ")}`,
  );
  const opens = hours.length > 0 ? [t("envelope.opens"), ...hours] : [];
  return [...opens, t("envelope.then", { limits: limitsText(after) })];
}
