import type { Template, TemplateField } from "@loa/protocol/http/templates";
import { html, nothing, type TemplateResult } from "lit";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { user } from "../data/session.ts";
import { templates } from "../data/templates.ts";
import { t } from "../locales/translate.ts";
import { CATEGORIES } from "../words/template-categories.ts";
import { blankName, fittingFields } from "../words/template-values.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { say } from "./toast.ts";
import { emit, View } from "./view.ts";

const KINDS: readonly TemplateField["kind"][] = ["text", "longText", "number", "date", "time", "phone"];

/** A template to begin with; `id` empty: not stored yet. */
export const blankTemplate = (title = "", text = ""): Template => ({
  id: "",
  areaId: null,
  category: "other",
  name: title,
  title,
  text,
  fields: [],
});

/** Makes or changes one of the area's own templates. Emits `template-saved`. */
export class TemplateEditor extends View {
  #template: Template | null = null;
  #error: ApiError | null = null;
  #asked = false;

  open(template: Template): void {
    this.change(() => {
      [this.#template, this.#error, this.#asked] = [template, null, false];
    });
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  #set(change: Partial<Template>): void {
    this.change(() => {
      const changed = { ...(this.#template as Template), ...change };
      this.#template = { ...changed, fields: fittingFields(changed) };
    });
  }

  #setField(name: string, change: Partial<TemplateField>): void {
    this.change(() => {
      const template = this.#template as Template;
      const fields = template.fields.map((field) => (field.name === name ? { ...field, ...change } : field));
      this.#template = { ...template, fields };
    });
  }

  /** Puts a blank where the cursor stands in the text; what is selected becomes its label and example. */
  #insertBlank(template: Template): void {
    const area = this.querySelector<HTMLTextAreaElement>("#template-text");
    if (!area) return;
    const { selectionStart, selectionEnd } = area;
    const selected = template.text.slice(selectionStart, selectionEnd).trim();
    const label = selected === "" ? t("template.newBlank") : selected;
    const name = blankName(
      label,
      template.fields.map((field) => field.name),
    );
    const text = `${template.text.slice(0, selectionStart)}{${name}}${template.text.slice(selectionEnd)}`;
    this.#set({ text });
    this.#setField(name, { label: label.slice(0, 80), example: selected.slice(0, 200) });
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const template = this.#template as Template;
    this.change(() => {
      [this.#asked, this.#error] = [true, null];
    });
    if ([template.name, template.title, template.text].some((text) => text.trim() === "")) return;
    const { id, areaId, ...body } = template;
    try {
      if (id === "") await templates.create({ ...body, areaId: areaId ?? user.value?.areaId ?? "" });
      else await templates.patch(id, body);
      this.querySelector("dialog")?.close();
      say(t("template.saved", { name: body.name }));
      emit(this, "template-saved", null);
    } catch (thrown) {
      this.change(() => {
        this.#error = toApiError(thrown);
      });
    }
  }

  #text(key: "name" | "title", value: string, maxlength: number): TemplateResult {
    const empty = this.#asked && value.trim() === "";
    return html`<div class="field">
      <label for="template-${key}">${t(`template.${key}`)}</label>
      <input
        id="template-${key}"
        type="text"
        autocomplete="off"
        maxlength=${maxlength}
        .value=${value}
        aria-invalid=${empty}
        @input=${(event: Event) => this.#set({ [key]: (event.target as HTMLInputElement).value })}
      />
      ${empty ? html`<p class="error-text" role="alert">${t("template.empty")}</p>` : nothing}
    </div>`;
  }

  #field({ name, label, kind, required, example }: TemplateField): TemplateResult {
    const value = (event: Event) => (event.target as HTMLInputElement).value;
    return html`<li class="template-field">
      <code>{${name}}</code>
      <input type="text" aria-label=${t("template.fieldLabel", { name })} maxlength="80" .value=${label} @input=${(event: Event) => this.#setField(name, { label: value(event) })} />
      <select aria-label=${t("template.fieldKind", { name })} @change=${(event: Event) => this.#setField(name, { kind: value(event) as TemplateField["kind"] })}>
        ${KINDS.map((other) => html`<option value=${other} ?selected=${other === kind}>${t(`template.kind.${other}`)}</option>`)}
      </select>
      <input type="text" aria-label=${t("template.fieldExample", { name })} placeholder=${t("template.fieldExampleHint")} maxlength="200" .value=${example} @input=${(event: Event) => this.#setField(name, { example: value(event) })} />
      <label class="check">
        <input type="checkbox" .checked=${required} @change=${(event: Event) => this.#setField(name, { required: (event.target as HTMLInputElement).checked })} />
        <span>${t("template.required")}</span>
      </label>
    </li>`;
  }

  #form(template: Template): TemplateResult {
    return html`<form novalidate @submit=${(event: Event) => void this.#save(event)}>
      <h2 id="template-heading">${t(template.id === "" ? "template.new" : "template.editTitle")}</h2>
      ${this.#text("name", template.name, 120)}
      <div class="field">
        <label for="template-category">${t("template.about")}</label>
        <select id="template-category" @change=${(event: Event) => this.#set({ category: (event.target as HTMLSelectElement).value as Template["category"] })}>
          ${CATEGORIES.map((category) => html`<option value=${category} ?selected=${category === template.category}>${t(`template.category.${category}`)}</option>`)}
        </select>
      </div>
      ${this.#text("title", template.title, 200)}
      <div class="field">
        <label for="template-text">${t("template.body")}</label>
        <textarea id="template-text" maxlength="10000" .value=${template.text} aria-invalid=${this.#asked && template.text.trim() === ""} @input=${(event: Event) => this.#set({ text: (event.target as HTMLTextAreaElement).value })}></textarea>
        <p class="hint">${t("template.blankHint")}</p>
        <div class="buttons">
          <button type="button" class="button" data-testid="insert-blank" @click=${() => this.#insertBlank(template)}>${icon("plus")}${t("template.insertBlank")}</button>
        </div>
      </div>
      ${template.fields.length === 0 ? nothing : html`<ul class="template-field-list">${template.fields.map((field) => this.#field(field))}</ul>`}
      ${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div>${errorText(this.#error)}</div></div>` : nothing}
      <div class="buttons">
        <button type="button" class="button" @click=${() => this.querySelector("dialog")?.close()}>${t("confirm.no")}</button>
        <button class="button primary" data-testid="template-save">${t("template.save")}</button>
      </div>
    </form>`;
  }

  protected override render(): TemplateResult {
    return html`<dialog class="sheet wide" aria-labelledby="template-heading">
      ${this.#template ? this.#form(this.#template) : nothing}
    </dialog>`;
  }
}
customElements.define("loa-template-editor", TemplateEditor);
