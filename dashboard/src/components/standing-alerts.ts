import "../styles/emergency.css";
import type { AlertSummary } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { stands, waits } from "../words/alert-times.ts";
import { alertBadge, boardAddress, kindBadge } from "./alert-badge.ts";
import "./alert-confirmation.ts";
import { progressSentence } from "./alert-progress.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** Alerts that stand or wait for a second person, each with the way to its board. */
export class StandingAlerts extends View {
  static override properties = { only: {} };
  /** `actual`, `drill`, or `waiting`: those that wait for somebody. */
  declare only: "actual" | "drill" | "waiting";

  protected override sources() {
    return [world.alerts, everyQuarterMinute];
  }

  #fits(alert: AlertSummary): boolean {
    const now = hubNow();
    if (this.only === "waiting") return waits(alert, now);
    return (
      (alert.kind === "actual") === (this.only === "actual") && (stands(alert, now) || waits(alert, now))
    );
  }

  #card(alert: AlertSummary): TemplateResult {
    return html`<article class="standing ${alert.kind === "actual" ? "actual" : "drill"}" data-testid="standing" data-alert=${alert.id}>
      <div class="standing-head">
        <div>
          <p class="badges">${kindBadge(alert.kind)} ${alertBadge(alert)}</p>
          <h2><a href=${boardAddress(alert)}>${alert.headline}</a></h2>
          <p>${progressSentence(alert)}</p>
        </div>
        <a class="button" href=${boardAddress(alert)} data-testid="open-board">${t("standing.open")}${icon("right")}</a>
      </div>
      ${waits(alert, hubNow()) ? html`<loa-alert-confirmation .alert=${alert}></loa-alert-confirmation>` : nothing}
    </article>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const all = world.alerts.all
      .filter((alert) => this.#fits(alert))
      .sort((a, b) => b.createdAt - a.createdAt);
    if (all.length === 0) return nothing;
    return html`<section class="standing-list" aria-label=${t("standing.title")}>
      ${repeat(
        all,
        ({ id }) => id,
        (alert) => this.#card(alert),
      )}
    </section>`;
  }
}
customElements.define("loa-standing-alerts", StandingAlerts);
