import "../styles/labels.css";
import "../styles/print.css";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { adminSubpage } from "../components/admin-frame.ts";
import { areaPathText } from "../components/area-field.ts";
import { errorText, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { type PrintedLabel, stationLabel } from "../components/station-label.ts";
import { View } from "../components/view.ts";
import { newLabel } from "../data/labels.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";

/** Labels on one A4 sheet: two beside each other, four below. */
const PER_SHEET = 8;

interface Failed {
  readonly name: string;
  readonly why: string;
}

/** Makes the labels of chosen stations and shows the sheets as the printer will give them. Codes are gone when the page is left. */
export class AdminLabelsPage extends View {
  static override properties = { ids: {} };
  /** Stations, separated by commas. */
  declare ids: string;
  #labels: PrintedLabel[] = [];
  #failed: Failed[] = [];
  #making: number | null = null;

  protected override sources() {
    return [world.areas, world.loaded];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get("ids") === undefined) return;
    this.#labels = [];
    this.#failed = [];
  }

  #stations() {
    return [...new Set(this.ids.split(","))].flatMap((id) => world.stations.get(id) ?? []);
  }

  async #make(): Promise<void> {
    this.#labels = [];
    this.#failed = [];
    for (const station of this.#stations()) {
      this.change(() => {
        this.#making = this.#labels.length + this.#failed.length;
      });
      try {
        this.#labels.push({ station, ...(await newLabel(station.id)) });
      } catch (thrown) {
        this.#failed.push({ name: station.name, why: errorText(thrown) });
      }
    }
    this.change(() => {
      this.#making = null;
    });
  }

  #ask(): TemplateResult {
    const stations = this.#stations();
    const enrolled = stations.filter(({ status }) => status !== "registered").length;
    if (stations.length === 0)
      return html`<div class="card empty">
        ${icon("qr")}<strong>${t("labels.none")}</strong>
        <p>${t("labels.noneHint")}</p>
        <a class="button primary" href="/admin/stations">${t("admin.stations")}</a>
      </div>`;
    return html`<section class="card labels-ask">
      <div class="body">
        <p>${t("labels.will", { n: stations.length })}</p>
        <ul class="dots">
          <li>${t("labels.oldVoid")}</li>
          <li>${t("labels.onceHere")}</li>
          ${enrolled > 0 ? html`<li>${t("labels.enrolled", { n: enrolled })}</li>` : nothing}
        </ul>
        <ol class="labels-for">
          ${stations.map(({ name, areaId }) => html`<li>${name} <small class="muted">${areaPathText(areaId)}</small></li>`)}
        </ol>
        ${this.#making === null ? nothing : this.#progress(this.#making, stations.length)}
        <div class="buttons">
          <button
            class="button primary"
            data-testid="make-labels"
            ?disabled=${this.#making !== null}
            @click=${() => void this.#make()}
          >
            ${icon("qr")}${t("labels.make", { n: stations.length })}
          </button>
        </div>
      </div>
    </section>`;
  }

  #progress(done: number, all: number): TemplateResult {
    return html`<div role="status">
      <p class="small">${t("labels.making", { n: done, of: all })}</p>
      <div class="bar"><i style="width:${(done / all) * 100}%"></i></div>
    </div>`;
  }

  #sheets(): TemplateResult {
    const sheets: PrintedLabel[][] = [];
    for (let i = 0; i < this.#labels.length; i += PER_SHEET)
      sheets.push(this.#labels.slice(i, i + PER_SHEET));
    return html`<div class="notice warn no-print">${icon("warning")}<div>${t("labels.printNow")}</div></div>
      ${this.#failed.map(
        ({ name, why }) =>
          html`<div class="notice bad no-print" role="alert">${icon("error")}<div><strong>${name}</strong>${why}</div></div>`,
      )}
      <div class="sheets">
        ${sheets.map(
          (
            labels,
            i,
          ) => html`<section class="a4" aria-label=${t("labels.sheet", { n: i + 1, of: sheets.length })}>
            ${labels.map(stationLabel)}
          </section>`,
        )}
      </div>`;
  }

  #body(): TemplateResult {
    if (!world.loaded.value) return skeleton(3, 8);
    const made = this.#making === null && this.#labels.length + this.#failed.length > 0;
    const [one] = this.#labels;
    return html`<header class="page-head no-print">
        <div><h1 tabindex="-1">${t("labels.title")}</h1></div>
        ${
          made
            ? html`<div class="buttons">
                ${this.#labels.length === 1 && one ? html`<a class="button" href="/admin/stations/${one.station.id}">${t("labels.follow")}</a>` : nothing}
                <button class="button primary" data-testid="print" @click=${() => print()}>${icon("print")}${t("labels.printNowButton")}</button>
              </div>`
            : nothing
        }
      </header>
      ${made ? this.#sheets() : this.#ask()}`;
  }

  protected override render(): TemplateResult {
    return adminSubpage("stations", "enrol", () => this.#body());
  }
}
customElements.define("loa-admin-labels-page", AdminLabelsPage);
