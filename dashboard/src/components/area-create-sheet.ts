import type { Area } from "@loa/protocol/http/areas";
import { html, nothing, type TemplateResult } from "lit";
import { api } from "../data/api.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { loadAreas, world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { proposedAreaId } from "../words/proposed-id.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const ID = /^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/;

/** Asks for a new area's name below a parent; its id is proposed from the name until somebody types another. */
class AreaCreateSheet extends View {
  parent: Area | null = null;
  answer: (id: string | null) => void = () => undefined;
  #name = "";
  #id = "";
  #own = false;
  #tried = false;
  #busy = false;
  #error: ApiError | null = null;
  /** Ids that the hub refused: an area that is gone keeps its id. */
  readonly #used = new Set<string>();

  open(parent: Area): void {
    this.parent = parent;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  #close(id: string | null): void {
    this.answer(id);
    this.remove();
  }

  #setName(name: string): void {
    this.change(() => {
      this.#name = name;
      if (!this.#own) this.#id = this.#proposed();
    });
  }

  #proposed(): string {
    return proposedAreaId(this.#name, new Set([...world.areas.all.map(({ id }) => id), ...this.#used]));
  }

  #refused(error: ApiError): void {
    const taken = error.code === "CONFLICT";
    if (taken) this.#used.add(this.#id);
    this.change(() => {
      this.#error = taken ? null : error;
      if (taken && !this.#own) this.#id = this.#proposed();
      this.#busy = false;
    });
  }

  #idProblem(): string | null {
    if (this.#used.has(this.#id)) return t("area.idUsed");
    if (!ID.test(this.#id)) return t("area.idShape");
    return world.areas.get(this.#id)
      ? t("area.idTaken", { name: world.areas.get(this.#id)?.name ?? "" })
      : null;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    this.change(() => {
      this.#tried = true;
    });
    if (this.#busy || this.#name.trim() === "" || this.#idProblem() !== null) return;
    this.#busy = true;
    try {
      await api.post("/areas", { id: this.#id, name: this.#name.trim(), parentId: this.parent?.id ?? null });
      await loadAreas();
      this.#close(this.#id);
    } catch (thrown) {
      this.#refused(toApiError(thrown));
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.parent) return nothing;
    const nameMissing = this.#tried && this.#name.trim() === "";
    const idProblem = this.#tried || this.#own || this.#id !== "" ? this.#idProblem() : null;
    return html`<dialog class="sheet" aria-labelledby="create-area-title" @close=${() => this.#close(null)}>
      <form novalidate @submit=${(event: Event) => void this.#submit(event)}>
        <h2 id="create-area-title">${t("area.createTitle", { area: this.parent.name })}</h2>
        ${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div>${errorText(this.#error)}</div></div>` : nothing}
        <div class="field">
          <label for="area-name">${t("area.name")}</label>
          <input
            id="area-name"
            type="text"
            maxlength="120"
            autocomplete="off"
            autofocus
            placeholder=${t("area.nameExample")}
            aria-invalid=${nameMissing}
            @input=${(event: Event) => this.#setName((event.target as HTMLInputElement).value)}
          />
          ${nameMissing ? html`<p class="error-text" role="alert">${t("area.nameMissing")}</p>` : nothing}
        </div>
        <div class="field">
          <label for="area-id">${t("area.id")}</label>
          <input
            id="area-id"
            type="text"
            class="mono"
            maxlength="32"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-invalid=${idProblem !== null}
            aria-describedby="area-id-hint"
            .value=${this.#id}
            @input=${(event: Event) =>
              this.change(() => {
                this.#own = true;
                this.#id = (event.target as HTMLInputElement).value.trim();
              })}
          />
          <p class="hint" id="area-id-hint">${t("area.idHint")}</p>
          ${this.#used.size > 0 && idProblem === null ? html`<p class="hint" role="status">${t("area.idNext", { id: [...this.#used].at(-1) ?? "" })}</p>` : nothing}
          ${idProblem === null ? nothing : html`<p class="error-text" role="alert">${idProblem}</p>`}
        </div>
        <div class="buttons">
          <button type="button" class="button" @click=${() => this.#close(null)}>${t("confirm.no")}</button>
          <button class="button primary" data-testid="create-area-yes" ?disabled=${this.#busy}>
            ${icon("plus")}${t("area.create")}
          </button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-area-create-sheet", AreaCreateSheet);

/** Asks for a new area below `parent` and makes it; its id, or null. */
export function createArea(parent: Area): Promise<string | null> {
  const sheet = document.createElement("loa-area-create-sheet") as AreaCreateSheet;
  document.body.append(sheet);
  sheet.open(parent);
  return new Promise((resolve) => {
    sheet.answer = resolve;
  });
}
