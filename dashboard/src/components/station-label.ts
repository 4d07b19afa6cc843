import type { EnrolmentLabel } from "@loa/protocol/enrolment";
import type { Station } from "@loa/protocol/http/stations";
import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { dayAndTimeFull } from "../words/time-text.ts";
import { areaPathText } from "./area-field.ts";
import { qrCode } from "./qr-code.ts";

/** A label as it is printed: what the hub made, for which station, and until when its code holds (Unix ms). */
export interface PrintedLabel {
  readonly station: Pick<Station, "id" | "name" | "areaId">;
  readonly label: EnrolmentLabel;
  readonly expiresAt: number;
}

/** The code in groups that the eye can hold; the gaps are drawn, not written, so that copies stay the code. */
export const grouped = (code: string): TemplateResult =>
  html`${(code.match(/.{1,4}/g) ?? []).map((group) => html`<span>${group}</span>`)}`;

/** One label in black and white, for paper: code for the camera, code for the eye, and whose it is. */
export function stationLabel({ station, label, expiresAt }: PrintedLabel): TemplateResult {
  return html`<article class="label" data-testid="label" data-station=${station.id}>
    ${qrCode(JSON.stringify(label), t("enrol.qr"))}
    <div class="label-words">
      <p class="label-brand">LOA · ${t("labels.brand")}</p>
      <h3>${station.name}</h3>
      <p class="label-place">${areaPathText(station.areaId)}</p>
      <dl>
        <div>
          <dt>${t("station.id")}</dt>
          <dd class="mono">${station.id}</dd>
        </div>
        <div>
          <dt>${t("labels.code")}</dt>
          <dd class="mono label-code">${grouped(label.code)}</dd>
        </div>
        <div>
          <dt>${t("labels.hub")}</dt>
          <dd class="mono">${label.hub}</dd>
        </div>
        <div>
          <dt>${t("labels.until")}</dt>
          <dd><b>${dayAndTimeFull(expiresAt)}</b></dd>
        </div>
      </dl>
      <p class="label-how">${t("labels.how")}</p>
    </div>
  </article>`;
}
