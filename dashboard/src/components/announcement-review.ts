import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { api } from "../data/api.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import type { ReviewStep } from "../words/verdict.ts";
import { askReason, confirmed } from "./confirm.ts";
import { icon } from "./icon.ts";
import { say, sayError } from "./toast.ts";

async function take(id: string, verb: string, done: string, body?: unknown): Promise<void> {
  try {
    await api.post(`/announcements/${id}/${verb}`, body);
    world.announcements.merge([await api.get<Announcement>(`/announcements/${id}`)]);
    say(done);
  } catch (thrown) {
    sayError(thrown);
  }
}

async function reject({ id, title }: Announcement): Promise<void> {
  const reason = await askReason({
    title: t("review.rejectTitle", { title }),
    facts: [t("review.rejectFact")],
    reason: t("review.reason"),
    yes: t("review.reject"),
  });
  if (reason !== null) await take(id, "reject", t("review.rejected"), { reason });
}

async function archive({ id, title }: Announcement): Promise<void> {
  const yes = await confirmed({
    title: t("review.archiveTitle", { title }),
    facts: [t("review.archiveFact")],
    yes: t("review.archive"),
  });
  if (!yes) return;
  try {
    await api.delete(`/announcements/${id}`);
    world.announcements.merge([await api.get<Announcement>(`/announcements/${id}`)]);
    say(t("review.archived"));
  } catch (thrown) {
    sayError(thrown);
  }
}

function decision(
  { decidedBy, decidedAt, reason }: Announcement,
  key: "approvedBy" | "rejectedBy",
): TemplateResult {
  const good = key === "approvedBy";
  return html`<div class="notice ${good ? "ok" : "bad"}">
    ${icon(good ? "check" : "error")}
    <div>
      <strong
        >${t(`review.${key}`, { name: decidedBy?.name ?? "", time: decidedAt === undefined ? "" : dayAndTime(decidedAt) })}</strong
      >
      ${reason ?? (good ? t("review.approvedHint") : "")}
    </div>
  </div>`;
}

const note = (text: string): TemplateResult =>
  html`<div class="notice">${icon("info")}<div>${text}</div></div>`;

const archiveButton = (announcement: Announcement): TemplateResult | typeof nothing =>
  may("author")
    ? html`<button class="button quiet" data-testid="archive" @click=${() => void archive(announcement)}>
        ${icon("storage")}${t("review.archive")}
      </button>`
    : nothing;

function steps(announcement: Announcement, step: ReviewStep): TemplateResult | typeof nothing {
  const { id } = announcement;
  switch (step) {
    case "submit":
      return may("author")
        ? html`<button class="button primary" data-testid="submit" @click=${() => void take(id, "submit", t("review.submitted"))}>
            ${t("review.submit")}${icon("right")}
          </button>`
        : nothing;
    case "decide":
      return html`<button class="button primary" data-testid="approve" @click=${() => void take(id, "approve", t("review.approved"))}>
          ${icon("check")}${t("review.approve")}
        </button>
        <button class="button" data-testid="reject" @click=${() => void reject(announcement)}>${icon("close")}${t("review.reject")}</button>`;
    case "approved":
      return may("schedule")
        ? html`<a class="button primary" href="/schedules/new?announcement=${id}">${icon("calendar")}${t("review.schedule")}</a>`
        : nothing;
    default:
      return nothing;
  }
}

/** Where the announcement stands on its way to the air, and what this user may do about it. */
export function reviewPanel(announcement: Announcement, step: ReviewStep): TemplateResult {
  const { state } = announcement;
  return html`<section class="review" aria-label=${t("review.label")}>
    ${state === "approved" ? decision(announcement, "approvedBy") : nothing}
    ${state === "rejected" ? decision(announcement, "rejectedBy") : nothing}
    ${step === "ownWork" ? note(t("review.ownWork")) : nothing}
    ${step === "inReview" ? note(t("review.inReview")) : nothing}
    ${step === "submit" ? note(t("review.submitHint")) : nothing}
    <div class="buttons">
      ${steps(announcement, step)} ${state === "archived" ? nothing : archiveButton(announcement)}
    </div>
  </section>`;
}
