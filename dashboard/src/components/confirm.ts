import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { folded } from "../words/folded.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** A question before something that cannot be taken back. `facts` say in words what will happen. */
export interface Question {
  readonly title: string;
  readonly facts: readonly string[];
  readonly yes: string;
  readonly no?: string;
  readonly stop?: boolean;
  /** Asks for a reason as well; the label of its field. */
  readonly reason?: string;
  /** What has to be typed first, accents or not: for what nobody can ever take back. */
  readonly typed?: string;
}

/** The dialog that asks; a sheet at the bottom on a phone. One per page, in the app. */
export class ConfirmSheet extends View {
  question: Question | null = null;
  missing = false;
  #entry = "";
  #answer: (answer: string | null) => void = () => undefined;

  /** Resolves with the reason (empty when none was asked for), or null for no. */
  async ask(question: Question): Promise<string | null> {
    this.#answer(null);
    this.change(() => {
      this.question = question;
      this.missing = false;
      this.#entry = "";
    });
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  #close(answer: string | null): void {
    this.#answer(answer);
    this.#answer = () => undefined;
    this.querySelector("dialog")?.close();
    this.change(() => {
      this.question = null;
    });
  }

  #submit(event: Event): void {
    event.preventDefault();
    const reason = this.querySelector("textarea")?.value.trim() ?? "";
    if (this.question?.reason !== undefined && reason === "") {
      this.change(() => {
        this.missing = true;
      });
      this.querySelector("textarea")?.focus();
    } else this.#close(reason);
  }

  #reasonField(label: string): TemplateResult {
    return html`<div class="field">
      <label for="confirm-reason">${label}</label>
      <textarea id="confirm-reason" maxlength="1000" aria-invalid=${this.missing} autofocus></textarea>
      ${this.missing ? html`<p class="error-text" role="alert">${t("confirm.reasonMissing")}</p>` : nothing}
    </div>`;
  }

  #typedField(typed: string): TemplateResult {
    return html`<div class="field">
      <label for="confirm-typed">${t("confirm.typed", { typed })}</label>
      <input
        id="confirm-typed"
        type="text"
        autocomplete="off"
        spellcheck="false"
        autofocus
        @input=${(event: Event) =>
          this.change(() => {
            this.#entry = (event.target as HTMLInputElement).value;
          })}
      />
    </div>`;
  }

  protected override render(): TemplateResult {
    const question = this.question;
    return html`<dialog class="sheet" aria-labelledby="confirm-title" @cancel=${() => this.#close(null)}>
      ${
        question === null
          ? nothing
          : html`<form method="dialog" novalidate @submit=${(event: Event) => this.#submit(event)}>
              <h2 id="confirm-title">${question.title}</h2>
              <div class="facts">${question.facts.map((fact) => html`<p>${fact}</p>`)}</div>
              ${question.reason === undefined ? nothing : this.#reasonField(question.reason)}
              ${question.typed === undefined ? nothing : this.#typedField(question.typed)}
              <div class="buttons">
                <button type="button" class="button" @click=${() => this.#close(null)}>
                  ${question.no ?? t("confirm.no")}
                </button>
                <button
                  class="button ${question.stop ? "stop" : "primary"}"
                  ?autofocus=${question.reason === undefined && question.typed === undefined}
                  ?disabled=${question.typed !== undefined && folded(this.#entry) !== folded(question.typed)}
                  data-testid="confirm-yes"
                >
                  ${question.stop ? icon("stop") : nothing}${question.yes}
                </button>
              </div>
            </form>`
      }
    </dialog>`;
  }
}
customElements.define("loa-confirm", ConfirmSheet);

const sheet = (): ConfirmSheet => document.querySelector("loa-confirm") as ConfirmSheet;

/** Asks yes or no. */
export const confirmed = async (question: Question): Promise<boolean> =>
  (await sheet().ask(question)) !== null;

/** Asks with a reason; null when the user turned back. */
export const askReason = (question: Question): Promise<string | null> => sheet().ask(question);
