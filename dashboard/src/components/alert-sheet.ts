import type { AlertDetail, AlertSummary, UpdateAlert } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { alertDesk } from "../data/alerts.ts";
import { t } from "../locales/translate.ts";
import { lengthText } from "../words/time-text.ts";
import { errorText } from "./error-text.ts";
import "./hold-button.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** What is done to an alert that was sent. */
export type AlertDeed = "update" | "repeat" | "recall";
const LIVES = [0, 600, 1_800, 3_600, 10_800, 21_600, 43_200];
const ROUNDS = [1, 2, 3, 5, 10, 0];

/** Says an alert anew, otherwise or for longer, or calls it back in one's own words. Emits `done` with what the hub answered. */
export class AlertSheet extends View {
  #alert: AlertSummary | null = null;
  #deed: AlertDeed = "update";
  #error: unknown = null;
  #busy = false;

  open(alert: AlertSummary, deed: AlertDeed): void {
    this.change(() => {
      [this.#alert, this.#deed, this.#error, this.#busy] = [alert, deed, null, false];
    });
    void this.updateComplete.then(() => {
      this.querySelector("form")?.reset();
      this.querySelector("dialog")?.showModal();
    });
  }

  #close(): void {
    this.querySelector("dialog")?.close();
  }

  #value(id: string): string {
    return this.querySelector<HTMLInputElement | HTMLSelectElement>(`#sheet-${id}`)?.value.trim() ?? "";
  }

  #update(alert: AlertSummary): UpdateAlert {
    const [text, headline] = [this.#value("text"), this.#value("headline")];
    const [life, rounds] = [Number(this.#value("life")), Number(this.#value("repeat"))];
    return {
      ...(text !== "" && text !== (alert.text ?? "") && { text }),
      ...(headline !== "" && headline !== alert.headline && { headline }),
      ...(life > 0 && { expiresInSeconds: life }),
      ...(rounds !== alert.repeat && { repeat: rounds }),
    };
  }

  #send(alert: AlertSummary): Promise<AlertDetail> {
    if (this.#deed === "recall") {
      const words = this.#value("words");
      return alertDesk.recall(alert.id, words === "" ? undefined : words);
    }
    return alertDesk.update(alert.id, this.#deed === "update" ? this.#update(alert) : {});
  }

  async #held(alert: AlertSummary): Promise<void> {
    if (this.#busy) return;
    this.change(() => {
      [this.#busy, this.#error] = [true, null];
    });
    try {
      emit(this, "done", await this.#send(alert));
      this.#close();
    } catch (thrown) {
      this.change(() => {
        this.#error = thrown;
      });
    }
    this.change(() => {
      this.#busy = false;
    });
  }

  #fields(alert: AlertSummary): TemplateResult {
    if (this.#deed === "repeat")
      return html`<p>${t("repeat.fact", { n: alert.counts.stations, headline: alert.headline })}</p>`;
    if (this.#deed === "recall")
      return html`<p>${t("recall.fact", { n: alert.counts.stations })}</p>
        <div class="field">
          <label for="sheet-words">${t("recall.words")}</label>
          <textarea id="sheet-words" maxlength="2000" placeholder=${t("recall.wordsHint")}></textarea>
          <p class="hint">${t("recall.wordsLater")}</p>
        </div>`;
    return html`<div class="field">
        <label for="sheet-headline">${t("alert.headline")}</label>
        <input id="sheet-headline" type="text" maxlength="200" autocomplete="off" .defaultValue=${alert.headline} />
      </div>
      ${
        alert.announcementId === undefined
          ? html`<div class="field">
              <label for="sheet-text">${t("alert.text")}</label>
              <textarea id="sheet-text" maxlength="4000" rows="5" .defaultValue=${alert.text ?? ""}></textarea>
            </div>`
          : nothing
      }
      <div class="two">
        <div class="field">
          <label for="sheet-repeat">${t("alert.repeat")}</label>
          <select id="sheet-repeat">
            ${[...new Set([alert.repeat, ...ROUNDS])].map((n) => html`<option value=${n}>${n === 0 ? t("alert.untilRecalled") : t("alert.rounds", { n })}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="sheet-life">${t("update.life")}</label>
          <select id="sheet-life">
            ${LIVES.map((s) => html`<option value=${s}>${s === 0 ? t("update.lifeSame") : lengthText(s * 1_000)}</option>`)}
          </select>
        </div>
      </div>
      <p class="hint">${t("update.fact", { n: alert.counts.stations })}</p>`;
  }

  protected override render(): TemplateResult {
    const alert = this.#alert;
    const deed = this.#deed;
    const drill = alert !== null && alert.kind !== "actual";
    return html`<dialog class="sheet alert-sheet ${drill ? "drill" : "actual"}" aria-labelledby="alert-sheet-title">
      ${
        alert === null
          ? nothing
          : html`<form method="dialog" @submit=${(event: Event) => event.preventDefault()}>
              <h2 id="alert-sheet-title">${t(`deedTitle.${deed}`)}</h2>
              ${this.#fields(alert)}
              ${
                this.#error === null
                  ? nothing
                  : html`<div class="notice bad" role="alert">${icon("warning")}<div>${errorText(this.#error)}</div></div>`
              }
              <loa-hold-button
                testid="hold-${deed}"
                .label=${this.#busy ? t("alert.sending") : t(`deedHold.${deed}`)}
                .drawing=${deed === "recall" ? "stop" : "repeat"}
                .look=${drill ? "drill" : "stop"}
                ?blocked=${this.#busy}
                @held=${() => void this.#held(alert)}
              ></loa-hold-button>
              <button type="button" class="button" @click=${() => this.#close()}>${t("confirm.no")}</button>
            </form>`
      }
    </dialog>`;
  }
}
customElements.define("loa-alert-sheet", AlertSheet);
