import { html, nothing, type TemplateResult } from "lit";
import { toApiError } from "../data/api-error.ts";
import { t, tCode } from "../locales/translate.ts";
import { icon } from "./icon.ts";

/** Why something failed, in the language of the page. */
export function errorText(thrown: unknown): string {
  const error = toApiError(thrown);
  if (error.code === "HUB_AWAY" && error.facts.write) return t("failure.notDone");
  return tCode("error", error.code, error.message);
}

/** What stands in the place of data that could not be read. */
export function failureNotice(thrown: unknown, retry?: () => void): TemplateResult {
  return html`<div class="notice bad" role="alert">
    ${icon("warning")}
    <div><strong>${t("failure.title")}</strong>${errorText(thrown)}</div>
    ${retry ? html`<button class="button" @click=${retry}>${t("failure.retry")}</button>` : nothing}
  </div>`;
}

/** Grey bars while data is on its way. */
export function skeleton(...heights: number[]): TemplateResult {
  return html`<div aria-busy="true" class="skeletons">
    <span class="visually-hidden">${t("loading")}</span>
    ${heights.map((height) => html`<span class="skeleton" style="height:${height}rem;margin-bottom:0.75rem"></span>`)}
  </div>`;
}
