import "../styles/emergency.css";
import { html, nothing, type TemplateResult } from "lit";
import "../components/alert-history.ts";
import "../components/standing-alerts.ts";
import { failureNotice } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { toApiError } from "../data/api-error.ts";
import { user } from "../data/session.ts";
import { t } from "../locales/translate.ts";

/** Real alarms: what stands, the console for those who may send, and what was. */
export class EmergencyPage extends View {
  #console: "none" | "ready" = "none";
  #failure: unknown = null;

  protected override sources() {
    return [user];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  /** Who only reads never gets the console's code. */
  async #load(): Promise<void> {
    if (!may("alert")) return;
    const failure = await import("../components/emergency-console.ts").then(() => null, toApiError);
    this.change(() => {
      [this.#failure, this.#console] = [failure, failure === null ? "ready" : "none"];
    });
  }

  #body(): TemplateResult {
    if (!may("alert"))
      return html`<div class="notice" data-testid="read-only">${icon("info")}<div>${t("emergency.readOnly")}</div></div>`;
    if (this.#failure) return failureNotice(this.#failure, () => void this.#load());
    return this.#console === "ready" ? html`<loa-emergency-console></loa-emergency-console>` : html``;
  }

  protected override render(): TemplateResult {
    return html`<div class="emergency-page actual">
      <header class="console-head">
        ${icon("siren")}
        <div>
          <h1 tabindex="-1">${t("emergency.title")}</h1>
          <p>${t("emergency.subtitle")}</p>
        </div>
        ${may("alert") ? html`<a class="console-other" href="/live?alert=1">${icon("microphone")}${t("live.alert.speak")}</a>` : nothing}
        <a class="console-other" href="/exercises">${icon("exercise")}${t("emergency.toDrills")}</a>
      </header>
      <loa-standing-alerts only="actual"></loa-standing-alerts>
      ${this.#body()}
      <loa-alert-history .kinds=${[null, "actual", "exercise", "test"]}></loa-alert-history>
    </div>`;
  }
}
customElements.define("loa-emergency-page", EmergencyPage);
