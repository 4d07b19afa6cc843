import { html, nothing, type TemplateResult } from "lit";
import { chosenLanguage, theme } from "../data/preferences.ts";
import { logOut, user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { icon } from "./icon.ts";
import { preferenceFields } from "./preference-fields.ts";
import { openShortcuts } from "./shortcut-sheet.ts";
import { View } from "./view.ts";

/** Who is logged in; opens the sheet with language, appearance, security and log-out. */
export class AccountButton extends View {
  static override properties = { compact: { type: Boolean } };
  declare compact: boolean;

  protected override sources() {
    return [user];
  }

  #open(): void {
    document.querySelector<AccountSheet>("loa-account-sheet")?.open();
  }

  protected override render(): TemplateResult | typeof nothing {
    const who = user.value;
    if (!who) return nothing;
    if (this.compact)
      return html`<button
        class="button quiet icon-only"
        data-testid="account"
        aria-label=${t("account.open")}
        @click=${this.#open}
      >
        ${icon("user")}
      </button>`;
    return html`<button class="account" data-testid="account" @click=${this.#open}>
      ${icon("user")}<span><b>${who.name}</b><small>${t(`role.${who.role}`)}</small></span>
    </button>`;
  }
}
customElements.define("loa-account-button", AccountButton);

/** Language, appearance, the way to password and second factor, and log-out. */
export class AccountSheet extends View {
  protected override sources() {
    return [user, theme, chosenLanguage, world.areas];
  }

  open(): void {
    this.querySelector("dialog")?.showModal();
  }

  #close(): void {
    this.querySelector("dialog")?.close();
  }

  protected override render(): TemplateResult | typeof nothing {
    const who = user.value;
    if (!who) return nothing;
    const area = world.areas.get(who.areaId)?.name ?? "";
    return html`<dialog class="sheet" aria-labelledby="account-title">
      <form method="dialog">
        <div>
          <h2 id="account-title">${who.name}</h2>
          <p class="muted">${t(`role.${who.role}`)}${area === "" ? "" : ` · ${area}`}</p>
        </div>
        ${preferenceFields()}
        <a class="button" href="/account" data-testid="open-account" @click=${() => this.#close()}>
          ${icon("lock")}${t("account.security")}
        </a>
        <button
          type="button"
          class="button"
          data-testid="open-keys"
          @click=${() => {
            this.#close();
            openShortcuts();
          }}
        >
          ${icon("keyboard")}${t("keys.open")}
        </button>
        <div class="buttons">
          <button
            type="button"
            class="button"
            data-testid="log-out"
            @click=${() => {
              this.#close();
              void logOut();
            }}
          >
            ${icon("leave")}${t("account.logOut")}
          </button>
          <button class="button primary">${t("account.close")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-account-sheet", AccountSheet);
