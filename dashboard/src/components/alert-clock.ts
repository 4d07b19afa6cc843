import type { AlertSummary } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { everySecond, hubNow } from "../data/hub-clock.ts";
import { t } from "../locales/translate.ts";
import { soundEnd } from "../words/alert-times.ts";
import { clockTime, playerTime, timeWithDay } from "../words/time-text.ts";
import { View } from "./view.ts";

/** How long an alert has been out, how long it still sounds, and until when it stands. */
export class AlertClock extends View {
  static override properties = { alert: { attribute: false } };
  declare alert: AlertSummary;

  protected override sources() {
    return [everySecond];
  }

  #fact(label: string, value: string, id: string): TemplateResult {
    return html`<div data-testid=${id}><dt>${label}</dt><dd>${value}</dd></div>`;
  }

  protected override render(): TemplateResult {
    const { startAt, expiresAt, recalledAt, state } = this.alert;
    const now = hubNow();
    const end = soundEnd(this.alert) ?? now;
    const over = state === "recalled" || now >= end;
    return html`<dl class="alert-clock">
      ${startAt === undefined ? nothing : this.#fact(t("board.elapsed"), playerTime((recalledAt ?? now) - startAt), "elapsed")}
      ${startAt === undefined || state === "recalled" ? nothing : this.#fact(t("board.remaining"), over ? t("board.soundOver") : playerTime(end - Math.max(now, startAt)), "remaining")}
      ${
        recalledAt === undefined
          ? this.#fact(t(now < expiresAt ? "board.until" : "board.wasUntil"), timeWithDay(expiresAt), "until")
          : this.#fact(t("board.recalledAt"), clockTime(recalledAt), "recalled-at")
      }
    </dl>`;
  }
}
customElements.define("loa-alert-clock", AlertClock);
