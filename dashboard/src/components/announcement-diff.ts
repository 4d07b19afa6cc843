import "../styles/announcement-diff.css";
import type { AnnouncementDiff, AnnouncementVersion, TextChange } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { lengthText } from "../words/time-text.ts";
import { icon } from "./icon.ts";
import "./wave-player.ts";

const TAG: Record<TextChange["change"], (text: string) => TemplateResult> = {
  same: (text) => html`${text}`,
  added: (text) => html`<ins><span class="visually-hidden">${t("diff.added")}</span>${text}</ins>`,
  removed: (text) => html`<del><span class="visually-hidden">${t("diff.removed")}</span>${text}</del>`,
};

const changed = (changes: readonly TextChange[]): boolean => changes.some(({ change }) => change !== "same");

const words = (changes: readonly TextChange[]): TemplateResult =>
  html`<p class="diff-text">${changes.map(({ change, text }) => TAG[change](text))}</p>`;

function row(label: string, body: TemplateResult): TemplateResult {
  return html`<div class="diff-row"><h4>${label}</h4>${body}</div>`;
}

const kept = (): TemplateResult => html`<p class="muted">${t("diff.same")}</p>`;

/** Both sounds, one above the other, to hear the difference. */
function players(id: string, from: AnnouncementVersion, to: AnnouncementVersion): TemplateResult {
  const player = (
    { version, durationMs }: AnnouncementVersion,
    label: string,
  ) => html`<figure class="diff-player">
    <figcaption>${label} <span class="muted">${durationMs === undefined ? "" : lengthText(durationMs)}</span></figcaption>
    <loa-wave-player compact .announcementId=${id} .version=${version} .durationMs=${durationMs ?? 0} .name=${label}></loa-wave-player>
  </figure>`;
  return html`<div class="diff-players">
    ${player(from, t("diff.before", { n: from.version }))} ${player(to, t("diff.after", { n: to.version }))}
  </div>`;
}

function sound(
  id: string,
  from: AnnouncementVersion,
  { to, soundChanged }: AnnouncementDiff,
): TemplateResult {
  if (!soundChanged) return kept();
  return html`<p class="badge warn">${icon("air")}${t("diff.soundChanged")}</p>
    ${from.ingest.state === "ready" && to.ingest.state === "ready" ? players(id, from, to) : nothing}`;
}

/** What the newest version changes, or nothing when it is the first. */
export function diffView(id: string, diff: AnnouncementDiff): TemplateResult | typeof nothing {
  const { from, title, text } = diff;
  if (from === null) return nothing;
  return html`<section class="diff" aria-label=${t("diff.label")} data-testid="diff">
    <h3>${icon("repeat")}${from.state === "approved" ? t("diff.sinceApproved", { n: from.version }) : t("diff.sinceSubmitted", { n: from.version })}</h3>
    ${row(t("diff.title"), changed(title) ? words(title) : kept())}
    ${text.length === 0 ? nothing : row(t("diff.text"), changed(text) ? words(text) : kept())}
    ${row(t("diff.sound"), sound(id, from, diff))}
  </section>`;
}
