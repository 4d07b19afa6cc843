import { html, type TemplateResult } from "lit";
import { icon } from "../components/icon.ts";
import { View } from "../components/view.ts";
import { t } from "../locales/translate.ts";

/** What an address that leads nowhere shows. */
export class UnknownPage extends View {
  protected override render(): TemplateResult {
    return html`<div class="empty">
      ${icon("search")}
      <h1>${t("unknown.title")}</h1>
      <p>${t("unknown.text")}</p>
      <a class="button primary" href="/">${t("unknown.home")}</a>
    </div>`;
  }
}
customElements.define("loa-unknown-page", UnknownPage);
