import type { Lexicon, LexiconEntry } from "@loa/protocol/http/speech";
import { html, nothing, type TemplateResult } from "lit";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { lexicon, preview, putLexicon } from "../data/speech.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { errorText, failureNotice, skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { playOnce } from "./play-once.ts";
import { say } from "./toast.ts";
import { emit, View } from "./view.ts";

/** How words are said in one area: its own list, and what it takes over from above. Emits `lexicon-changed`. */
export class LexiconSheet extends View {
  static override properties = { areaId: {} };
  declare areaId: string;
  #stored: Lexicon | null = null;
  #items: LexiconEntry[] = [];
  #error: ApiError | null = null;
  #saving = false;
  #opened = false;

  /** Opens it; a word that is not there yet gets a line to fill. */
  async open(word = ""): Promise<void> {
    this.change(() => {
      this.#opened = true;
    });
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
    try {
      const stored = await lexicon(this.areaId);
      this.change(() => {
        [this.#stored, this.#error] = [stored, null];
        const known = stored.items.some(({ written }) => written.toLowerCase() === word.toLowerCase());
        this.#items =
          known || word === "" ? [...stored.items] : [{ written: word, spoken: "" }, ...stored.items];
      });
    } catch (thrown) {
      this.change(() => {
        this.#error = toApiError(thrown);
      });
    }
    await this.updateComplete;
    if (word !== "") this.querySelector<HTMLInputElement>("input.spoken")?.focus();
  }

  #set(at: number, change: Partial<LexiconEntry>): void {
    this.change(() => {
      this.#items = this.#items.map((item, i) => (i === at ? { ...item, ...change } : item));
    });
  }

  #add(): void {
    this.change(() => {
      this.#items = [{ written: "", spoken: "" }, ...this.#items];
    });
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>("input.written")?.focus());
  }

  #remove(at: number): void {
    this.change(() => {
      this.#items = this.#items.filter((_, i) => i !== at);
    });
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const items = this.#items
      .map(({ written, spoken }) => ({ written: written.trim(), spoken: spoken.trim() }))
      .filter(({ written, spoken }) => written !== "" && spoken !== "");
    this.change(() => {
      [this.#saving, this.#error] = [true, null];
    });
    try {
      await putLexicon(this.areaId, items);
      this.querySelector("dialog")?.close();
      say(t("lexicon.saved"));
      emit(this, "lexicon-changed", null);
    } catch (thrown) {
      this.#error = toApiError(thrown);
    }
    this.change(() => {
      this.#saving = false;
    });
  }

  #row({ written, spoken }: LexiconEntry, at: number): TemplateResult {
    return html`<li class="lexicon-row">
      <input
        class="written"
        type="text"
        maxlength="80"
        autocomplete="off"
        aria-label=${t("lexicon.written")}
        placeholder=${t("lexicon.writtenExample")}
        .value=${written}
        @input=${(event: Event) => this.#set(at, { written: (event.target as HTMLInputElement).value })}
      />
      <span aria-hidden="true">${icon("right")}</span>
      <input
        class="spoken"
        type="text"
        maxlength="200"
        autocomplete="off"
        aria-label=${t("lexicon.spoken")}
        placeholder=${t("lexicon.spokenExample")}
        .value=${spoken}
        @input=${(event: Event) => this.#set(at, { spoken: (event.target as HTMLInputElement).value })}
      />
      <button
        type="button"
        class="button quiet icon-only"
        aria-label=${t("lexicon.listen", { word: spoken })}
        ?disabled=${spoken.trim() === ""}
        @click=${() => void playOnce(() => preview(spoken, {}))}
      >
        ${icon("speaker")}
      </button>
      <button type="button" class="button quiet icon-only" aria-label=${t("lexicon.remove", { word: written })} @click=${() => this.#remove(at)}>
        ${icon("trash")}
      </button>
    </li>`;
  }

  #inherited(): TemplateResult | typeof nothing {
    const inherited = this.#stored?.inherited ?? [];
    if (inherited.length === 0) return nothing;
    return html`<details class="fold">
      <summary>${t("lexicon.inherited", { n: inherited.length })}</summary>
      <ul class="inherited">
        ${inherited.map(
          ({ written, spoken, areaId }) =>
            html`<li><b>${written}</b> → ${spoken} <small class="muted">${world.areas.get(areaId)?.name ?? ""}</small></li>`,
        )}
      </ul>
    </details>`;
  }

  #body(): TemplateResult | typeof nothing {
    if (!this.#opened) return nothing;
    if (!this.#stored)
      return this.#error ? failureNotice(this.#error, () => void this.open()) : skeleton(3, 3);
    return html`<button type="button" class="button quiet" data-testid="lexicon-add" @click=${() => this.#add()}>
        ${icon("plus")}${t("lexicon.add")}
      </button>
      ${this.#items.length === 0 ? html`<p class="muted">${t("lexicon.none")}</p>` : nothing}
      <ul class="lexicon-rows">${this.#items.map((item, at) => this.#row(item, at))}</ul>
      ${this.#inherited()}
      ${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div>${errorText(this.#error)}</div></div>` : nothing}`;
  }

  protected override render(): TemplateResult {
    const area = world.areas.get(this.areaId)?.name ?? "";
    return html`<dialog class="sheet wide" aria-labelledby="lexicon-title">
      <form novalidate @submit=${(event: Event) => void this.#save(event)}>
        <div>
          <h2 id="lexicon-title">${t("lexicon.title", { area })}</h2>
          <p class="muted">${t("lexicon.hint")}</p>
        </div>
        ${this.#body()}
        <div class="buttons">
          <button type="button" class="button" @click=${() => this.querySelector("dialog")?.close()}>${t("confirm.no")}</button>
          <button class="button primary" data-testid="lexicon-save" ?disabled=${this.#saving || !this.#stored}>${t("lexicon.save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-lexicon-sheet", LexiconSheet);
