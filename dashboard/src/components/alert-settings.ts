import type { AlertTone, Translation } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { preview } from "../data/speech.ts";
import { t, tCode } from "../locales/translate.ts";
import { type AlertDraft, wordsOf } from "../words/alert-draft.ts";
import { lengthText } from "../words/time-text.ts";
import { type IconName, icon } from "./icon.ts";
import { playOnce, stopPlaying } from "./play-once.ts";
import { sirenField } from "./siren-field.ts";
import { emit, View } from "./view.ts";

const TONES: Record<AlertTone, IconName> = { siren: "siren", chime: "speaker", none: "close" };
const ROUNDS = [1, 2, 3, 5, 10, 0];
const LIVES = [600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];
const MOST_TRANSLATIONS = 3;

/** How an alert sounds: tone, rounds, how long it stands, and the same in further languages. Emits `draft` with what changed. */
export class AlertSettings extends View {
  static override properties = {
    draft: { attribute: false },
    tones: { attribute: false },
    languages: { attribute: false },
    asked: { attribute: false },
  };
  declare draft: AlertDraft;
  /** The tones that this page has. */
  declare tones: readonly AlertTone[];
  /** Languages that the hub has a voice for. */
  declare languages: readonly string[];
  declare asked: boolean;
  #listening = "";

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    stopPlaying();
  }

  #change(part: Partial<AlertDraft>): void {
    emit<Partial<AlertDraft>>(this, "draft", part);
  }

  #tones(): TemplateResult {
    return html`<fieldset>
      <legend class="label">${t("alert.tone")}</legend>
      <div class="segmented tones">
        ${this.tones.map(
          (tone) => html`<label data-testid="tone-${tone}"
            ><input type="radio" name="alert-tone" .checked=${this.draft.tone === tone} @change=${() => this.#change({ tone })} /><span
              >${icon(TONES[tone])}${t(`tone.${tone}`)}</span
            ></label
          >`,
        )}
      </div>
    </fieldset>`;
  }

  #siren(): TemplateResult | typeof nothing {
    if (this.draft.tone !== "siren" || !this.tones.includes("siren")) return nothing;
    return sirenField(this.draft.siren, (siren) => this.#change({ siren }));
  }

  #times(): TemplateResult {
    const { repeat, lifeSeconds } = this.draft;
    return html`<div class="two">
      <div class="field">
        <label for="alert-repeat">${t("alert.repeat")}</label>
        <select id="alert-repeat" @change=${(event: Event) => this.#change({ repeat: Number((event.target as HTMLSelectElement).value) })}>
          ${[...new Set([...ROUNDS.slice(0, -1), ...(repeat > 0 ? [repeat] : []), 0])].map(
            (n) =>
              html`<option value=${n} .selected=${n === repeat}>${n === 0 ? t("alert.untilRecalled") : t("alert.rounds", { n })}</option>`,
          )}
        </select>
      </div>
      <div class="field">
        <label for="alert-life">${t("alert.life")}</label>
        <select id="alert-life" @change=${(event: Event) => this.#change({ lifeSeconds: Number((event.target as HTMLSelectElement).value) })}>
          ${LIVES.map((s) => html`<option value=${s} .selected=${s === lifeSeconds}>${lengthText(s * 1_000)}</option>`)}
        </select>
      </div>
    </div>
    <p class="hint">${t("alert.lifeHint")} ${repeat === 0 ? t("alert.untilRecalledHint") : ""}</p>`;
  }

  async #listen(key: string, text: string, language: string): Promise<void> {
    const end = () =>
      this.change(() => {
        this.#listening = "";
      });
    if (this.#listening !== "") {
      stopPlaying();
      return end();
    }
    this.change(() => {
      this.#listening = key;
    });
    await playOnce(() => preview(text, { language }), end);
  }

  #listenButton(key: string, text: string, language: string): TemplateResult {
    const on = this.#listening === key;
    return html`<button
      type="button"
      class="button"
      data-testid="listen-${key}"
      ?disabled=${text.trim() === ""}
      @click=${() => void this.#listen(key, text, language)}
    >
      ${icon(on ? "stop" : "play")}${t(on ? "alert.listenStop" : "alert.listen")}
    </button>`;
  }

  #languageChoice(id: string, chosen: string, take: (language: string) => void): TemplateResult {
    const offered = this.languages.includes(chosen) ? this.languages : [chosen, ...this.languages];
    return html`<div class="field">
      <label for=${id}>${t("alert.language")}</label>
      <select id=${id} @change=${(event: Event) => take((event.target as HTMLSelectElement).value)}>
        ${offered.map((one) => html`<option value=${one} .selected=${one === chosen}>${tCode("spoken", one)}</option>`)}
      </select>
    </div>`;
  }

  #replace(place: number, part: Partial<Translation>): void {
    const { translations } = this.draft;
    this.#change({ translations: translations.map((one, i) => (i === place ? { ...one, ...part } : one)) });
  }

  #translation({ language, text }: Translation, place: number): TemplateResult {
    const empty = this.asked && text.trim() === "";
    return html`<li class="translation" data-testid="translation">
      <div class="two">
        ${this.#languageChoice(`alert-language-${place}`, language, (next) => this.#replace(place, { language: next }))}
        <div class="buttons end">
          ${this.#listenButton(String(place), text, language)}
          <button
            type="button"
            class="button quiet"
            @click=${() => this.#change({ translations: this.draft.translations.filter((_, i) => i !== place) })}
          >
            ${icon("trash")}${t("alert.languageRemove")}
          </button>
        </div>
      </div>
      <div class="field">
        <label for="alert-translation-${place}">${t("alert.translation", { language: tCode("spoken", language) })}</label>
        <textarea
          id="alert-translation-${place}"
          maxlength="4000"
          .value=${text}
          aria-invalid=${empty}
          @input=${(event: Event) => this.#replace(place, { text: (event.target as HTMLTextAreaElement).value })}
        ></textarea>
        ${empty ? html`<p class="error-text" role="alert">${t("alert.translationMissing")}</p>` : nothing}
      </div>
    </li>`;
  }

  #languages(): TemplateResult {
    const { translations, language, source } = this.draft;
    const { text } = wordsOf(this.draft);
    const next = this.languages.find(
      (one) => one !== language && translations.every((other) => other.language !== one),
    );
    return html`${
      source === "announcement"
        ? nothing
        : html`<div class="two">
            ${this.#languageChoice("alert-language", language, (chosen) => this.#change({ language: chosen }))}
            <div class="buttons end">${this.#listenButton("main", text, language)}</div>
          </div>`
    }
      <ol class="translations">
        ${translations.map((one, place) => this.#translation(one, place))}
      </ol>
      ${
        translations.length < MOST_TRANSLATIONS
          ? html`<div class="buttons">
              <button
                type="button"
                class="button"
                data-testid="add-language"
                @click=${() => this.#change({ translations: [...translations, { language: next ?? "en", text: "" }] })}
              >
                ${icon("plus")}${t("alert.languageAdd")}
              </button>
            </div>`
          : nothing
      }`;
  }

  protected override render(): TemplateResult {
    const spoken = this.draft.source !== "tone";
    return html`${this.#tones()} ${this.#siren()} ${this.#times()} ${spoken ? this.#languages() : nothing}`;
  }
}
customElements.define("loa-alert-settings", AlertSettings);
