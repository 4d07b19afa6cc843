import "../styles/login.css";
import { html, nothing, type TemplateResult } from "lit";
import { errorText } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { View } from "../components/view.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { everySecond } from "../data/hub-clock.ts";
import { chosenLanguage } from "../data/preferences.ts";
import { logIn } from "../data/session.ts";
import { t } from "../locales/translate.ts";
import { roughLength } from "../words/time-text.ts";

/** How long to wait when the hub locks an account out without saying for how long. */
const UNNAMED_WAIT_S = 30;

/** Asks who is there. */
export class LoginPage extends View {
  busy = false;
  error: ApiError | null = null;
  lockedUntil = 0;

  protected override sources() {
    return [everySecond];
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLInputElement>("#username")?.focus();
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    this.change(() => {
      this.busy = true;
      this.error = null;
    });
    try {
      await logIn(String(form.get("username")).trim(), String(form.get("password")));
    } catch (thrown) {
      const error = toApiError(thrown);
      const wait = error.code === "TOO_MANY_REQUESTS" ? (error.facts.retryAfter ?? UNNAMED_WAIT_S) : 0;
      this.change(() => {
        this.error = error;
        this.lockedUntil = Date.now() + wait * 1_000;
      });
      await this.updateComplete;
      this.querySelector<HTMLInputElement>("#password")?.select();
    } finally {
      this.change(() => {
        this.busy = false;
      });
    }
  }

  #problem(waitMs: number): TemplateResult | typeof nothing {
    if (this.error === null) return nothing;
    const locked = this.error.code === "TOO_MANY_REQUESTS";
    if (locked && waitMs <= 0) return nothing;
    return html`<div class="notice bad" role="alert" id="login-error">
      ${icon(locked ? "clock" : "error")}
      <div>${locked ? t("login.locked", { time: roughLength(waitMs) }) : errorText(this.error)}</div>
    </div>`;
  }

  #toggleLanguage(): void {
    chosenLanguage.set(chosenLanguage.value === "vi" ? "en" : "vi");
  }

  protected override render(): TemplateResult {
    const waitMs = this.lockedUntil - Date.now();
    const wrong = this.error?.code === "BAD_CREDENTIALS";
    return html`<div class="login">
      <div class="login-head">
        <img src="/icon.svg" alt="" width="64" height="64" />
        <h1>Loa</h1>
        <p>${t("login.subtitle")}</p>
      </div>
      <form class="card" @submit=${(event: Event) => void this.#submit(event)}>
        ${this.#problem(waitMs)}
        <div class="field">
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
        </div>
        <button class="button primary wide" ?disabled=${this.busy || waitMs > 0}>
          ${this.busy ? t("login.busy") : t("login.submit")}
        </button>
      </form>
      <button class="button quiet" lang=${chosenLanguage.value === "vi" ? "en" : "vi"} @click=${this.#toggleLanguage}>
        ${chosenLanguage.value === "vi" ? "English" : "Tiếng Việt"}
      </button>
    </div>`;
  }
}
customElements.define("loa-login-page", LoginPage);
