import { instantOf } from "./zoned.ts";

const DAY_CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/** How a schedule repeats. Days count from Monday, 0. `until` is the last date, YYYY-MM-DD. */
export type Repeat =
  | { readonly kind: "once" }
  | { readonly kind: "daily"; readonly until?: string }
  | { readonly kind: "weekly"; readonly days: readonly number[]; readonly until?: string }
  | { readonly kind: "other"; readonly rrule: string };

/** RFC 5545 UNTIL is in UTC: the end of that day in the zone. */
function untilPart(until: string | undefined, zone: string): string {
  if (until === undefined || until === "") return "";
  const end = new Date(instantOf(until, "23:59", zone)).toISOString();
  return `;UNTIL=${end.slice(0, 19).replace(/[-:]/g, "")}Z`;
}

/** The rule as RFC 5545 writes it; undefined for once. */
export function rruleOf(repeat: Repeat, zone: string): string | undefined {
  switch (repeat.kind) {
    case "once":
      return undefined;
    case "daily":
      return `FREQ=DAILY${untilPart(repeat.until, zone)}`;
    case "weekly":
      return `FREQ=WEEKLY;BYDAY=${[...repeat.days]
        .sort((a, b) => a - b)
        .map((day) => DAY_CODES[day])
        .join(",")}${untilPart(repeat.until, zone)}`;
    case "other":
      return repeat.rrule;
  }
}

function dateOfUntil(until: string): string | undefined {
  const digits = /^(\d{4})(\d{2})(\d{2})/.exec(until);
  return digits === null ? undefined : `${digits[1]}-${digits[2]}-${digits[3]}`;
}

/** What the form can show of a rule; rules it has no fields for are kept as `other`. */
export function repeatOf(rrule: string | undefined): Repeat {
  if (rrule === undefined || rrule === "") return { kind: "once" };
  const parts = new Map(rrule.split(";").map((part) => part.split("=", 2) as [string, string]));
  const until = dateOfUntil(parts.get("UNTIL") ?? "");
  const end = until === undefined ? {} : { until };
  const days = (parts.get("BYDAY") ?? "").split(",").map((code) => DAY_CODES.indexOf(code as "MO"));
  const plain = [...parts.keys()].every((key) => ["FREQ", "BYDAY", "UNTIL", "WKST"].includes(key));
  const simpleDays = days.every((day) => day >= 0);
  if (plain && parts.get("FREQ") === "DAILY" && !parts.has("BYDAY")) return { kind: "daily", ...end };
  if (plain && parts.get("FREQ") === "WEEKLY" && simpleDays) return { kind: "weekly", days, ...end };
  return { kind: "other", rrule };
}

type RuleWords =
  | { id: "repeat.once" | "repeat.daily" | "repeat.weekdays" | "repeat.weekend" | "repeat.never" }
  | { id: "repeat.days"; days: readonly number[] }
  | { id: "repeat.other"; rrule: string };

const same = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** Which sentence tells the rule; the caller puts day names in. */
export function ruleWords(repeat: Repeat): RuleWords {
  if (repeat.kind === "other") return { id: "repeat.other", rrule: repeat.rrule };
  if (repeat.kind !== "weekly") return { id: `repeat.${repeat.kind}` };
  const days = [...repeat.days].sort((a, b) => a - b);
  if (days.length === 0) return { id: "repeat.never" };
  if (days.length === 7) return { id: "repeat.daily" };
  if (same(days, [0, 1, 2, 3, 4])) return { id: "repeat.weekdays" };
  if (same(days, [5, 6])) return { id: "repeat.weekend" };
  return { id: "repeat.days", days };
}
