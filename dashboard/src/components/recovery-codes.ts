import "../styles/print.css";
import { html, type TemplateResult } from "lit";
import { user } from "../data/session.ts";
import { t } from "../locales/translate.ts";
import { icon } from "./icon.ts";
import { printAlone } from "./print.ts";
import { say } from "./toast.ts";

function paper(codes: readonly string[]): TemplateResult {
  return html`<article class="slip">
    <h1>Loa · ${t("recovery.title")}</h1>
    <p>${user.value?.name} (<span class="mono">${user.value?.username}</span>), <span class="mono">${location.origin}</span></p>
    <ol class="recovery mono">
      ${codes.map((code) => html`<li>${code}</li>`)}
    </ol>
    <p>${t("recovery.hint")}</p>
  </article>`;
}

async function copy(codes: readonly string[]): Promise<void> {
  await navigator.clipboard.writeText(codes.join("\n"));
  say(t("recovery.copied"));
}

function download(codes: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([`${codes.join("\n")}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `loa-${user.value?.username ?? "ma"}-${t("recovery.fileName")}.txt`;
  link.click();
  URL.revokeObjectURL(url);
}

/** The codes that let one in without the telephone, with ways to keep them. They are shown this once. */
export function recoveryCodes(codes: readonly string[]): TemplateResult {
  return html`<div class="notice warn">${icon("warning")}<div><strong>${t("recovery.once")}</strong>${t("recovery.hint")}</div></div>
    <ol class="recovery mono" data-testid="recovery-codes">
      ${codes.map((code) => html`<li>${code}</li>`)}
    </ol>
    <div class="buttons">
      <button type="button" class="button" @click=${() => printAlone(paper(codes))}>${icon("print")}${t("recovery.print")}</button>
      <button type="button" class="button" @click=${() => void copy(codes)}>${icon("copy")}${t("enrol.copy")}</button>
      <button type="button" class="button" @click=${() => download(codes)}>${icon("download")}${t("recovery.download")}</button>
    </div>`;
}
