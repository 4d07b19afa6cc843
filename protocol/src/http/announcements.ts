import { type Static, Type } from "typebox";
import { AreaId, Id, Instant, Sha256 } from "../identity.ts";
import { Next, PageQuery } from "./problem.ts";
import { SpeechSettings, SpeechText } from "./speech.ts";

/** draft → submitted → approved | rejected → archived. */
export const ANNOUNCEMENT_STATES = ["draft", "submitted", "approved", "rejected", "archived"] as const;
export const AnnouncementState = Type.Enum([...ANNOUNCEMENT_STATES]);
export type AnnouncementState = Static<typeof AnnouncementState>;

/** How far the work on the uploaded file is. */
export const Ingest = Type.Object({
  state: Type.Enum(["queued", "processing", "ready", "failed"]),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  code: Type.Optional(Type.String({ description: "why it failed; docs/errors.md" })),
});
export type Ingest = Static<typeof Ingest>;

/** Where the sound came from. */
export const ANNOUNCEMENT_SOURCES = ["upload", "recording", "speech"] as const;
export const AnnouncementSource = Type.Enum([...ANNOUNCEMENT_SOURCES]);
export type AnnouncementSource = Static<typeof AnnouncementSource>;

/** What listeners would notice, and what its author can mend. Levels in dB of full scale, loudness in LUFS, of the source. */
export const SoundFinding = Type.Object({
  code: Type.Enum([
    "SILENCE_AT_START",
    "SILENCE_AT_END",
    "SILENCE_INSIDE",
    "CLIPPED",
    "VERY_QUIET",
    "VERY_LOUD",
    "NOISY",
  ]),
  fromMs: Type.Optional(Type.Number()),
  toMs: Type.Optional(Type.Number()),
  value: Type.Optional(Type.Number({ description: "ms of silence, clipped stretches, LUFS or dB of noise" })),
});
export type SoundFinding = Static<typeof SoundFinding>;

/** The text that was spoken, and how. */
export const SpokenText = Type.Object({
  text: SpeechText,
  spoken: Type.String({ description: "as it was read to the voice" }),
  ...SpeechSettings.properties,
});
export type SpokenText = Static<typeof SpokenText>;

/**
 * A stored announcement, in its newest version. Sound fields are there once ingest is ready. Stations play `approvedVersion`, whatever
 * newer version is being worked on.
 */
export const Announcement = Type.Object({
  id: Id,
  title: Type.String(),
  areaId: AreaId,
  state: AnnouncementState,
  version: Type.Integer({ minimum: 1, description: "rises with every new sound or text" }),
  approvedVersion: Type.Optional(
    Type.Integer({ description: "what stations play; absent before the first approval" }),
  ),
  source: AnnouncementSource,
  speech: Type.Optional(SpokenText),
  expiresAt: Type.Optional(Type.Union([Instant], { description: "never sounds after this" })),
  templateId: Type.Optional(Id),
  findings: Type.Array(SoundFinding),
  ingest: Ingest,
  durationMs: Type.Optional(Type.Number()),
  loudnessLufs: Type.Optional(Type.Number({ description: "of the normalised asset, EBU R128 integrated" })),
  truePeakDb: Type.Optional(Type.Number()),
  sourceLoudnessLufs: Type.Optional(Type.Number({ description: "of the upload" })),
  sourceName: Type.Optional(Type.String({ description: "file name of the upload" })),
  sha256: Type.Optional(Sha256),
  bytes: Type.Optional(Type.Integer()),
  createdBy: Type.Object({ id: Id, name: Type.String() }),
  createdAt: Instant,
  decidedBy: Type.Optional(Type.Object({ id: Id, name: Type.String() })),
  decidedAt: Type.Optional(Instant),
  reason: Type.Optional(Type.String({ description: "why it was rejected" })),
});
export type Announcement = Static<typeof Announcement>;

