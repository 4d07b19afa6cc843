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

/** Exercises and tests, apart from real alarms in address, looks and code. */
export class ExercisesPage extends View {
  #console: "none" | "ready" = "none";
  #failure: unknown = null;

  protected override sources() {
    return [user];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    if (!may("alert")) return;
    const failure = await import("../components/drill-console.ts").then(() => null, toApiError);
    this.change(() => {
      [this.#failure, this.#console] = [failure, failure === null ? "ready" : "none"];
    });
  }

  #body(): TemplateResult {
    if (!may("alert"))
      return html`<div class="notice" data-testid="read-only">${icon("info")}<div>${t("drill.readOnly")}</div></div>`;
    if (this.#failure) return failureNotice(this.#failure, () => void this.#load());
    return this.#console === "ready" ? html`<loa-drill-console></loa-drill-console>` : html``;
  }

  protected override render(): TemplateResult {
    return html`<div class="emergency-page drill">
      <header class="console-head">
        ${icon("exercise")}
        <div>
          <h1 tabindex="-1">${t("drill.title")}</h1>
          <p>${t("drill.subtitle")}</p>
        </div>
        ${may("alert") ? html`<a class="console-other" href="/live?alert=exercise">${icon("microphone")}${t("live.alert.speak")}</a>` : nothing}
      </header>
      <loa-standing-alerts only="drill"></loa-standing-alerts>
      ${this.#body()}
      <loa-alert-history .kinds=${["exercise", "test"]}></loa-alert-history>
    </div>`;
  }
}
customElements.define("loa-exercises-page", ExercisesPage);
