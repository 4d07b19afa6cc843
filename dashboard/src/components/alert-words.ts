import type { AlertTemplate } from "@loa/protocol/http/alerts";
import type { Announcement } from "@loa/protocol/http/announcements";
import type { TemplateField } from "@loa/protocol/http/templates";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { type AlertDraft, asOwnText, gapsOf, type WordSource } from "../words/alert-draft.ts";
import { asText, blankParts, textValues } from "../words/template-values.ts";
import { skeleton } from "./error-text.ts";
import { type IconName, icon } from "./icon.ts";
import "./programme-picker.ts";
import { emit, View } from "./view.ts";

const SOURCES: readonly { source: WordSource; drawing: IconName }[] = [
  { source: "template", drawing: "template" },
  { source: "text", drawing: "edit" },
  { source: "announcement", drawing: "announcement" },
  { source: "tone", drawing: "speaker" },
];
const INPUTS: Partial<Record<TemplateField["kind"], string>> = {
  number: "number",
  date: "date",
  time: "time",
  phone: "tel",
};

/** What an alert says: a template's fields, a text, or an announcement. Emits `draft` with what changed, `template` with the chosen one. */
export class AlertWords extends View {
  static override properties = {
    draft: { attribute: false },
    templates: { attribute: false },
    library: { attribute: false },
    asked: { attribute: false },
  };
  declare draft: AlertDraft;
  declare templates: readonly AlertTemplate[] | null;
  declare library: readonly Announcement[] | null;
  /** Somebody wanted to go on: what is missing is marked. */
  declare asked: boolean;

  #change(part: Partial<AlertDraft>): void {
    emit<Partial<AlertDraft>>(this, "draft", part);
  }

  /** What was begun with a template goes on as a text. */
  #switch(source: WordSource): void {
    const { draft } = this;
    const begun = draft.source === "template" && draft.template !== null && draft.text === "";
    this.#change(source === "text" && begun ? asOwnText(draft) : { source });
  }

  #missing(gap: ReturnType<typeof gapsOf>[number], words: string): TemplateResult | typeof nothing {
    return this.asked && gapsOf(this.draft).includes(gap)
      ? html`<p class="error-text" role="alert">${icon("warning")}${words}</p>`
      : nothing;
  }

  #templates(): TemplateResult {
    const { templates, draft } = this;
    if (templates === null) return skeleton(3);
    return html`<div class="template-choice" role="radiogroup" aria-label=${t("alert.template")}>
        ${templates.map(
          (template) => html`<label class="template-card" data-testid="template" data-template=${template.id}
            ><input
              type="radio"
              name="alert-template"
              .checked=${draft.template?.id === template.id}
              @change=${() => emit(this, "template", template)}
            /><span>${template.name}</span></label
          >`,
        )}
      </div>
      ${this.#missing("template", t("alert.templateMissing"))}
      ${draft.template ? this.#fields(draft.template) : html`<p class="hint">${t("alert.templateHint")}</p>`}`;
  }

  #field({ name, label, kind, required, example }: TemplateField): TemplateResult {
    const value = this.draft.values[name] ?? "";
    const empty = this.asked && required && value.trim() === "";
    return html`<div class="field">
      <label for="alert-${name}">${label}</label>
      <input
        id="alert-${name}"
        type=${INPUTS[kind] ?? "text"}
        autocomplete="off"
        .value=${value}
        placeholder=${example === "" ? nothing : asText(kind, example)}
        aria-invalid=${empty}
        @input=${(event: Event) =>
          this.#change({
            values: { ...this.draft.values, [name]: (event.target as HTMLInputElement).value },
          })}
      />
      ${empty ? html`<p class="error-text" role="alert">${t("template.fieldMissing", { label })}</p>` : nothing}
    </div>`;
  }

  #fields(template: AlertTemplate): TemplateResult {
    const values = textValues(template.fields, this.draft.values);
    const label = (name: string) => template.fields.find((field) => field.name === name)?.label ?? name;
    const filled = (text: string) =>
      blankParts(text).map((part) => {
        if (part.blank === null) return html`${part.text}`;
        const value = values[part.blank]?.trim();
        return value
          ? html`<ins class="blank filled">${value}</ins>`
          : html`<mark class="blank">${label(part.blank)}</mark>`;
      });
    return html`<div class="alert-fields">${template.fields.map((field) => this.#field(field))}</div>
      <section class="said" aria-label=${t("alert.preview")} data-testid="alert-preview">
        <p class="said-headline">${filled(template.headline)}</p>
        <p class="read-text">${filled(template.text)}</p>
        <button type="button" class="button quiet" data-testid="own-text" @click=${() => this.#change(asOwnText(this.draft))}>
          ${icon("edit")}${t("alert.editText")}
        </button>
      </section>`;
  }

  #headline(): TemplateResult {
    return html`<div class="field">
      <label for="alert-headline">${t("alert.headline")}</label>
      <input
        id="alert-headline"
        type="text"
        maxlength="200"
        autocomplete="off"
        .value=${this.draft.headline}
        aria-invalid=${this.asked && this.draft.headline.trim() === ""}
        @input=${(event: Event) => this.#change({ headline: (event.target as HTMLInputElement).value })}
      />
      <p class="hint">${t("alert.headlineHint")}</p>
      ${this.#missing("headline", t("alert.headlineMissing"))}
    </div>`;
  }

  #text(): TemplateResult {
    return html`${this.#headline()}
      <div class="field">
        <label for="alert-text">${t("alert.text")}</label>
        <textarea
          id="alert-text"
          maxlength="4000"
          rows="6"
          .value=${this.draft.text}
          aria-invalid=${this.asked && this.draft.text.trim() === ""}
          @input=${(event: Event) => this.#change({ text: (event.target as HTMLTextAreaElement).value })}
        ></textarea>
        <p class="hint">${t("alert.textHint")}</p>
        ${this.#missing("text", t("alert.textMissing"))} ${this.#missing("blanks", t("alert.blanksLeft"))}
      </div>`;
  }

  #announcement(): TemplateResult {
    const { announcementId, headline } = this.draft;
    return html`<loa-programme-picker
        .library=${this.library}
        .chosen=${announcementId === "" ? [] : [announcementId]}
        @programme-changed=${(event: CustomEvent<string[]>) => {
          const id = event.detail.at(-1) ?? "";
          const title = this.library?.find((one) => one.id === id)?.title ?? "";
          this.#change({ announcementId: id, headline: headline.trim() === "" ? title : headline });
        }}
      ></loa-programme-picker>
      <p class="hint"><a href="/announcements/new">${t("alert.upload")}</a></p>
      ${this.#missing("announcement", t("alert.announcementMissing"))} ${this.#headline()}`;
  }

  protected override render(): TemplateResult {
    const { source } = this.draft;
    const body = {
      template: () => this.#templates(),
      text: () => this.#text(),
      announcement: () => this.#announcement(),
      tone: () => html`${this.#headline()}<p class="hint">${t("alert.toneAlone")}</p>`,
    };
    return html`<div class="segmented sources" role="radiogroup" aria-label=${t("alert.source")}>
        ${SOURCES.map(
          ({ source: one, drawing }) => html`<label data-testid="source-${one}"
            ><input
              type="radio"
              name="alert-source"
              .checked=${source === one}
              @change=${() => this.#switch(one)}
            /><span>${icon(drawing)}${t(`alert.source.${one}`)}</span></label
          >`,
        )}
      </div>
      ${body[source]()}`;
  }
}
customElements.define("loa-alert-words", AlertWords);
