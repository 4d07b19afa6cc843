import type { Broadcast } from "@loa/protocol/http/broadcasts";
import { html, nothing, type TemplateResult } from "lit";
import { hubNow } from "../data/hub-clock.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { hubZone } from "../data/zone.ts";
import { t } from "../locales/translate.ts";
import { weekday } from "../words/repeat-text.ts";
import { clockTime, shortDate } from "../words/time-text.ts";
import { hoursShown, type Laid, layDay, windowsOf } from "../words/week.ts";
import { addDays, instantOf, wallTime } from "../words/zoned.ts";

/** Height of an event of one line, as time. */
const LEAST_MS = 45 * 60_000;
const HOUR_REM = 2;

/** How a broadcast is drawn: by its state, and by failures once it is over. */
export function lookOf({ state, counts, priority }: Broadcast): string {
  const failed = state === "done" && counts.failed + counts.partial > 0;
  return `${failed ? "failed" : state} ${priority}`;
}

/** Hours outside of the envelope, painted over so that nobody plans there. */
function closedHours(day: number, from: number, until: number): TemplateResult[] {
  const windows = windowsOf(world.areas, user.value?.areaId ?? "", day);
  if (windows === null) return [];
  const edges = [from * 60, ...windows.flat(), until * 60];
  const closed: TemplateResult[] = [];
  for (let i = 0; i < edges.length; i += 2) {
    const [begin, end] = [Math.max(edges[i]!, from * 60), Math.min(edges[i + 1]!, until * 60)];
    if (end > begin)
      closed.push(
        html`<i class="closed" style="top:${((begin - from * 60) / 60) * HOUR_REM}rem;height:${((end - begin) / 60) * HOUR_REM}rem"></i>`,
      );
  }
  return closed;
}

function event({ item, lane, lanes }: Laid<Broadcast>, from: number): TemplateResult {
  const { minute } = wallTime(item.startAt, hubZone());
  const length = Math.max(LEAST_MS, item.endAt - item.startAt) / 3_600_000;
  const style = `top:${(minute / 60 - from) * HOUR_REM}rem;height:${length * HOUR_REM}rem;left:${(lane / lanes) * 100}%;width:${100 / lanes}%`;
  const time = clockTime(item.startAt);
  return html`<a
    class="event ${lookOf(item)}"
    style=${style}
    href="/broadcasts/${item.id}"
    title="${time} ${item.title}, ${t(`broadcast.${item.state}`)}, ${t("stations", { n: item.counts.stations })}"
    ><b>${time}</b> ${item.title}</a
  >`;
}

function column(
  date: string,
  day: number,
  rows: readonly Broadcast[],
  from: number,
  until: number,
): TemplateResult {
  const zone = hubZone();
  const now = wallTime(hubNow(), zone);
  const today = now.date === date;
  const mine = rows.filter(({ startAt }) => wallTime(startAt, zone).date === date);
  return html`<div class="day ${today ? "today" : ""}">
    <p class="day-name"><b>${weekday(day)}</b> ${shortDate(instantOf(date, "12:00", zone))}</p>
    <div class="day-body" style="height:${(until - from) * HOUR_REM}rem">
      ${closedHours(day, from, until)} ${layDay(mine, LEAST_MS).map((laid) => event(laid, from))}
      ${today ? html`<i class="present" style="top:${(now.minute / 60 - from) * HOUR_REM}rem"></i>` : nothing}
    </div>
  </div>`;
}

/** The week as seven columns of hours. Painted hours lie outside the area's time envelope. */
export function weekGrid(monday: string, rows: readonly Broadcast[]): TemplateResult {
  const zone = hubZone();
  const [from, until] = hoursShown(rows.map(({ startAt }) => wallTime(startAt, zone).minute));
  const hours = Array.from({ length: until - from }, (_, i) => from + i);
  return html`<div class="week-grid" style="--hour:${HOUR_REM}rem">
    <div class="hours" aria-hidden="true">
      ${hours.map((hour) => html`<span style="height:${HOUR_REM}rem">${hour}:00</span>`)}
    </div>
    ${[0, 1, 2, 3, 4, 5, 6].map((day) => column(addDays(monday, day), day, rows, from, until))}
  </div>`;
}
