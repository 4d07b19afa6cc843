import { html, nothing, type TemplateResult } from "lit";
import { api } from "../data/api.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { user } from "../data/session.ts";
import { type MessageId, t } from "../locales/translate.ts";
import { strengthOf } from "../words/password-strength.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

/** Changes one's own password, with a word on how good the new one is. */
export class PasswordCard extends View {
  #next = "";
  #again = "";
  #shown = false;
  #tried = false;
  #busy = false;
  #error: ApiError | null = null;

  protected override sources() {
    return [user];
  }

  #strength() {
    return strengthOf(this.#next, [user.value?.name ?? "", user.value?.username ?? ""]);
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    this.change(() => {
      this.#tried = true;
    });
    if (this.#busy || this.#strength() === "short" || this.#next !== this.#again) return;
    this.#busy = true;
    try {
      const current = String(new FormData(form).get("current"));
      await api.post("/me/password", { current, next: this.#next });
      form.reset();
      this.change(() => {
        this.#next = "";
        this.#again = "";
        this.#tried = false;
        this.#error = null;
      });
      say(t("password.changed"));
    } catch (thrown) {
      this.change(() => {
        this.#error = toApiError(thrown);
      });
    }
    this.change(() => {
      this.#busy = false;
    });
  }

  #meter(): TemplateResult | typeof nothing {
    if (this.#next === "") return nothing;
    const strength = this.#strength();
    return html`<p class="strength ${strength}" role="status" data-testid="strength">
      <i aria-hidden="true"></i>${t(`password.${strength}` as MessageId)}
    </p>`;
  }

  #problem(): TemplateResult | typeof nothing {
    if (!this.#error) return nothing;
    const text = this.#error.code === "BAD_CREDENTIALS" ? t("password.wrong") : errorText(this.#error);
    return html`<div class="notice bad" role="alert">${icon("error")}<div>${text}</div></div>`;
  }

  protected override render(): TemplateResult {
    const type = this.#shown ? "text" : "password";
    const differs = this.#tried && this.#next !== this.#again;
    const take = (apply: (value: string) => void) => (event: Event) =>
      this.change(() => apply((event.target as HTMLInputElement).value));
    return html`<section class="card" aria-labelledby="password-title">
      <header><h2 id="password-title">${t("password.title")}</h2></header>
      <form class="body account-form" novalidate @submit=${(event: Event) => void this.#submit(event)}>
        <input type="text" name="username" autocomplete="username" hidden readonly .value=${user.value?.username ?? ""} />
        ${this.#problem()}
        <div class="field">
          <label for="password-current">${t("password.current")}</label>
          <input id="password-current" name="current" type=${type} autocomplete="current-password" required />
        </div>
        <div class="field">
          <label for="password-next">${t("password.next")}</label>
          <input
            id="password-next"
            type=${type}
            autocomplete="new-password"
            maxlength="200"
            aria-invalid=${this.#tried && this.#strength() === "short"}
            @input=${take((value) => {
              this.#next = value;
            })}
          />
          ${this.#meter()}
        </div>
        <div class="field">
          <label for="password-again">${t("password.again")}</label>
          <input
            id="password-again"
            type=${type}
            autocomplete="new-password"
            maxlength="200"
            aria-invalid=${differs}
            @input=${take((value) => {
              this.#again = value;
            })}
          />
          ${differs ? html`<p class="error-text" role="alert">${icon("error")}${t("password.differs")}</p>` : nothing}
        </div>
        <label class="check"
          ><input
            type="checkbox"
            .checked=${this.#shown}
            @change=${() =>
              this.change(() => {
                this.#shown = !this.#shown;
              })}
          /><span>${t("password.show")}</span></label
        >
        <p class="hint">${t("password.hint")}</p>
        <div class="buttons"><button class="button primary" ?disabled=${this.#busy}>${t("password.change")}</button></div>
      </form>
    </section>`;
  }
}
customElements.define("loa-password-card", PasswordCard);
