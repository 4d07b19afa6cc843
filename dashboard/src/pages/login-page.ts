import "../styles/login.css";
import { html, nothing, type TemplateResult } from "lit";
import { codeField } from "../components/code-field.ts";
import { errorText } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { View } from "../components/view.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { everySecond } from "../data/hub-clock.ts";
import { chosenLanguage } from "../data/preferences.ts";
import { logIn } from "../data/session.ts";
import { t } from "../locales/translate.ts";
import { lengthText } from "../words/time-text.ts";

/** How long to wait when the hub locks an account out without saying for how long. */
const UNNAMED_WAIT_S = 30;

/** Asks who is there, and then for the second factor where there is one. */
export class LoginPage extends View {
  busy = false;
  error: ApiError | null = null;
  lockedUntil = 0;
  /** What was right so far, while the second step asks for more. */
  #given: { username: string; password: string } | null = null;
  #recovery = false;

  protected override sources() {
    return [everySecond];
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLInputElement>("#username")?.focus();
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const given = this.#given ?? {
      username: String(form.get("username")).trim(),
      password: String(form.get("password")),
    };
    this.change(() => {
      this.busy = true;
      this.error = null;
    });
    try {
      await logIn(given.username, given.password, this.#given ? this.#code(form) : undefined);
    } catch (thrown) {
      await this.#refused(toApiError(thrown), given);
    } finally {
      this.change(() => {
        this.busy = false;
      });
    }
  }

  /** Digits may be pasted with a space; recovery codes as they were printed. */
  #code(form: FormData): string {
    const text = String(form.get("code")).trim();
    return this.#recovery ? text.toLowerCase() : text.replace(/\D/g, "");
  }

  async #refused(error: ApiError, given: { username: string; password: string }): Promise<void> {
    const wait = error.code === "TOO_MANY_REQUESTS" ? (error.facts.retryAfter ?? UNNAMED_WAIT_S) : 0;
    this.change(() => {
      if (error.code === "TOTP_REQUIRED") this.#given = given;
      else this.error = error;
      if (error.code === "BAD_CREDENTIALS") this.#given = null;
      this.lockedUntil = Date.now() + wait * 1_000;
    });
    await this.updateComplete;
    const field = this.#given ? "#login-code" : "#password";
    this.querySelector<HTMLInputElement>(field)?.select();
    this.querySelector<HTMLInputElement>(field)?.focus();
  }

  #problem(waitMs: number): TemplateResult | typeof nothing {
    if (this.error === null) return nothing;
    const locked = this.error.code === "TOO_MANY_REQUESTS";
    if (locked && waitMs <= 0) return nothing;
    return html`<div class="notice bad" role="alert" id="login-error">
      ${icon(locked ? "clock" : "error")}
      <div>
        ${
          locked
            ? html`${t("login.locked")} <span aria-live="off" data-testid="login-wait">${t("login.wait", { time: lengthText(waitMs) })}</span>`
            : errorText(this.error)
        }
      </div>
    </div>`;
  }

  #toggleLanguage(): void {
    chosenLanguage.set(chosenLanguage.value === "vi" ? "en" : "vi");
  }

  #first(wrong: boolean): TemplateResult {
    return html`<div class="field">
        <label for="username">${t("login.username")}</label>
        <input
          id="username"
          name="username"
          type="text"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          aria-invalid=${wrong}
        />
      </div>
      <div class="field">
        <label for="password">${t("login.password")}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          aria-invalid=${wrong}
          aria-describedby=${wrong ? "login-error" : nothing}
        />
      </div>`;
  }

  #second(wrong: boolean): TemplateResult {
    return html`<p class="muted">${t(this.#recovery ? "login.recoveryHint" : "login.codeHint")}</p>
      ${
        this.#recovery
          ? html`<div class="field">
              <label for="login-code">${t("login.recovery")}</label>
              <input
                id="login-code"
                class="mono"
                name="code"
                type="text"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                maxlength="20"
                required
                aria-invalid=${wrong}
              />
            </div>`
          : codeField("login-code", t("login.code"), wrong)
      }`;
  }

  async #switchKind(): Promise<void> {
    this.change(() => {
      this.#recovery = !this.#recovery;
      this.error = null;
    });
    await this.updateComplete;
    this.querySelector<HTMLInputElement>("#login-code")?.focus();
  }

  #back(): void {
    this.change(() => {
      this.#given = null;
      this.#recovery = false;
      this.error = null;
    });
  }

  #secondLinks(): TemplateResult {
    return html`<div class="login-more">
      <button type="button" class="button quiet" data-testid="use-recovery" @click=${() => void this.#switchKind()}>
        ${t(this.#recovery ? "login.useApp" : "login.useRecovery")}
      </button>
      <button type="button" class="button quiet" @click=${() => this.#back()}>${icon("left")}${t("login.otherAccount")}</button>
    </div>`;
  }

  protected override render(): TemplateResult {
    const waitMs = this.lockedUntil - Date.now();
    const wrong = this.error?.code === "BAD_CREDENTIALS" || this.error?.code === "TOTP_INVALID";
    return html`<div class="login">
      <div class="login-head">
        <img src="/icon.svg" alt="" width="64" height="64" />
        <h1>Loa</h1>
        <p>${t("login.subtitle")}</p>
      </div>
      <form class="card" @submit=${(event: Event) => void this.#submit(event)}>
        ${this.#problem(waitMs)} ${this.#given ? this.#second(wrong) : this.#first(wrong)}
        <button class="button primary wide" ?disabled=${this.busy || waitMs > 0}>
          ${this.busy ? t("login.busy") : t(this.#given ? "login.confirm" : "login.submit")}
        </button>
        ${this.#given ? this.#secondLinks() : nothing}
      </form>
      <button class="button quiet" lang=${chosenLanguage.value === "vi" ? "en" : "vi"} @click=${this.#toggleLanguage}>
        ${chosenLanguage.value === "vi" ? "English" : "Tiếng Việt"}
      </button>
    </div>`;
  }
}
customElements.define("loa-login-page", LoginPage);
