import { html, nothing, type TemplateResult } from "lit";
import type { TextDraft } from "../data/text-drafts.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { icon } from "./icon.ts";

/** What became of a text that was being written. */
export interface DraftNews {
  /** When what stands in the editor was left; null: it was not. */
  readonly restoredAt: number | null;
  /** Another text, in whose place a template came. */
  readonly earlier: TextDraft | null;
  readonly discard: () => void;
  readonly open: (draft: TextDraft) => void;
}

/** Tells that a text is here again, or that another one can be had back. */
export function draftNotes({ restoredAt, earlier, discard, open }: DraftNews): TemplateResult {
  return html`${restoredAt === null ? nothing : note("draft-restored", t("speech.restored", { time: dayAndTime(restoredAt) }), t("speech.discard"), discard)}
  ${earlier === null ? nothing : note("draft-earlier", t("speech.earlier", { time: dayAndTime(earlier.savedAt) }), t("speech.openEarlier"), () => open(earlier))}`;
}

function note(id: string, text: string, action: string, act: () => void): TemplateResult {
  return html`<div class="notice" data-testid=${id}>
    ${icon("info")}
    <div>${text}</div>
    <button type="button" class="button" @click=${act}>${action}</button>
  </div>`;
}

/** Nothing on the hub can speak. */
export const noVoice = (): TemplateResult =>
  html`<div class="notice warn" role="alert">${icon("warning")}<div>${t("error.SPEECH_UNAVAILABLE")}</div></div>`;
