import "../styles/templates.css";
import type { Template } from "@loa/protocol/http/templates";
import { fillBlanks } from "@loa/protocol/template-text";
import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { Resource } from "../data/resource.ts";
import { templates } from "../data/templates.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { CATEGORIES } from "../words/template-categories.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { type IconName, icon } from "./icon.ts";
import "./template-editor.ts";
import { blankTemplate, type TemplateEditor } from "./template-editor.ts";
import "./template-form.ts";
import { offerUndo, sayError } from "./toast.ts";
import { View } from "./view.ts";

const DRAWING: Record<Template["category"], IconName> = {
  lostChild: "user",
  powerCut: "mains",
  vaccination: "health",
  stormPreparation: "cloud",
  meeting: "people",
  other: "template",
};

/** Its text with the labels of its blanks in their place. */
const readable = ({ text, fields }: Template): string =>
  fillBlanks(text, Object.fromEntries(fields.map(({ name, label }) => [name, `[${label}]`])));

/** Choose a template, fill it, or keep one's own. What is filled goes on as `filled` with title and text. */
export class TemplateDesk extends View {
  #chosen: Template | null = null;
  readonly #all = new Resource<Template[]>(this, () => templates.all());

  protected override sources() {
    return [world.areas];
  }

  #edit(template: Template | null): void {
    this.querySelector<TemplateEditor>("loa-template-editor")?.open(template ?? blankTemplate());
  }

  /** Own ones are gone at once and come back by undo; those of Loa stay. */
  async #remove({ id, areaId, ...body }: Template): Promise<void> {
    try {
      await templates.remove(id);
      await this.#all.refresh();
      offerUndo(t("template.removed", { name: body.name }), async () => {
        await templates.create({ ...body, ...(areaId && { areaId }) });
        await this.#all.refresh();
      });
    } catch (thrown) {
      sayError(thrown);
    }
  }

  #choose(template: Template | null): void {
    this.change(() => {
      this.#chosen = template;
    });
    scrollTo(0, 0);
  }

  #own(template: Template): TemplateResult | typeof nothing {
    if (!may("author")) return nothing;
    const { name, areaId } = template;
    return html`<div class="template-tools">
      ${
        areaId === null
          ? html`<button class="button quiet icon-only" aria-label=${t("template.copy", { name })} title=${t("template.copy", { name })} @click=${() => this.#edit({ ...template, id: "" })}>
              ${icon("copy")}
            </button>`
          : html`<button class="button quiet icon-only" aria-label=${t("template.edit", { name })} title=${t("template.edit", { name })} @click=${() => this.#edit(template)}>
                ${icon("edit")}
              </button>
              <button class="button quiet icon-only" aria-label=${t("template.remove", { name })} title=${t("template.remove", { name })} @click=${() => void this.#remove(template)}>
                ${icon("trash")}
              </button>`
      }
    </div>`;
  }

  #card(template: Template): TemplateResult {
    const { name, areaId } = template;
    return html`<li class="template-card" data-testid="template">
      <button class="template-pick" @click=${() => this.#choose(template)}>
        <b>${name}</b>
        <span class="template-text">${readable(template)}</span>
        <small class="muted">${areaId === null ? t("template.builtIn") : (world.areas.get(areaId)?.name ?? "")}</small>
      </button>
      ${this.#own(template)}
    </li>`;
  }

  #category(category: Template["category"], all: readonly Template[]): TemplateResult | typeof nothing {
    const mine = all.filter((template) => template.category === category);
    if (mine.length === 0) return nothing;
    return html`<section class="template-group">
      <h3>${icon(DRAWING[category])}${t(`template.category.${category}`)}</h3>
      <ul class="template-cards">${mine.map((template) => this.#card(template))}</ul>
    </section>`;
  }

  #list(): TemplateResult {
    const { value, error } = this.#all;
    if (error) return failureNotice(error, () => void this.#all.refresh());
    if (!value) return skeleton(6, 6);
    return html`<div class="template-groups">${CATEGORIES.map((category) => this.#category(category, value))}</div>
      <button class="button" data-testid="new-template" @click=${() => this.#edit(null)}>${icon("plus")}${t("template.new")}</button>`;
  }

  protected override render(): TemplateResult {
    return html`${
      this.#chosen
        ? html`<loa-template-form .template=${this.#chosen} @back=${() => this.#choose(null)}></loa-template-form>`
        : this.#list()
    }
      <loa-template-editor @template-saved=${() => void this.#all.refresh()}></loa-template-editor>`;
  }
}
customElements.define("loa-template-desk", TemplateDesk);
