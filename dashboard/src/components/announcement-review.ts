import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { desk } from "../data/announcement-desk.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import type { ReviewStep } from "../words/verdict.ts";
import { icon } from "./icon.ts";
import type { RejectSheet } from "./reject-sheet.ts";
import type { SubmitSheet } from "./submit-sheet.ts";
import { offerUndo, say, sayError } from "./toast.ts";

async function attempt(deed: () => Promise<unknown>, done?: string): Promise<void> {
  try {
    await deed();
    if (done !== undefined) say(done);
  } catch (thrown) {
    sayError(thrown);
  }
}

const approve = ({ id, version }: Announcement) =>
  attempt(() => desk.approve(id, version), t("review.approved"));

/** A first version has nothing to compare with; of a later one its changes are shown before it is handed in. */
function submit(announcement: Announcement): Promise<void> {
  if (announcement.version === 1) return attempt(() => desk.submit(announcement.id), t("review.submitted"));
  return attempt(async () => {
    const [diff] = await Promise.all([desk.diff(announcement.id), import("./submit-sheet.ts")]);
    document.querySelector<SubmitSheet>("loa-submit-sheet")?.open(announcement, diff);
  });
}

const reject = (announcement: Announcement) =>
  attempt(async () => {
    await import("./reject-sheet.ts");
    document.querySelector<RejectSheet>("loa-reject-sheet")?.open(announcement);
  });

/** Goes at once; for some seconds it can be taken back. */
export const archive = ({ id, title }: Announcement) =>
  attempt(async () => {
    await desk.archive(id);
    offerUndo(t("review.archived", { title }), async () => {
      await desk.restore(id);
    });
  });

const restore = ({ id }: Announcement) => attempt(() => desk.restore(id), t("review.restored"));

function decision(
  { decidedBy, decidedAt, reason }: Announcement,
  key: "approvedBy" | "rejectedBy",
): TemplateResult {
  const good = key === "approvedBy";
  const facts = { name: decidedBy?.name ?? "", time: decidedAt === undefined ? "" : dayAndTime(decidedAt) };
  return html`<div class="notice ${good ? "ok" : "bad"}" data-testid="decision">
    ${icon(good ? "check" : "error")}
    <div>
      <strong>${t(`review.${key}`, facts)}</strong>
      ${reason ?? (good ? t("review.approvedHint") : "")}
    </div>
  </div>`;
}

const note = (text: string): TemplateResult =>
  html`<div class="notice">${icon("info")}<div>${text}</div></div>`;

function steps(announcement: Announcement, step: ReviewStep): TemplateResult | typeof nothing {
  const { id } = announcement;
  switch (step) {
    case "submit":
      return may("author")
        ? html`<button class="button primary" data-testid="submit" @click=${() => void submit(announcement)}>
            ${t("review.submit")}${icon("right")}
          </button>`
        : nothing;
    case "decide":
      return html`<button class="button primary" data-testid="approve" @click=${() => void approve(announcement)}>
          ${icon("check")}${t("review.approve")}
        </button>
        <button class="button" data-testid="reject" @click=${() => void reject(announcement)}>${icon("close")}${t("review.reject")}</button>`;
    case "approved":
      return may("schedule")
        ? html`<a class="button primary" href="/schedules/new?announcement=${id}">${icon("calendar")}${t("review.schedule")}</a>`
        : nothing;
    case "archived":
      return may("author")
        ? html`<button class="button primary" data-testid="restore" @click=${() => void restore(announcement)}>${icon("repeat")}${t("review.restore")}</button>`
        : nothing;
    default:
      return nothing;
  }
}

/** Stations go on playing what was approved, whatever is being worked on. */
function playedMeanwhile({ approvedVersion, version, state }: Announcement): TemplateResult | typeof nothing {
  if (approvedVersion === undefined || approvedVersion === version || state === "archived") return nothing;
  return note(t("review.meanwhile", { n: approvedVersion }));
}

/** Where the announcement stands on its way to the air, and what this user may do about it. `diff`: what an approver decides on. */
export function reviewPanel(
  announcement: Announcement,
  step: ReviewStep,
  diff: TemplateResult | typeof nothing,
): TemplateResult {
  const { state } = announcement;
  const revise = may("author") && (state === "approved" || state === "rejected" || step === "failed");
  return html`<section class="review" aria-label=${t("review.label")}>
    ${state === "approved" ? decision(announcement, "approvedBy") : nothing}
    ${state === "rejected" ? decision(announcement, "rejectedBy") : nothing}
    ${step === "ownWork" ? note(t("review.ownWork")) : nothing}
    ${step === "inReview" ? note(t("review.inReview")) : nothing}
    ${step === "submit" ? note(t("review.submitHint")) : nothing}
    ${state === "archived" ? note(t("review.archivedHint")) : nothing} ${playedMeanwhile(announcement)} ${diff}
    <div class="buttons">
      ${steps(announcement, step)}
      ${revise ? html`<a class="button" data-testid="revise" href=${reviseAddress(announcement)}>${icon("edit")}${t("review.revise")}</a>` : nothing}
    </div>
  </section>`;
}

/** Where its next version is made, in the way in which it was made. */
export function reviseAddress({ id, source }: Announcement): string {
  const way = { speech: "text", recording: "record", upload: "upload" }[source];
  return `/announcements/new?way=${way}&revise=${encodeURIComponent(id)}`;
}
