import { html, type TemplateResult } from "lit";
import { chosenLanguage, LANGUAGES, THEMES, theme } from "../data/preferences.ts";
import { t } from "../locales/translate.ts";

function choice<T extends string>(
  name: string,
  label: string,
  values: readonly T[],
  now: T,
  take: (value: T) => void,
): TemplateResult {
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

/** Language and appearance of this browser; whoever shows them watches `theme` and `chosenLanguage`. */
export const preferenceFields = (): TemplateResult =>
  html`${choice("language", t("account.language"), LANGUAGES, chosenLanguage.value, (value) => chosenLanguage.set(value))}
  ${choice("theme", t("account.theme"), THEMES, theme.value, (value) => theme.set(value))}`;
