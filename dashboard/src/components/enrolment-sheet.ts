import "../styles/labels.css";
import type { Station } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { newLabel } from "../data/labels.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { confirmed } from "./confirm.ts";
import { icon } from "./icon.ts";
import { printAlone } from "./print.ts";
import { qrCode } from "./qr-code.ts";
import { grouped, type PrintedLabel, stationLabel } from "./station-label.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

/** A station's enrolment label: its code is shown this once. */
export class EnrolmentSheet extends View {
  #printed: PrintedLabel | null = null;

  async show(printed: PrintedLabel): Promise<void> {
    this.change(() => {
      this.#printed = printed;
    });
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
  }

  async #copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    say(t("enrol.copied"));
  }

  protected override render(): TemplateResult | typeof nothing {
    const printed = this.#printed;
    if (!printed) return nothing;
    const { station, label, expiresAt } = printed;
    const text = JSON.stringify(label);
    return html`<dialog class="sheet" aria-labelledby="enrol-title" @close=${() => this.remove()}>
      <form method="dialog">
        <h2 id="enrol-title">${t("enrol.title", { name: station.name })}</h2>
        <div class="notice warn">${icon("warning")}<div>${t("enrol.once", { time: dayAndTime(expiresAt) })}</div></div>
        ${qrCode(text, t("enrol.qr"))}
        <p class="label-code mono" aria-label=${t("labels.code")}>${grouped(label.code)}</p>
        <details>
          <summary>${t("enrol.asText")}</summary>
          <pre class="label-json" tabindex="0" data-testid="enrolment-json">${text}</pre>
          <button type="button" class="button" @click=${() => void this.#copy(text)}>${icon("copy")}${t("enrol.copy")}</button>
        </details>
        <div class="buttons">
          <button type="button" class="button" @click=${() => printAlone(stationLabel(printed))}>
            ${icon("print")}${t("labels.printOne")}
          </button>
          <button class="button primary">${t("account.close")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-enrolment-sheet", EnrolmentSheet);

/** Asks, makes a new code at the hub, and shows it. @throws ApiError */
export async function showEnrolmentLabel(station: Pick<Station, "id" | "name" | "areaId">): Promise<void> {
  const yes = await confirmed({
    title: t("enrol.askTitle", { name: station.name }),
    facts: [t("enrol.askFact"), t("enrol.askValid")],
    yes: t("enrol.make"),
  });
  if (!yes) return;
  const made = await newLabel(station.id);
  const sheet = new EnrolmentSheet();
  document.body.append(sheet);
  await sheet.show({ station, ...made });
}
