import type { AlertDetail } from "@loa/protocol/http/alerts";
import { html, type TemplateResult } from "lit";
import { alertDesk, type DrillBody } from "../data/alerts.ts";
import { t } from "../locales/translate.ts";
import { type AlertDraft, type DrillKind, type DrillTone, wordsBody } from "../words/alert-draft.ts";
import { AlertConsole, type ConsoleLook } from "./alert-console.ts";
import { type IconName, icon } from "./icon.ts";

const KINDS: readonly { kind: DrillKind; drawing: IconName }[] = [
  { kind: "exercise", drawing: "exercise" },
  { kind: "test", drawing: "wrench" },
];

/** Where exercises and tests are sent. It has no word for a real alarm, and no siren. */
export class DrillConsole extends AlertConsole {
  #kind: DrillKind = "exercise";
  protected readonly look: ConsoleLook = {
    ...{ tones: ["chime", "none"], hold: "alert.holdDrill", look: "drill", drawing: "exercise" },
    boards: "/exercises",
  };

  constructor() {
    super("chime");
  }

  protected body(draft: AlertDraft): DrillBody {
    const tone: DrillTone = draft.tone === "none" ? "none" : "chime";
    return { ...wordsBody(draft), kind: this.#kind, tone };
  }

  protected send(draft: AlertDraft): Promise<AlertDetail> {
    return alertDesk.sendDrill(this.body(draft));
  }

  protected override kindChoice(): TemplateResult {
    return html`<fieldset class="kinds">
      <legend class="label">${t("drill.kind")}</legend>
      ${KINDS.map(
        ({ kind, drawing }) => html`<label class="kind-card" data-testid="kind-${kind}"
          ><input
            type="radio"
            name="drill-kind"
            .checked=${this.#kind === kind}
            @change=${() =>
              this.change(() => {
                this.#kind = kind;
              })}
          /><span>${icon(drawing)}<b>${t(`alertKind.${kind}`)}</b><small>${t(`drill.${kind}Hint`)}</small></span></label
        >`,
      )}
    </fieldset>`;
  }
}
customElements.define("loa-drill-console", DrillConsole);
