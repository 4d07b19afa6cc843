import "../styles/shortcuts.css";
import { html, nothing, type TemplateResult } from "lit";
import { reopenSteps, stepsOf } from "../data/first-steps.ts";
import { user } from "../data/session.ts";
import { t } from "../locales/translate.ts";
import { icon } from "./icon.ts";
import { SHORTCUTS, singleKeys } from "./shortcuts.ts";
import { View } from "./view.ts";

/** What the keys do, and whether they do anything; from here the first steps can be had again. */
export class ShortcutSheet extends View {
  protected override sources() {
    return [singleKeys, user];
  }

  open(): void {
    this.querySelector("dialog")?.showModal();
  }

  #close(): void {
    this.querySelector("dialog")?.close();
  }

  #keys(keys: string): TemplateResult {
    return html`${keys.split(" ").map((key, i) => html`${i > 0 ? html` <small>${t("keys.then")}</small> ` : nothing}<kbd>${key}</kbd>`)}`;
  }

  #steps(): TemplateResult | typeof nothing {
    if (!user.value || stepsOf(user.value.role).length === 0) return nothing;
    return html`<button
      type="button"
      class="button"
      data-testid="reopen-steps"
      @click=${() => {
        this.#close();
        reopenSteps();
      }}
    >
      ${icon("flag")}${t("first.reopen")}
    </button>`;
  }

  protected override render(): TemplateResult {
    const on = singleKeys.value === "on";
    return html`<dialog class="sheet" aria-labelledby="keys-title">
      <form method="dialog">
        <h2 id="keys-title">${t("keys.title")}</h2>
        <dl class="keys ${on ? "" : "off"}">
          ${SHORTCUTS.map(({ keys, name }) => html`<div><dt>${this.#keys(keys)}</dt><dd>${t(`keys.${name}`)}</dd></div>`)}
          <div><dt><kbd>Esc</kbd></dt><dd>${t("keys.close")}</dd></div>
        </dl>
        <label class="check"
          ><input
            type="checkbox"
            .checked=${on}
            @change=${() => singleKeys.set(on ? "off" : "on")}
          /><span>${t("keys.on")} <small class="muted">${t("keys.onHint")}</small></span></label
        >
        <div class="buttons">
          ${this.#steps()}
          <button class="button primary" autofocus>${t("account.close")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-shortcut-sheet", ShortcutSheet);

/** Opens the sheet of the page. */
export const openShortcuts = (): void => document.querySelector<ShortcutSheet>("loa-shortcut-sheet")?.open();
