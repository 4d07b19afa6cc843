import "../styles/admin.css";
import { html, type TemplateResult } from "lit";
import { areaPathText } from "../components/area-field.ts";
import { icon } from "../components/icon.ts";
import "../components/password-card.ts";
import { preferenceFields } from "../components/preference-fields.ts";
import "../components/token-card.ts";
import "../components/totp-card.ts";
import { roleSentence } from "../components/user-words.ts";
import { View } from "../components/view.ts";
import { chosenLanguage, theme } from "../data/preferences.ts";
import { logOut, user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";

/** One's own account: what one may do, password, second factor, tokens, language and appearance. */
export class AccountPage extends View {
  protected override sources() {
    return [user, theme, chosenLanguage, world.areas];
  }

  protected override render(): TemplateResult {
    const who = user.value;
    if (!who) return html``;
    return html`<header class="page-head">
        <div>
          <p class="kicker">${t("account.title")}</p>
          <h1 tabindex="-1">${who.name}</h1>
          <p class="muted">${t(`role.${who.role}`)} · ${areaPathText(who.areaId)} · <code>${who.username}</code></p>
        </div>
        <button class="button" @click=${() => void logOut()}>${icon("leave")}${t("account.logOut")}</button>
      </header>
      <div class="account-page">
        <loa-totp-card></loa-totp-card>
        <loa-password-card></loa-password-card>
        <loa-token-card></loa-token-card>
        <section class="card" aria-labelledby="display-title">
          <header><h2 id="display-title">${t("account.display")}</h2></header>
          <div class="body account-form">${preferenceFields()}</div>
        </section>
        <section class="card" aria-labelledby="rights-title">
          <header><h2 id="rights-title">${t("account.rights")}</h2></header>
          <div class="body"><p>${roleSentence(who.role, who.areaId)}</p></div>
        </section>
      </div>`;
  }
}
customElements.define("loa-account-page", AccountPage);
