import type { UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { RRuleTemporal } from "rrule-temporal";
import type { Recurrence } from "../core/recurrence.ts";

const PARTS =
  /^(FREQ|INTERVAL|COUNT|UNTIL|WKST|BYDAY|BYMONTH|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYHOUR|BYMINUTE|BYSETPOS)=[A-Z0-9,+-]+$/;
/** Lowest and highest number of each list part; a lowest of 1 allows counting from the end. The library drops others unsaid. */
const RANGES: Readonly<Record<string, readonly [lowest: number, highest: number]>> = {
  BYMONTH: [1, 12],
  BYMONTHDAY: [1, 31],
  BYYEARDAY: [1, 366],
  BYWEEKNO: [1, 53],
  BYSETPOS: [1, 366],
  BYHOUR: [0, 23],
  BYMINUTE: [0, 59],
};
const MOST_PER_QUERY = 2_000;

/**
 * All starts of a recurrence in `[from, to)`, rising, without its exceptions. A wall time that a zone skips does not occur;
 * one that it repeats occurs once. A start that its own rule does not match does not occur either: silence is safe.
 * @throws RRULE_INVALID · TIME_ZONE_INVALID
 */
export function occurrences(recurrence: Recurrence, from: UnixMs, to: UnixMs): readonly UnixMs[] {
  const { start, rrule, exceptions } = recurrence;
  const left = new Set(exceptions);
  const starts = rrule === null ? [start] : expand(recurrence, rrule, Math.max(from, start), to);
  return starts.filter((at) => at >= from && at < to && !left.has(at));
}

/**
 * Checks a recurrence once, at the edge.
 * @throws RRULE_INVALID · TIME_ZONE_INVALID
 */
export function checkRecurrence(recurrence: Recurrence): void {
  zoned(recurrence.start, recurrence.timeZone);
  if (recurrence.rrule !== null) ruleOf(recurrence, recurrence.rrule).next();
}

function expand(recurrence: Recurrence, rrule: string, from: UnixMs, to: UnixMs): UnixMs[] {
  if (to <= from) return [];
  const starts: UnixMs[] = [];
  const [first, last] = [new Date(Math.floor(from)), new Date(Math.ceil(to))];
  for (const at of ruleOf(recurrence, rrule).between(first, last, true)) {
    starts.push(at.epochMilliseconds);
    if (starts.length === MOST_PER_QUERY) break;
  }
  return starts;
}

const rules = new Map<string, RRuleTemporal<Temporal.ZonedDateTime>>();

function ruleOf({ start, timeZone }: Recurrence, rrule: string): RRuleTemporal<Temporal.ZonedDateTime> {
  const key = `${start} ${timeZone} ${rrule}`;
  const known = rules.get(key);
  if (known) return known;
  const dtstart = zoned(start, timeZone);
  let rule: RRuleTemporal<Temporal.ZonedDateTime>;
  try {
    rule = new RRuleTemporal({
      rruleString: wellFormed(rrule),
      dtstart,
      temporal: Temporal,
      strict: true,
      cache: false,
    });
  } catch (cause) {
    if (cause instanceof LoaError) throw cause;
    throw invalid(rrule, cause instanceof Error ? cause.message : "it is malformed", cause);
  }
  if (rules.size >= 20_000) rules.clear();
  rules.set(key, rule);
  return rule;
}

function wellFormed(rrule: string): string {
  const parts = rrule
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .split(";");
  const names = parts.map((part) => part.split("=")[0]);
  const value = (name: string) => parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const strange = parts.find((part) => !PARTS.test(part));
  if (strange !== undefined) throw invalid(rrule, `"${strange}" is no part of a rule`);
  if (new Set(names).size !== names.length) throw invalid(rrule, "a part comes twice");
  if (!/^(HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(value("FREQ") ?? ""))
    throw invalid(rrule, "FREQ must be HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY");
  for (const [name, [lowest, highest]] of Object.entries(RANGES))
    for (const text of value(name)?.split(",") ?? []) {
      const number = lowest === 0 ? Number(text) : Math.abs(Number(text));
      if (!Number.isInteger(number) || text === "" || number < lowest || number > highest)
        throw invalid(rrule, `${name} cannot be ${text}`);
    }
  for (const name of ["INTERVAL", "COUNT"])
    if (!/^[1-9]\d{0,4}$/.test(value(name) ?? "1"))
      throw invalid(rrule, `${name} must be a number from 1 on`);
  if (value("COUNT") && value("UNTIL")) throw invalid(rrule, "COUNT and UNTIL exclude each other");
  if (!/^\d{8}(T\d{6}Z?)?$/.test(value("UNTIL") ?? "20260101"))
    throw invalid(rrule, "UNTIL must be a date or time");
  return parts.join(";");
}

function invalid(rrule: string, why: string, cause?: unknown): LoaError {
  return new LoaError("RRULE_INVALID", `the rule cannot be read: ${why}`, { rrule }, { cause });
}

function zoned(at: UnixMs, timeZone: string): Temporal.ZonedDateTime {
  try {
    return Temporal.Instant.fromEpochMilliseconds(Math.round(at)).toZonedDateTimeISO(timeZone);
  } catch (cause) {
    throw new LoaError("TIME_ZONE_INVALID", `"${timeZone}" is no time zone`, { timeZone }, { cause });
  }
}
