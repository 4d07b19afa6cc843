import type { Reading, ReadingChange } from "@loa/protocol/http/speech";
import { html, nothing, type TemplateResult } from "lit";
import type { ApiError } from "../data/api-error.ts";
import { t } from "../locales/translate.ts";
import { readParts } from "../words/reading.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";

const mark = ({ written, spoken, kind }: ReadingChange): TemplateResult =>
  html`<ins class="read-change" data-kind=${kind} title=${t("readAs.written", { written })}>${spoken}</ins>`;

/** How the voice will read the text; what it reads otherwise than written is marked. */
export function readingPanel(
  text: string,
  reading: Reading | null,
  error: ApiError | null,
  again: () => void,
): TemplateResult {
  return html`<section class="reading" aria-label=${t("readAs.label")} data-testid="reading">
    <h3>${icon("speaker")}${t("readAs.label")}</h3>
    ${reading === null ? nothing : html`<p class="read-text">${readParts(text, reading.changes).map(({ spoken, change }) => (change ? mark(change) : spoken))}</p>`}
    ${reading === null && error === null ? html`<p class="muted">${t("readAs.empty")}</p>` : nothing}
    ${error === null ? nothing : html`<p class="error-text" role="alert">${errorText(error)}</p><button type="button" class="button" @click=${again}>${t("failure.retry")}</button>`}
    ${changesNote(reading)}
  </section>`;
}

function changesNote(reading: Reading | null): TemplateResult | typeof nothing {
  if (reading === null) return nothing;
  const { length } = reading.changes;
  return html`<p class="hint">${length === 0 ? t("readAs.asWritten") : t("readAs.changes", { n: length })}</p>`;
}
