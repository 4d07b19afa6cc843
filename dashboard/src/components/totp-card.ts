import type { RecoveryCodes, TotpOffer } from "@loa/protocol/http/session";
import { html, nothing, type TemplateResult } from "lit";
import { api } from "../data/api.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { user } from "../data/session.ts";
import { t } from "../locales/translate.ts";
import { badge } from "./badge.ts";
import { codeField } from "./code-field.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { recoveryCodes } from "./recovery-codes.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

type Stage =
  | { readonly at: "rest" }
  | { readonly at: "password"; readonly off: boolean }
  | { readonly at: "scan"; readonly offer: TotpOffer; readonly drawing: TemplateResult }
  | { readonly at: "codes"; readonly codes: readonly string[] };

/** Turns the second factor on (password, scan, code, recovery codes) and off. */
export class TotpCard extends View {
  #stage: Stage = { at: "rest" };
  #busy = false;
  #error: ApiError | null = null;

  protected override sources() {
    return [user];
  }

  #go(stage: Stage): void {
    this.change(() => {
      this.#stage = stage;
      this.#error = null;
    });
    void this.updateComplete.then(() =>
      this.querySelector<HTMLInputElement>("input:not([type=checkbox])")?.focus(),
    );
  }

  async #doing(event: Event, work: (form: FormData) => Promise<void>): Promise<void> {
    event.preventDefault();
    if (this.#busy) return;
    this.#busy = true;
    try {
      await work(new FormData(event.target as HTMLFormElement));
    } catch (thrown) {
      this.change(() => {
        this.#error = toApiError(thrown);
      });
      this.querySelector<HTMLInputElement>("input")?.select();
    }
    this.change(() => {
      this.#busy = false;
    });
  }

  #know(totp: boolean): void {
    if (user.value) user.set({ ...user.value, totp });
  }

  async #offer(form: FormData): Promise<void> {
    const offer = await api.post<TotpOffer>("/me/totp", { password: String(form.get("password")) });
    const { qrCode } = await import("./qr-code.ts");
    this.#go({ at: "scan", offer, drawing: qrCode(offer.uri, t("totp.qr")) });
  }

  async #confirm(form: FormData): Promise<void> {
    const code = String(form.get("code")).replace(/\D/g, "");
    const answer = await api.post<RecoveryCodes>("/me/totp/confirm", { code });
    this.#know(true);
    this.#go({ at: "codes", codes: answer.recoveryCodes });
  }

  async #off(form: FormData): Promise<void> {
    await api.delete("/me/totp", { password: String(form.get("password")) });
    this.#know(false);
    this.#go({ at: "rest" });
    say(t("totp.offDone"));
  }

  #problem(): TemplateResult | typeof nothing {
    if (!this.#error) return nothing;
    const text = this.#error.code === "BAD_CREDENTIALS" ? t("password.wrong") : errorText(this.#error);
    return html`<div class="notice bad" role="alert">${icon("error")}<div>${text}</div></div>`;
  }

  #rest(): TemplateResult {
    const on = user.value?.totp === true;
    return html`<p>${badge(on ? "ok" : "plain", on ? "check" : "phone", t(on ? "totp.isOn" : "totp.isOff"), true)}</p>
      <p class="muted">${t("totp.what")}</p>
      <div class="buttons">
        <button
          class="button ${on ? "" : "primary"}"
          data-testid=${on ? "totp-off" : "totp-on"}
          @click=${() => this.#go({ at: "password", off: on })}
        >
          ${icon(on ? "close" : "phone")}${t(on ? "totp.turnOff" : "totp.turnOn")}
        </button>
      </div>`;
  }

  #password(off: boolean): TemplateResult {
    return html`<form class="account-form" @submit=${(event: Event) => void this.#doing(event, (form) => (off ? this.#off(form) : this.#offer(form)))}>
      ${this.#problem()}
      ${off ? html`<div class="notice warn">${icon("warning")}<div>${t("totp.offFact")}</div></div>` : nothing}
      <div class="field">
        <label for="totp-password">${t("totp.password")}</label>
        <input id="totp-password" name="password" type="password" autocomplete="current-password" required />
      </div>
      <div class="buttons">
        <button type="button" class="button" @click=${() => this.#go({ at: "rest" })}>${t("confirm.no")}</button>
        <button class="button ${off ? "stop" : "primary"}" ?disabled=${this.#busy}>${t(off ? "totp.turnOff" : "totp.next")}</button>
      </div>
    </form>`;
  }

  #scan({ secret }: TotpOffer, drawing: TemplateResult): TemplateResult {
    return html`<form class="account-form" @submit=${(event: Event) => void this.#doing(event, (form) => this.#confirm(form))}>
      <ol class="numbered">
        <li>
          <p>${t("totp.scan")}</p>
          ${drawing}
          <details>
            <summary>${t("totp.cannotScan")}</summary>
            <p class="mono secret-text" data-testid="totp-secret">${secret.replace(/(.{4})/g, "$1 ").trim()}</p>
          </details>
        </li>
        <li>
          ${this.#problem()} ${codeField("totp-code", t("totp.enter"), this.#error !== null)}
        </li>
      </ol>
      <div class="buttons">
        <button type="button" class="button" @click=${() => this.#go({ at: "rest" })}>${t("confirm.no")}</button>
        <button class="button primary" ?disabled=${this.#busy}>${t("totp.confirm")}</button>
      </div>
    </form>`;
  }

  #codes(codes: readonly string[]): TemplateResult {
    return html`<div class="notice ok" role="status">${icon("check")}<div>${t("totp.onDone")}</div></div>
      ${recoveryCodes(codes)}
      <div class="buttons">
        <button class="button primary" data-testid="recovery-kept" @click=${() => this.#go({ at: "rest" })}>${t("recovery.kept")}</button>
      </div>`;
  }

  #shown(): TemplateResult {
    const stage = this.#stage;
    if (stage.at === "password") return this.#password(stage.off);
    if (stage.at === "scan") return this.#scan(stage.offer, stage.drawing);
    return stage.at === "codes" ? this.#codes(stage.codes) : this.#rest();
  }

  protected override render(): TemplateResult {
    return html`<section class="card" aria-labelledby="totp-title">
      <header><h2 id="totp-title">${t("totp.title")}</h2></header>
      <div class="body account-form">${this.#shown()}</div>
    </section>`;
  }
}
customElements.define("loa-totp-card", TotpCard);
