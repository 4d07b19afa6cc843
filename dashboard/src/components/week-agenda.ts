import type { Broadcast } from "@loa/protocol/http/broadcasts";
import { html, type TemplateResult } from "lit";
import { hubNow } from "../data/hub-clock.ts";
import { hubZone } from "../data/zone.ts";
import { t } from "../locales/translate.ts";
import { weekday } from "../words/repeat-text.ts";
import { clockTime, lengthText, shortDate } from "../words/time-text.ts";
import { addDays, instantOf, wallTime } from "../words/zoned.ts";
import { broadcastBadge } from "./badge.ts";
import { icon } from "./icon.ts";

function entry(broadcast: Broadcast): TemplateResult {
  return html`<li>
    <a class="agenda-entry" href="/broadcasts/${broadcast.id}">
      <time>${clockTime(broadcast.startAt)}</time>
      <span
        ><b>${broadcast.title}</b
        ><small class="muted"
          >${lengthText(broadcast.endAt - broadcast.startAt)} · ${t("stations", { n: broadcast.counts.stations })}</small
        >${broadcastBadge(broadcast)}</span
      >
      ${icon("right")}
    </a>
  </li>`;
}

/** The week as a list by day, from today on when it is this week; earlier days fold away. */
export function weekAgenda(monday: string, rows: readonly Broadcast[]): TemplateResult {
  const zone = hubZone();
  const today = wallTime(hubNow(), zone).date;
  const days = [0, 1, 2, 3, 4, 5, 6].map((day) => {
    const date = addDays(monday, day);
    const own = rows.filter(({ startAt }) => wallTime(startAt, zone).date === date);
    return { day, date, own: own.sort((a, b) => a.startAt - b.startAt) };
  });
  const show = ({
    day,
    date,
    own,
  }: (typeof days)[number]) => html`<section class="agenda-day ${date === today ? "today" : ""}">
    <h3>${date === today ? t("day.today") : weekday(day)} <span class="muted">${shortDate(instantOf(date, "12:00", zone))}</span></h3>
    ${
      own.length === 0
        ? html`<p class="muted small">${t("week.empty")}</p>`
        : html`<ul>
            ${own.map(entry)}
          </ul>`
    }
  </section>`;
  const past = days.filter(({ date }) => date < today);
  const ahead = days.filter(({ date }) => date >= today);
  return html`<div class="agenda">
    ${
      past.length > 0 && ahead.length > 0
        ? html`<details>
            <summary>${t("week.past", { n: past.length })}</summary>
            ${past.map(show)}
          </details>`
        : past.map(show)
    }
    ${ahead.map(show)}
  </div>`;
}
