import type { CreateLive } from "@loa/protocol/http/live";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { lengthText } from "../words/time-text.ts";
import { sirenField } from "./siren-field.ts";

/** What live speech needs to be the voice of an alert. */
export type LiveAlert = NonNullable<CreateLive["alert"]>;

/** Kind of alert by the page's address: `/live?alert=1` is real, `exercise` and `test` are named. */
export function alertKindOf(query: string): LiveAlert["kind"] | null {
  if (query === "1" || query === "actual") return "actual";
  return query === "exercise" || query === "test" ? query : null;
}

const LASTS_S = [300, 600, 1_800, 3_600] as const;
const TONES = {
  actual: ["siren", "chime", "none"],
  exercise: ["chime", "none"],
  test: ["chime", "none"],
} as const;

/** An alert to begin with: its own tone, ten minutes. */
export const freshAlert = (kind: LiveAlert["kind"]): LiveAlert => ({
  kind,
  headline: "",
  tone: kind === "actual" ? "siren" : "chime",
  expiresInSeconds: 600,
});

/** Headline, tone, how the siren sounds, and length of an alert that is spoken. `missing`: it was tried without a headline. */
export function alertFields(
  alert: LiveAlert,
  missing: boolean,
  change: (alert: LiveAlert) => void,
): TemplateResult {
  const { siren = "wail", ...plain } = alert;
  return html`<div class="live-alert">
    <div class="field">
      <label for="alert-headline">${t("live.alert.headline")}</label>
      <input
        id="alert-headline"
        type="text"
        maxlength="200"
        aria-invalid=${missing}
        .value=${alert.headline}
        @input=${(event: Event) => change({ ...alert, headline: (event.target as HTMLInputElement).value })}
      />
      ${missing ? html`<p class="error-text" role="alert">${t("live.alert.headlineMissing")}</p>` : nothing}
    </div>
    <fieldset class="field">
      <legend class="label">${t("live.alert.tone")}</legend>
      <div class="segmented">
        ${TONES[alert.kind].map(
          (tone) => html`<label
            ><input type="radio" name="tone" .checked=${alert.tone === tone} @change=${() => change({ ...plain, tone })} /><span
              >${t(`live.alert.tone.${tone}`)}</span
            ></label
          >`,
        )}
      </div>
    </fieldset>
    ${alert.tone === "siren" ? sirenField(siren, (siren) => change({ ...alert, siren })) : nothing}
    <div class="field">
      <label for="alert-lasts">${t("live.alert.lasts")}</label>
      <select
        id="alert-lasts"
        @change=${(event: Event) => change({ ...alert, expiresInSeconds: Number((event.target as HTMLSelectElement).value) })}
      >
        ${LASTS_S.map((s) => html`<option value=${s} ?selected=${s === alert.expiresInSeconds}>${lengthText(s * 1_000)}</option>`)}
      </select>
    </div>
  </div>`;
}
