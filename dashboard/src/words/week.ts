import type { Area } from "@loa/protocol/http/areas";
import { WEEKDAY_KEYS } from "./weekday-keys.ts";

/** Something with a begin and an end, Unix ms. */
interface Span {
  readonly startAt: number;
  readonly endAt: number;
}

/** A span with its place among those that would cover it: lane 0 of 2 is the left half. */
export interface Laid<T> {
  readonly item: T;
  readonly lane: number;
  readonly lanes: number;
}

/** Lays a day's spans side by side where they would cover each other; each is drawn at least `leastMs` long. */
export function layDay<T extends Span>(items: readonly T[], leastMs: number): Laid<T>[] {
  const sorted = [...items].sort((a, b) => a.startAt - b.startAt || b.endAt - a.endAt);
  const laid: Laid<T>[] = [];
  let cluster: { item: T; lane: number }[] = [];
  let ends: number[] = [];
  const close = () => {
    laid.push(...cluster.map((placed) => ({ ...placed, lanes: ends.length })));
    cluster = [];
    ends = [];
  };
  for (const item of sorted) {
    if (ends.every((end) => end <= item.startAt)) close();
    const free = ends.findIndex((end) => end <= item.startAt);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = Math.max(item.endAt, item.startAt + leastMs);
    cluster.push({ item, lane });
  }
  close();
  return laid;
}

const minuteOf = (clock: string): number => {
  const [hours, minutes] = clock.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
};

/** Minutes of a weekday (0 is Monday) in which an area may sound; null when no envelope is known. The nearest envelope upwards holds. */
export function windowsOf(
  areas: { get(id: string): Area | undefined },
  areaId: string,
  day: number,
): [from: number, until: number][] | null {
  for (let area = areas.get(areaId); area; area = areas.get(area.parentId ?? "")) {
    const key = WEEKDAY_KEYS[day];
    if (area.envelope !== null && key !== undefined)
      return (area.envelope.windows[key] ?? []).map(([from, until]) => [minuteOf(from), minuteOf(until)]);
  }
  return null;
}

/** Whole hours that a week's view has to show: the usual day, widened by what lies outside of it. */
export function hoursShown(minutes: readonly number[]): [from: number, until: number] {
  const from = Math.min(4, ...minutes.map((minute) => Math.floor(minute / 60)));
  const until = Math.max(22, ...minutes.map((minute) => Math.floor(minute / 60) + 1));
  return [from, until];
}
