import type { Announcement } from "@loa/protocol/http/announcements";

/** What the loudness of an upload means to people; thresholds in LUFS of the upload (EBU R128 integrated). */
export type LoudnessVerdict = "veryQuiet" | "quiet" | "good" | "loud" | "unknown";

/** Speech recorded close to a microphone lies around −24 to −14 LUFS. */
const VERY_QUIET_LUFS = -38;
const QUIET_LUFS = -29;
const LOUD_LUFS = -9;

/** Judges the recording as it was uploaded; the stored asset is always normalised. */
export function loudnessVerdict(announcement: Pick<Announcement, "sourceLoudnessLufs">): LoudnessVerdict {
  const lufs = announcement.sourceLoudnessLufs;
  if (lufs === undefined) return "unknown";
  if (lufs < VERY_QUIET_LUFS) return "veryQuiet";
  if (lufs < QUIET_LUFS) return "quiet";
  return lufs > LOUD_LUFS ? "loud" : "good";
}

/** What one may do next with an announcement, and why not. */
export type ReviewStep =
  | "wait"
  | "failed"
  | "submit"
  | "decide"
  | "ownWork"
  | "approved"
  | "rejected"
  | "archived"
  | "inReview";

/** The next step of an announcement for this user. The approver is another person than the author. */
export function reviewStep(
  announcement: Pick<Announcement, "state" | "ingest" | "createdBy">,
  userId: string,
  mayApprove: boolean,
): ReviewStep {
  const { state, ingest } = announcement;
  if (state === "approved" || state === "archived") return state;
  if (ingest.state === "failed") return "failed";
  if (ingest.state !== "ready") return "wait";
  if (state === "rejected") return "rejected";
  if (state === "draft") return "submit";
  if (!mayApprove) return "inReview";
  return announcement.createdBy.id === userId ? "ownWork" : "decide";
}
