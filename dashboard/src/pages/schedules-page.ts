import "../styles/schedules.css";
import type { Schedule } from "@loa/protocol/http/schedules";
import { html, nothing, type TemplateResult } from "lit";
import { badge } from "../components/badge.ts";
import { confirmed } from "../components/confirm.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { offerUndo, say, sayError } from "../components/toast.ts";
import { View } from "../components/view.ts";
import "../components/week-view.ts";
import { may } from "../data/access.ts";
import { api, getAll } from "../data/api.ts";
import { feed } from "../data/feed.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { repeatOf } from "../words/recurrence.ts";
import { repeatText } from "../words/repeat-text.ts";
import { scheduleAgain } from "../words/schedule-again.ts";
import { dayAndTime, lengthText } from "../words/time-text.ts";
import { wallTime } from "../words/zoned.ts";

/** The week's broadcasts, and the schedules they come from. */
export class SchedulesPage extends View {
  readonly #list = new Resource<Schedule[]>(this, () => getAll("/schedules"));

  protected override sources() {
    const onSchedule = () =>
      feed.on((events) => {
        if (events.some(({ kind }) => kind === "schedule")) this.#list.refreshSoon();
      });
    return [world.areas, { subscribe: onSchedule }];
  }

  async #delete(schedule: Schedule): Promise<void> {
    const { id, title, nextOccurrences } = schedule;
    const yes = await confirmed({
      title: t("schedules.deleteTitle", { title }),
      facts: [t("schedules.deleteFact"), t("schedules.deleteKeeps")],
      yes: t("schedules.delete"),
    });
    if (!yes) return;
    try {
      await api.delete(`/schedules/${id}`);
      const done = t("schedules.deleted", { title });
      if (nextOccurrences.length === 0) say(done);
      else offerUndo(done, () => this.#again(schedule));
      await this.#list.refresh();
    } catch (thrown) {
      sayError(thrown);
    }
  }

  async #again(schedule: Schedule): Promise<void> {
    await api.post("/schedules", scheduleAgain(schedule));
    await this.#list.refresh();
  }

  #places(schedule: Schedule): string {
    const names = schedule.targets.map((target) =>
      "areaId" in target
        ? (world.areas.get(target.areaId)?.name ?? target.areaId)
        : (world.stations.get(target.stationId)?.name ?? target.stationId),
    );
    return names.length > 2 ? `${names.slice(0, 2).join(", ")}…` : names.join(", ");
  }

  #row(schedule: Schedule): TemplateResult {
    const next = schedule.nextOccurrences[0];
    const time = wallTime(Date.parse(schedule.start), schedule.timeZone).time;
    return html`<li class="schedule" data-testid="schedule">
      <span class="schedule-time">${time}</span>
      <div>
        <b>${schedule.title}</b>
        ${schedule.priority === "scheduled" ? nothing : badge("warn", "up", t(`priority.${schedule.priority}`))}
        <small class="muted">${repeatText(repeatOf(schedule.rrule))} · ${lengthText(schedule.durationMs)}</small>
      </div>
      <div class="schedule-where">
        ${this.#places(schedule)}
        <small class="muted">${t("stations", { n: schedule.stations })}</small>
      </div>
      <div class="schedule-next">
        ${next === undefined ? t("schedules.noNext") : dayAndTime(Date.parse(next))}
        <small class="muted">${next === undefined ? "" : t("schedules.next")}</small>
      </div>
      ${
        may("schedule")
          ? html`<div class="buttons">
              <a class="button quiet icon-only" href="/schedules/${schedule.id}" aria-label=${t("schedules.edit", { title: schedule.title })}
                >${icon("edit")}</a
              >
              <button
                class="button quiet icon-only bad"
                aria-label=${t("schedules.deleteLabel", { title: schedule.title })}
                @click=${() => void this.#delete(schedule)}
              >
                ${icon("trash")}
              </button>
            </div>`
          : nothing
      }
    </li>`;
  }

  #schedules(): TemplateResult {
    const { value, error } = this.#list;
    if (error) return failureNotice(error, () => void this.#list.refresh());
    if (!value) return html`<div class="body">${skeleton(3, 3, 3)}</div>`;
    if (value.length === 0)
      return html`<div class="empty">
        ${icon("calendar")}<strong>${t("schedules.none")}</strong>
        <p>${t("schedules.noneHint")}</p>
      </div>`;
    return html`<ul>
      ${value.map((schedule) => this.#row(schedule))}
    </ul>`;
  }

  protected override render(): TemplateResult {
    return html`<header class="page-head">
        <div><h1 tabindex="-1">${t("schedules.title")}</h1></div>
        ${
          may("schedule")
            ? html`<a class="button primary" href="/schedules/new" data-testid="new-schedule">${icon("plus")}${t("schedules.new")}</a>`
            : nothing
        }
      </header>
      <loa-week-view></loa-week-view>
      <section class="card schedules" aria-labelledby="schedules-title">
        <header>
          <h2 id="schedules-title">${t("schedules.list")}</h2>
          ${this.#list.value ? html`<span class="count">${this.#list.value.length}</span>` : nothing}
        </header>
        ${this.#schedules()}
      </section>`;
  }
}
customElements.define("loa-schedules-page", SchedulesPage);
