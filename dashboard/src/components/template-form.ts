import type { Template, TemplateField } from "@loa/protocol/http/templates";
import { fillBlanks, missingFields } from "@loa/protocol/template-text";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { asText, blankParts, textValues } from "../words/template-values.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** Title and text that a template was filled to. */
export interface FilledTemplate {
  readonly title: string;
  readonly text: string;
  readonly templateId: string;
}

const INPUTS: Record<TemplateField["kind"], string> = {
  text: "text",
  longText: "text",
  number: "number",
  date: "date",
  time: "time",
  phone: "tel",
};

/** A template's fields beside the text that they fill. Emits `filled` with title and text, or `back`. */
export class TemplateForm extends View {
  static override properties = { template: { attribute: false } };
  declare template: Template;
  #values: Record<string, string> = {};
  #asked = false;

  #set(name: string, event: Event): void {
    this.change(() => {
      this.#values = { ...this.#values, [name]: (event.target as HTMLInputElement).value };
    });
  }

  #fill(text: string): string {
    return fillBlanks(text, textValues(this.template.fields, this.#values));
  }

  #label(name: string): string {
    return this.template.fields.find((field) => field.name === name)?.label ?? name;
  }

  #use(event: Event): void {
    event.preventDefault();
    this.change(() => {
      this.#asked = true;
    });
    const [missing] = missingFields(this.template, this.#values);
    const { id, title, text } = this.template;
    if (missing === undefined)
      emit<FilledTemplate>(this, "filled", {
        title: this.#done(title),
        text: this.#done(text),
        templateId: id,
      });
    else this.querySelector<HTMLElement>(`#blank-${missing}`)?.focus();
  }

  /** What is optional and was left empty is not said. */
  #done(text: string): string {
    return blankParts(this.#fill(text))
      .map((part) => (part.blank === null ? part.text : ""))
      .join("")
      .replace(/[ \t]+([,.;])/g, "$1")
      .replace(/[ \t]{2,}/g, " ")
      .trim();
  }

  #field(field: TemplateField): TemplateResult {
    const { name, label, kind, required, example } = field;
    const empty = this.#asked && required && !this.#values[name]?.trim();
    const hint = example === "" ? "" : t("template.example", { example: asText(kind, example) });
    return html`<div class="field">
      <label for="blank-${name}">${label}${required ? nothing : html` <span class="muted">${t("template.optional")}</span>`}</label>
      ${
        kind === "longText"
          ? html`<textarea id="blank-${name}" aria-invalid=${empty} @input=${(event: Event) => this.#set(name, event)}></textarea>`
          : html`<input id="blank-${name}" type=${INPUTS[kind]} autocomplete="off" aria-invalid=${empty} @input=${(event: Event) => this.#set(name, event)} />`
      }
      ${empty ? html`<p class="error-text" role="alert">${t("template.fieldMissing", { label })}</p>` : nothing}
      ${hint === "" ? nothing : html`<p class="hint">${hint}</p>`}
    </div>`;
  }

  #filled(text: string): TemplateResult[] {
    const values = textValues(this.template.fields, this.#values);
    return blankParts(text).map((part) => {
      if (part.blank === null) return html`${part.text}`;
      const value = values[part.blank]?.trim();
      return value
        ? html`<ins class="blank filled">${value}</ins>`
        : html`<mark class="blank">${this.#label(part.blank)}</mark>`;
    });
  }

  #missing(): TemplateResult {
    const missing = missingFields(this.template, this.#values).map((name) => this.#label(name));
    return missing.length === 0
      ? html`<p class="badge ok">${icon("check")}${t("template.complete")}</p>`
      : html`<p class="muted small" data-testid="template-missing">${t("template.missing", { labels: missing.join(", ") })}</p>`;
  }

  protected override render(): TemplateResult {
    const { name, title, text, fields } = this.template;
    return html`<form class="template-form" novalidate @submit=${(event: Event) => this.#use(event)}>
      <div class="template-fields">
        <button type="button" class="button quiet back-button" @click=${() => emit(this, "back", null)}>${icon("left")}${t("template.all")}</button>
        <h3>${name}</h3>
        ${fields.map((field) => this.#field(field))}
      </div>
      <section class="reading" aria-label=${t("template.text")} data-testid="template-text">
        <h3>${icon("announcement")}${t("template.text")}</h3>
        <p class="template-title">${this.#filled(title)}</p>
        <p class="read-text">${this.#filled(text)}</p>
        <div role="status">${this.#missing()}</div>
        <div class="buttons end">
          <button class="button primary" data-testid="template-use">${t("template.use")}${icon("right")}</button>
        </div>
      </section>
    </form>`;
  }
}
customElements.define("loa-template-form", TemplateForm);
