import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { t } from "../locales/translate.ts";
import { archive, reviseAddress } from "./announcement-review.ts";
import type { ExpirySheet } from "./expiry-sheet.ts";
import { type IconName, icon } from "./icon.ts";
import type { RenameSheet } from "./rename-sheet.ts";
import type { TemplateEditor } from "./template-editor.ts";

async function expiry(announcement: Announcement): Promise<void> {
  await import("./expiry-sheet.ts");
  document.querySelector<ExpirySheet>("loa-expiry-sheet")?.open(announcement);
}

async function rename(announcement: Announcement): Promise<void> {
  await import("./rename-sheet.ts");
  document.querySelector<RenameSheet>("loa-rename-sheet")?.open(announcement);
}

async function template({ title, speech }: Announcement): Promise<void> {
  const { blankTemplate } = await import("./template-editor.ts");
  await import("../styles/templates.css");
  document.querySelector<TemplateEditor>("loa-template-editor")?.open(blankTemplate(title, speech?.text));
}

/** Closes the menu that a pressed item stands in. */
function within(deed: () => unknown): (event: Event) => void {
  return (event) => {
    (event.currentTarget as HTMLElement).closest("details")?.removeAttribute("open");
    void deed();
  };
}

/** What is rarely done to an announcement. */
export function announcementMenu(announcement: Announcement): TemplateResult | typeof nothing {
  if (!may("author") || announcement.state === "archived") return nothing;
  const { speech } = announcement;
  const item = (drawing: IconName, text: string, id: string, deed: () => unknown) =>
    html`<button class="menu-item" data-testid=${id} @click=${within(deed)}>${icon(drawing)}${text}</button>`;
  return html`<details class="menu" @focusout=${closeWhenLeft}>
    <summary class="button quiet icon-only" aria-label=${t("announcement.more")} data-testid="more">${icon("more")}</summary>
    <div class="menu-list">
      ${item("edit", t("announcement.rename"), "rename", () => rename(announcement))}
      <a class="menu-item" data-testid="menu-revise" href=${reviseAddress(announcement)}>${icon("repeat")}${t("review.revise")}</a>
      ${item("clock", t("expiry.menu"), "expiry", () => expiry(announcement))}
      ${speech ? item("template", t("template.fromThis"), "save-template", () => template(announcement)) : nothing}
      ${item("storage", t("review.archive"), "archive", () => archive(announcement))}
    </div>
  </details>`;
}

function closeWhenLeft(event: FocusEvent): void {
  const menu = event.currentTarget as HTMLElement;
  if (!menu.contains(event.relatedTarget as Node | null)) menu.removeAttribute("open");
}
