import "../styles/admin.css";
import { html, nothing, type TemplateResult } from "lit";
import "./area-tree.ts";
import { t } from "../locales/translate.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** What the dialog is for. */
export interface AreaQuestion {
  readonly title: string;
  readonly hint?: string;
  readonly chosen?: string;
  readonly banned?: ReadonlySet<string>;
  /** Says in words what choosing this area would do. */
  readonly effects?: (areaId: string) => Promise<readonly string[]>;
  readonly yes: string;
}

/** The dialog that asks for one area: the tree with a field to find in it, and what the choice would do. */
class AreaPicker extends View {
  question: AreaQuestion | null = null;
  #chosen = "";
  #words = "";
  #facts: readonly string[] | null = null;
  answer: (areaId: string | null) => void = () => undefined;

  open(question: AreaQuestion): void {
    this.question = question;
    this.#chosen = question.chosen ?? "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  async #choose(id: string): Promise<void> {
    this.change(() => {
      this.#chosen = id;
      this.#facts = null;
    });
    const facts = await this.question?.effects?.(id).catch(() => []);
    if (this.#chosen === id)
      this.change(() => {
        this.#facts = facts ?? [];
      });
  }

  #close(answer: string | null): void {
    this.answer(answer);
    this.remove();
  }

  #effects({ effects }: AreaQuestion): TemplateResult | typeof nothing {
    if (!effects || this.#chosen === "") return nothing;
    return html`<div class="facts effects" role="status" data-testid="effects">
      ${this.#facts?.map((fact) => html`<p>${fact}</p>`) ?? html`<p class="muted">${t("loading")}</p>`}
    </div>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const question = this.question;
    if (!question) return nothing;
    return html`<dialog class="sheet picker" aria-labelledby="picker-title" @close=${() => this.#close(null)}>
      <form
        method="dialog"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#close(this.#chosen);
        }}
      >
        <h2 id="picker-title">${question.title}</h2>
        ${question.hint === undefined ? nothing : html`<p class="muted">${question.hint}</p>`}
        <div class="search">
          ${icon("search")}<input
            type="search"
            aria-label=${t("tree.find")}
            placeholder=${t("tree.find")}
            autocomplete="off"
            @keydown=${(event: KeyboardEvent) => {
              if (event.key === "Enter") event.preventDefault();
            }}
            @input=${(event: Event) =>
              this.change(() => {
                this.#words = (event.target as HTMLInputElement).value;
              })}
          />
        </div>
        <div class="picker-tree">
          <loa-area-tree
            .chosen=${this.#chosen}
            .words=${this.#words}
            .banned=${question.banned ?? new Set()}
            @area-chosen=${(event: CustomEvent<string>) => void this.#choose(event.detail)}
          ></loa-area-tree>
        </div>
        ${this.#effects(question)}
        <div class="buttons">
          <button type="button" class="button" @click=${() => this.#close(null)}>${t("confirm.no")}</button>
          <button
            class="button primary"
            data-testid="picker-yes"
            ?disabled=${this.#chosen === "" || this.#chosen === question.chosen || (question.effects !== undefined && this.#facts === null)}
          >
            ${question.yes}
          </button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-area-picker", AreaPicker);

/** Asks for an area; null when the user turned back. */
export function askArea(question: AreaQuestion): Promise<string | null> {
  const picker = document.createElement("loa-area-picker") as AreaPicker;
  document.body.append(picker);
  picker.open(question);
  return new Promise((resolve) => {
    picker.answer = resolve;
  });
}
