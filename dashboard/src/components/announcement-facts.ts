import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime, lengthText } from "../words/time-text.ts";
import { icon } from "./icon.ts";

/** Whether its time is over. */
export const expired = ({ expiresAt }: Pick<Announcement, "expiresAt">): boolean =>
  expiresAt !== undefined && expiresAt <= hubNow();

function until(announcement: Announcement): string {
  const { expiresAt } = announcement;
  if (expiresAt === undefined) return t("expiry.never");
  return t(expired(announcement) ? "expiry.over" : "expiry.until", { time: dayAndTime(expiresAt) });
}

/** Who made it, where it belongs, how long it is and until when it may sound. */
export function announcementFacts(announcement: Announcement): TemplateResult {
  const { createdBy, createdAt, durationMs, sourceName, areaId, source } = announcement;
  const facts = [
    [t("announcement.by"), `${createdBy.name}, ${dayAndTime(createdAt)}`],
    [t("announcement.area"), world.areas.get(areaId)?.name ?? areaId],
    [t("announcement.length"), durationMs === undefined ? "–" : lengthText(durationMs)],
    [
      t("announcement.source"),
      source === "upload" ? (sourceName ?? t("source.upload")) : t(`source.${source}`),
    ],
    [t("expiry.label"), until(announcement)],
  ];
  return html`<dl class="facts-grid">
    ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

/** What was written, and how it is read where that differs. */
export function spokenText({ speech }: Announcement): TemplateResult | typeof nothing {
  if (!speech) return nothing;
  const { text, spoken } = speech;
  return html`<details class="fold" open data-testid="spoken-text">
    <summary>${t("announcement.text")}</summary>
    <p class="read-text">${text}</p>
    ${spoken.trim() === text.trim() ? nothing : html`<p class="hint spoken">${icon("speaker")}<span>${t("announcement.spoken", { spoken })}</span></p>`}
  </details>`;
}
