import type { AlertDetail, AlertSummary } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { may } from "../data/access.ts";
import { alertDesk } from "../data/alerts.ts";
import { feed } from "../data/feed.ts";
import { user } from "../data/session.ts";
import { t, tCode } from "../locales/translate.ts";
import { lengthText, timeWithDay } from "../words/time-text.ts";
import { toneText } from "./alert-badge.ts";
import { errorText } from "./error-text.ts";
import "./hold-button.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** What waits for a second person: what would be said, who must say yes, and the button that does. Emits `done`. */
export class AlertConfirmation extends View {
  static override properties = { alert: { attribute: false } };
  declare alert: AlertSummary;
  #busy = false;
  #error: unknown = null;

  protected override sources() {
    return [user, feed.link];
  }

  async #confirm(): Promise<void> {
    if (this.#busy) return;
    this.change(() => {
      [this.#busy, this.#error] = [true, null];
    });
    try {
      emit<AlertDetail>(this, "done", await alertDesk.confirm(this.alert.id, this.alert.proposal?.number));
    } catch (thrown) {
      this.change(() => {
        this.#error = thrown;
      });
    }
    this.change(() => {
      this.#busy = false;
    });
  }

  #deed(mine: boolean): TemplateResult | typeof nothing {
    if (mine || !may("alert")) return nothing;
    // Another update under the finger lets the hold begin anew.
    const button = html`<loa-hold-button
      testid="hold-confirm"
      .label=${this.#busy ? t("alert.sending") : t("confirmation.hold", { n: this.alert.counts.stations })}
      drawing="check"
      look="stop"
      ?blocked=${this.#busy || feed.link.value.state === "away"}
      @held=${() => void this.#confirm()}
    ></loa-hold-button>`;
    return html`${keyed(this.alert.proposal?.number, button)}`;
  }

  protected override render(): TemplateResult {
    const { proposal, createdBy, counts, expiresAt, state } = this.alert;
    const said = proposal ?? this.alert;
    const by = proposal?.proposedBy ?? createdBy;
    const mine = by.id === user.value?.id;
    const update = state !== "awaitingConfirmation";
    return html`<section class="confirmation" aria-label=${t("confirmation.title")} data-testid="confirmation" data-mine=${mine}>
      <p class="confirmation-title">${icon("clock")}<b>${t(update ? "confirmation.update" : "confirmation.title")}</b></p>
      <p>${t(mine ? "confirmation.mine" : may("alert") ? "confirmation.yours" : "confirmation.others", { name: by.name })}</p>
      <p class="small">${t("confirmation.until", { time: timeWithDay(expiresAt), n: counts.stations })}</p>
      <blockquote>
        <b>${said.headline}</b>
        <p class="small muted">${toneText(said)} · ${said.repeat === 0 ? t("alert.untilRecalled") : t("alert.rounds", { n: said.repeat })}</p>
        ${proposal ? html`<p class="small muted">${t("update.life")} ${lengthText(proposal.lifeMs)}</p>` : nothing}
        ${said.text ? html`<p class="read-text">${said.text}</p>` : nothing}
        ${said.announcementId ? html`<p><a href="/announcements/${said.announcementId}">${t("board.announcement")}</a></p>` : nothing}
        ${said.translations.map((one) => html`<p class="read-text"><small class="muted">${tCode("spoken", one.language)}</small> ${one.text}</p>`)}
      </blockquote>
      ${this.#error === null ? nothing : html`<p class="error-text" role="alert">${icon("warning")}${errorText(this.#error)}</p>`}
      ${this.#deed(mine)}
    </section>`;
  }
}
customElements.define("loa-alert-confirmation", AlertConfirmation);
