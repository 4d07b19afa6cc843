import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import type { Shape } from "../words/alert-targets.ts";
import { circleFrom, polygonFrom, shapeFields } from "../words/shape-text.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** A circle by centre and radius, an outline by its points: for keyboards, and for places that somebody reads out. Emits `shape-written`. */
export class ShapeFields extends View {
  static override properties = { shape: { attribute: false } };
  /** The one that is changed; null for a new one. */
  declare shape: Shape | null;
  #kind: "circle" | "polygon" = "circle";
  #error = "";
  #shown: Shape | null = null;

  constructor() {
    super();
    this.shape = null;
  }

  protected override willUpdate(): void {
    if (this.shape === this.#shown) return;
    this.#shown = this.shape;
    this.#error = "";
    if (this.shape) this.#kind = "circle" in this.shape ? "circle" : "polygon";
  }

  #value(id: string): string {
    return this.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#shape-${id}`)?.value ?? "";
  }

  #take(): void {
    const found =
      this.#kind === "circle"
        ? { shape: circleFrom(this.#value("centre"), this.#value("radius")) }
        : polygonFrom(this.#value("points"));
    const shape = "shape" in found ? found.shape : null;
    const wrong = "wrong" in found ? found.wrong : -1;
    this.change(() => {
      this.#error =
        shape !== null
          ? ""
          : wrong < 0
            ? t("shape.circleWrong")
            : wrong === 0
              ? t("shape.tooFew")
              : t("shape.lineWrong", { n: wrong });
    });
    if (shape !== null) emit<Shape>(this, "shape-written", shape);
  }

  #choose(kind: "circle" | "polygon"): TemplateResult {
    return html`<label
      ><input
        type="radio"
        name="shape-kind"
        .checked=${this.#kind === kind}
        @change=${() =>
          this.change(() => {
            [this.#kind, this.#error] = [kind, ""];
          })}
      /><span>${icon(kind)}${t(`shape.${kind}`)}</span></label
    >`;
  }

  #fields(): TemplateResult {
    const { centre, radius, points } = this.shape
      ? shapeFields(this.shape)
      : { centre: "", radius: "", points: "" };
    if (this.#kind === "polygon")
      return html`<div class="field">
        <label for="shape-points">${t("shape.points")}</label>
        <textarea id="shape-points" class="mono" rows="5" spellcheck="false" .value=${points} aria-invalid=${this.#error !== ""}></textarea>
        <p class="hint">${t("shape.pointsHint")}</p>
      </div>`;
    return html`<div class="two">
      <div class="field">
        <label for="shape-centre">${t("shape.centre")}</label>
        <input id="shape-centre" type="text" autocomplete="off" placeholder="18.66000, 105.67000" .value=${centre} aria-invalid=${this.#error !== ""} />
      </div>
      <div class="field">
        <label for="shape-radius">${t("shape.radius")}</label>
        <input id="shape-radius" type="text" inputmode="decimal" autocomplete="off" placeholder="3" .value=${radius} aria-invalid=${this.#error !== ""} />
      </div>
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`<div class="segmented" role="radiogroup" aria-label=${t("shape.kind")}>
        ${this.#choose("circle")}${this.#choose("polygon")}
      </div>
      ${this.#fields()}
      ${this.#error === "" ? nothing : html`<p class="error-text" role="alert">${this.#error}</p>`}
      <div class="buttons">
        <button type="button" class="button" data-testid="shape-take" @click=${() => this.#take()}>
          ${icon("check")}${t(this.shape ? "shape.change" : "shape.take")}
        </button>
      </div>`;
  }
}
customElements.define("loa-shape-fields", ShapeFields);