/** `GET /announcements`. */
export const AnnouncementQuery = Type.Object({
  ...PageQuery,
  state: Type.Optional(AnnouncementState),
  q: Type.Optional(
    Type.String({ maxLength: 100, description: "words of title or text; accents and order do not matter" }),
  ),
  source: Type.Optional(AnnouncementSource),
  areaId: Type.Optional(Type.Union([AreaId], { description: "of this area and all below it" })),
  expired: Type.Optional(
    Type.Boolean({ description: "true: only what is past its `expiresAt`, which is left out else" }),
  ),
});
export const AnnouncementList = Type.Object({ items: Type.Array(Announcement), next: Next });

/**
 * `POST /announcements` as JSON: a text to speak. (As multipart: `title`, `audio`, `source?`: upload or recording, `areaId?`,
 * `expiresAt?`; `trimStartMs?` and `trimEndMs?` are positions in the upload: what lies between them is kept.)
 */
export const CreateSpokenAnnouncement = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 200 }),
  text: SpeechText,
  ...SpeechSettings.properties,
  areaId: Type.Optional(AreaId),
  expiresAt: Type.Optional(Instant),
  templateId: Type.Optional(Type.Union([Id], { description: "the template that the text was made from" })),
});
export type CreateSpokenAnnouncement = Static<typeof CreateSpokenAnnouncement>;

/** `PATCH /announcements/:id`: its title while it is a draft or rejected; `expiresAt` always, null: never. */
export const PatchAnnouncement = Type.Object({
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  expiresAt: Type.Optional(Type.Union([Instant, Type.Null()])),
});
export type PatchAnnouncement = Static<typeof PatchAnnouncement>;

/**
 * `POST /announcements/:id/revisions` as JSON: the next version, a draft. Without `text` it keeps the sound. (As multipart: `audio`,
 * `title?`, `source?`, `trimStartMs?`, `trimEndMs?`.) What stations play stays as it is until the new version is approved.
 */
export const ReviseAnnouncement = Type.Object({
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  text: Type.Optional(SpeechText),
  ...SpeechSettings.properties,
});
export type ReviseAnnouncement = Static<typeof ReviseAnnouncement>;

/** A version of an announcement, as it was decided on. */
export const AnnouncementVersion = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  title: Type.String(),
  state: AnnouncementState,
  source: AnnouncementSource,
  speech: Type.Optional(SpokenText),
  ingest: Ingest,
  durationMs: Type.Optional(Type.Number()),
  loudnessLufs: Type.Optional(Type.Number()),
  sha256: Type.Optional(Sha256),
  createdBy: Type.Object({ id: Id, name: Type.String() }),
  createdAt: Instant,
  decidedBy: Type.Optional(Type.Object({ id: Id, name: Type.String() })),
  decidedAt: Type.Optional(Instant),
  reason: Type.Optional(Type.String()),
});
export type AnnouncementVersion = Static<typeof AnnouncementVersion>;

/** `GET /announcements/:id/versions`, newest first; those that were dropped are archived. */
export const AnnouncementVersions = Type.Object({
  items: Type.Array(AnnouncementVersion),
  next: Type.Null(),
});

/** A stretch of text: in both, only in the new one, or only in the old one. */
export const TextChange = Type.Object({
  change: Type.Enum(["same", "added", "removed"]),
  text: Type.String(),
});
export type TextChange = Static<typeof TextChange>;

/** `GET /announcements/:id/diff`: the newest version against the last approved one, else against the last submitted one. */
export const AnnouncementDiff = Type.Object({
  from: Type.Union([AnnouncementVersion, Type.Null()], { description: "null: there was nothing before" }),
  to: AnnouncementVersion,
  soundChanged: Type.Boolean(),
  title: Type.Array(TextChange),
  text: Type.Array(TextChange),
});
export type AnnouncementDiff = Static<typeof AnnouncementDiff>;

/** `POST /announcements/:id/reject`. */
export const RejectAnnouncement = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 1_000 }) });

/** `GET /announcements/:id/peaks`: highest absolute sample per step, 0..1. */
export const Peaks = Type.Object({
  stepMs: Type.Number(),
  peaks: Type.Array(Type.Number({ minimum: 0, maximum: 1 })),
});
export type Peaks = Static<typeof Peaks>;
