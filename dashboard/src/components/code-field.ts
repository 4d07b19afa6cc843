import { html, type TemplateResult } from "lit";

/** Six digits of the second factor; what is pasted may have a space in the middle. Named `code` in its form. */
export function codeField(id: string, label: string, wrong: boolean): TemplateResult {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input
      id=${id}
      class="code-entry mono"
      name="code"
      type="text"
      inputmode="numeric"
      autocomplete="one-time-code"
      pattern="[0-9]{3} ?[0-9]{3}"
      maxlength="7"
      required
      aria-invalid=${wrong}
    />
  </div>`;
}
