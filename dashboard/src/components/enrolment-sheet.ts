import type { EnrolmentLabel } from "@loa/protocol/enrolment";
import { html, nothing, type TemplateResult } from "lit";
import { create } from "qrcode";
import { api } from "../data/api.ts";
import { t } from "../locales/translate.ts";
import { confirmed } from "./confirm.ts";
import { icon } from "./icon.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

/** Light squares that a reader needs around the code. */
const QUIET = 4;

function qrCode(text: string): TemplateResult {
  const { size, data } = create(text, { errorCorrectionLevel: "M" }).modules;
  const path = Array.from(data, (dark, i) =>
    dark ? `M${i % size} ${Math.floor(i / size)}h1v1h-1z` : "",
  ).join("");
  const side = size + 2 * QUIET;
  return html`<svg class="qr" viewBox="${-QUIET} ${-QUIET} ${side} ${side}" role="img" aria-label=${t("enrol.qr")}>
    <path d=${path} />
  </svg>`;
}

/** A station's enrolment label: its code is shown this once. */
export class EnrolmentSheet extends View {
  #name = "";
  #text = "";

  async show(name: string, label: EnrolmentLabel): Promise<void> {
    const text = JSON.stringify(label);
    this.change(() => {
      this.#name = name;
      this.#text = text;
    });
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.#text);
    say(t("enrol.copied"));
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#text === "") return nothing;
    return html`<dialog class="sheet" aria-labelledby="enrol-title" @close=${() => this.remove()}>
      <form method="dialog">
        <h2 id="enrol-title">${t("enrol.title", { name: this.#name })}</h2>
        <div class="notice warn">${icon("warning")}<div>${t("enrol.once")}</div></div>
        ${qrCode(this.#text)}
        <pre class="label-json" tabindex="0" data-testid="enrolment-json">${this.#text}</pre>
        <div class="buttons">
          <button type="button" class="button" @click=${() => void this.#copy()}>${t("enrol.copy")}</button>
          <button class="button primary">${t("account.close")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-enrolment-sheet", EnrolmentSheet);

/** Asks, makes a new code at the hub, and shows it. @throws ApiError */
export async function showEnrolmentLabel(stationId: string, name: string): Promise<void> {
  const yes = await confirmed({
    title: t("enrol.askTitle", { name }),
    facts: [t("enrol.askFact"), t("enrol.askValid")],
    yes: t("enrol.make"),
  });
  if (!yes) return;
  const label = await api.post<EnrolmentLabel>(`/stations/${stationId}/enrolment`);
  const sheet = new EnrolmentSheet();
  document.body.append(sheet);
  await sheet.show(name, label);
}
