import "../styles/print.css";
import type { Account } from "@loa/protocol/http/users";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { areaPathText } from "./area-field.ts";
import { icon } from "./icon.ts";
import { printAlone } from "./print.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

/** What goes to the person, on paper. */
function slip(account: Account, password: string): TemplateResult {
  return html`<article class="slip">
    <h1>Loa · ${t("slip.title")}</h1>
    <dl>
      <dt>${t("users.name")}</dt><dd>${account.name}</dd>
      <dt>${t("users.role")}</dt><dd>${t(`role.${account.role}`)}, ${areaPathText(account.areaId)}</dd>
      <dt>${t("slip.address")}</dt><dd class="mono">${location.origin}</dd>
      <dt>${t("login.username")}</dt><dd class="mono">${account.username}</dd>
      <dt>${t("login.password")}</dt><dd class="mono">${password}</dd>
    </dl>
    <p>${t("slip.hint")}</p>
  </article>`;
}

/** A new password, shown this once: to copy, to print, to read out. */
class PasswordSlip extends View {
  account: Account | null = null;
  password = "";
  closed: () => void = () => undefined;

  open(account: Account, password: string): void {
    this.account = account;
    this.password = password;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(`${location.origin}\n${this.account?.username}\n${this.password}`);
    say(t("slip.copied"));
  }

  #close(): void {
    this.remove();
    this.closed();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { account, password } = this;
    if (!account) return nothing;
    return html`<dialog class="sheet" aria-labelledby="slip-title" @close=${() => this.#close()}>
      <form method="dialog">
        <h2 id="slip-title">${t("slip.for", { name: account.name })}</h2>
        <div class="notice warn">${icon("warning")}<div>${t("slip.once")}</div></div>
        <dl class="secret">
          <dt>${t("login.username")}</dt>
          <dd class="mono">${account.username}</dd>
          <dt>${t("login.password")}</dt>
          <dd class="mono" data-testid="made-password">${password}</dd>
        </dl>
        <p class="muted small">${t("slip.tell")}</p>
        <div class="buttons">
          <button type="button" class="button" @click=${() => void this.#copy()}>${icon("copy")}${t("enrol.copy")}</button>
          <button type="button" class="button" @click=${() => printAlone(slip(account, password))}>
            ${icon("print")}${t("slip.print")}
          </button>
          <button class="button primary" data-testid="slip-done">${t("slip.done")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-password-slip", PasswordSlip);

/** Shows a new password once; resolves when the sheet is closed. */
export function showPassword(account: Account, password: string): Promise<void> {
  const sheet = document.createElement("loa-password-slip") as PasswordSlip;
  document.body.append(sheet);
  sheet.open(account, password);
  return new Promise((resolve) => {
    sheet.closed = resolve;
  });
}
