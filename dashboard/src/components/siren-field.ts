import type { SirenPattern } from "@loa/protocol/http/alerts";
import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";

const SIRENS: readonly SirenPattern[] = ["wail", "pulse", "steady"];

/** How the siren sounds, where it is an alert's tone. */
export function sirenField(chosen: SirenPattern, choose: (siren: SirenPattern) => void): TemplateResult {
  return html`<div class="field">
    <label for="alert-siren">${t("alert.siren")}</label>
    <select
      id="alert-siren"
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as SirenPattern)}
    >
      ${SIRENS.map((siren) => html`<option value=${siren} .selected=${siren === chosen}>${t(`siren.${siren}`)}</option>`)}
    </select>
  </div>`;
}
