/** A wall-clock reading in some zone. `weekday` 0 is Monday; `date` is YYYY-MM-DD, `time` HH:MM. */
export interface WallTime {
  readonly date: string;
  readonly time: string;
  readonly weekday: number;
  /** Minutes since the day's begin. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formats.set(zone, made);
  return made;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** Minutes that a zone is ahead of UTC at an instant. */
function offsetMinutes(at: number, zone: string): number {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const wall = Date.UTC(
    Number(part.year),
    Number(part.month) - 1,
    Number(part.day),
    Number(part.hour),
    Number(part.minute),
    Number(part.second),
  );
  return Math.round((wall - Math.floor(at / 1_000) * 1_000) / 60_000);
}

/** What the clocks of a zone show at an instant (Unix ms). */
export function wallTime(at: number, zone: string): WallTime {
  const wall = new Date(at + offsetMinutes(at, zone) * 60_000);
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  return {
    date: wall.toISOString().slice(0, 10),
    time: `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}`,
    weekday: (wall.getUTCDay() + 6) % 7,
    minute,
  };
}

/** The instant at which the clocks of a zone show this; NaN when either text is no date or time. */
export function instantOf(date: string, time: string, zone: string): number {
  const naive = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(naive)) return Number.NaN;
  const guess = naive - offsetMinutes(naive, zone) * 60_000;
  return naive - offsetMinutes(guess, zone) * 60_000;
}

/** RFC 3339 with the zone's own offset, e.g. 2026-11-24T17:00:00+07:00. */
export function rfc3339(at: number, zone: string): string {
  const minutes = offsetMinutes(at, zone);
  const size = Math.abs(minutes);
  const wall = new Date(at + minutes * 60_000).toISOString().slice(0, 19);
  return `${wall}${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The date so many days later, YYYY-MM-DD. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Monday of the date's week. */
export function mondayOf(date: string): string {
  return addDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7));
}
