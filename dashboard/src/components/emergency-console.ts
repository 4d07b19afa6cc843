import type { AlertDetail } from "@loa/protocol/http/alerts";
import { type ActualBody, alertDesk } from "../data/alerts.ts";
import { type AlertDraft, wordsBody } from "../words/alert-draft.ts";
import { AlertConsole, type ConsoleLook } from "./alert-console.ts";

/** Where real alarms are sent; nothing else is. */
export class EmergencyConsole extends AlertConsole {
  protected readonly look: ConsoleLook = {
    ...{ tones: ["siren", "chime", "none"], hold: "alert.holdActual", look: "stop", drawing: "siren" },
    boards: "/emergency",
  };

  constructor() {
    super("siren");
  }

  protected body(draft: AlertDraft): ActualBody {
    const { tone, siren } = draft;
    return { ...wordsBody(draft), kind: "actual", tone, ...(tone === "siren" && { siren }) };
  }

  protected send(draft: AlertDraft): Promise<AlertDetail> {
    return alertDesk.sendActual(this.body(draft));
  }
}
customElements.define("loa-emergency-console", EmergencyConsole);
