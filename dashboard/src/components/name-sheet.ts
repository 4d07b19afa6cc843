import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { View } from "./view.ts";

/** What is to be named. */
export interface NameQuestion {
  readonly title: string;
  readonly label: string;
  readonly name: string;
  readonly yes: string;
}

/** Asks for a name; one at a time, gone when answered. */
class NameSheet extends View {
  question: NameQuestion | null = null;
  answer: (name: string | null) => void = () => undefined;
  #missing = false;

  open(question: NameQuestion): void {
    this.question = question;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      this.querySelector("dialog")?.showModal();
      this.querySelector("input")?.select();
    });
  }

  #close(name: string | null): void {
    this.answer(name);
    this.remove();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const name = this.querySelector("input")?.value.trim() ?? "";
    if (name !== "") this.#close(name);
    else
      this.change(() => {
        this.#missing = true;
      });
  }

  protected override render(): TemplateResult | typeof nothing {
    const question = this.question;
    if (!question) return nothing;
    return html`<dialog class="sheet" aria-labelledby="name-title" @close=${() => this.#close(null)}>
      <form method="dialog" novalidate @submit=${(event: Event) => this.#submit(event)}>
        <h2 id="name-title">${question.title}</h2>
        <div class="field">
          <label for="name-field">${question.label}</label>
          <input id="name-field" type="text" maxlength="80" autocomplete="off" .value=${question.name} aria-invalid=${this.#missing} />
          ${this.#missing ? html`<p class="error-text" role="alert">${t("group.nameMissing")}</p>` : nothing}
        </div>
        <div class="buttons">
          <button type="button" class="button" @click=${() => this.#close(null)}>${t("confirm.no")}</button>
          <button class="button primary" data-testid="name-yes">${question.yes}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-name-sheet", NameSheet);

/** Asks for a name; null when the user turned back. */
export function askName(question: NameQuestion): Promise<string | null> {
  const sheet = document.createElement("loa-name-sheet") as NameSheet;
  document.body.append(sheet);
  sheet.open(question);
  return new Promise((resolve) => {
    sheet.answer = resolve;
  });
}
