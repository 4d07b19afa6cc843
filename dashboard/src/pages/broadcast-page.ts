import "../styles/proof.css";
import type { BroadcastDetail } from "@loa/protocol/http/broadcasts";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { badge, broadcastBadge } from "../components/badge.ts";
import { confirmed } from "../components/confirm.ts";
import { deliverySummary } from "../components/delivery-summary.ts";
import { deliveryTable } from "../components/delivery-table.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { stopBroadcast } from "../components/stop.ts";
import { say, sayError } from "../components/toast.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { api } from "../data/api.ts";
import { feed } from "../data/feed.ts";
import { everyQuarterMinute } from "../data/hub-clock.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { clockSpan, clockTime, dayInText, dayName, lengthText, playerTime } from "../words/time-text.ts";

/** Delivery and proof of one broadcast, station by station, failures first. */
export class BroadcastPage extends View {
  static override properties = { broadcastId: {} };
  declare broadcastId: string;
  readonly #stored = new Resource<BroadcastDetail>(this, () => api.get(`/broadcasts/${this.broadcastId}`));

  protected override sources() {
    const follow = () =>
      feed.on((events) => {
        const about = events.some(
          (event) =>
            event.kind === "reset" ||
            (event.kind === "broadcast" && event.broadcast.id === this.broadcastId) ||
            (event.kind === "playout" && event.playout.broadcastId === this.broadcastId),
        );
        if (about) this.#stored.refreshSoon();
      });
    return [world.stations, world.areas, everyQuarterMinute, { subscribe: follow }];
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get("broadcastId") !== undefined) void this.#stored.restart();
  }

  async #cancel(broadcast: BroadcastDetail): Promise<void> {
    const { id, title, startAt, counts } = broadcast;
    const yes = await confirmed({
      title: t("cancel.title", { title }),
      facts: [
        t("cancel.fact", { day: dayInText(startAt), time: clockTime(startAt), n: counts.stations }),
        t("cancel.othersStay"),
        ...(counts.unconfirmed > 0 ? [t("cancel.unreachable", { n: counts.unconfirmed })] : []),
      ],
      yes: t("cancel.yes"),
    });
    if (!yes) return;
    try {
      await api.delete(`/broadcasts/${id}`);
      say(t("cancel.done"));
      await this.#stored.refresh();
    } catch (thrown) {
      sayError(thrown);
    }
  }

  #actions(broadcast: BroadcastDetail): TemplateResult {
    const { state, scheduleId } = broadcast;
    return html`<div class="buttons">
      ${
        state === "onAir" && may("stop")
          ? html`<button class="button stop big-stop" data-testid="stop" @click=${() => void stopBroadcast(broadcast)}>
              ${icon("stop")}${t("stop.button")}
            </button>`
          : nothing
      }
      ${
        state === "planned" && may("schedule")
          ? html`<button class="button" data-testid="cancel-broadcast" @click=${() => void this.#cancel(broadcast)}>
              ${icon("close")}${t("cancel.button")}
            </button>`
          : nothing
      }
      ${may("schedule") ? html`<a class="button quiet" href="/schedules/${scheduleId}">${icon("edit")}${t("broadcast.schedule")}</a>` : nothing}
    </div>`;
  }

  #programme(broadcast: BroadcastDetail): TemplateResult {
    return html`<section class="card" aria-labelledby="programme-title">
      <header><h2 id="programme-title">${t("broadcast.programme")}</h2></header>
      <ol class="programme">
        ${broadcast.announcements.map(
          ({ id, title, durationMs }) => html`<li>
            <a href="/announcements/${id}">${title}</a><span class="muted">${playerTime(durationMs)}</span>
          </li>`,
        )}
      </ol>
    </section>`;
  }

  #shown(broadcast: BroadcastDetail): TemplateResult {
    const { startAt, endAt, priority, title } = broadcast;
    return html`<header class="page-head" data-testid="broadcast" data-state=${broadcast.state}>
        <div>
          <p class="kicker">
            ${t("broadcast.when", { day: dayName(startAt), span: clockSpan(startAt, endAt), length: lengthText(endAt - startAt) })}
          </p>
          <h1 tabindex="-1">${title}</h1>
          <p class="badges">
            ${broadcastBadge(broadcast, true)}
            ${priority === "scheduled" ? nothing : badge(priority === "test" ? "plain" : "warn", "up", t(`priority.${priority}`), true)}
          </p>
        </div>
        ${this.#actions(broadcast)}
      </header>
      <div class="proof-top">${deliverySummary(broadcast)} ${this.#programme(broadcast)}</div>
      ${deliveryTable(broadcast)}`;
  }

  protected override render(): TemplateResult {
    const { value, error } = this.#stored;
    return html`<a class="back" href="/schedules">${icon("left")}${t("schedules.title")}</a>
      ${error ? failureNotice(error, () => void this.#stored.refresh()) : nothing}
      ${value ? this.#shown(value) : error ? nothing : skeleton(4, 6, 20)}`;
  }
}
customElements.define("loa-broadcast-page", BroadcastPage);
