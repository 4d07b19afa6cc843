import { html, nothing, type TemplateResult } from "lit";
import { chosenLanguage, LANGUAGES, THEMES, theme } from "../data/preferences.ts";
import { logOut, user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { icon } from "./icon.ts";
import { openShortcuts } from "./shortcut-sheet.ts";
import { View } from "./view.ts";

/** Who is logged in; opens the sheet with language, appearance and log-out. */
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

/** Language, appearance and log-out. */
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

  #choice<T extends string>(
    name: string,
    label: string,
    values: readonly T[],
    now: T,
    take: (value: T) => void,
  ) {
    return html`<fieldset class="field">
      <legend class="label">${label}</legend>
      <div class="segmented">
        ${values.map(
          (value) => html`<label
            ><input type="radio" name=${name} .checked=${value === now} @change=${() => take(value)} /><span
              >${t(`${name}.${value}` as "theme.light")}</span
            ></label
          >`,
        )}
      </div>
    </fieldset>`;
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
        ${this.#choice("language", t("account.language"), LANGUAGES, chosenLanguage.value, (value) => chosenLanguage.set(value))}
        ${this.#choice("theme", t("account.theme"), THEMES, theme.value, (value) => theme.set(value))}
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
