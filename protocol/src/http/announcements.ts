import { type Static, Type } from "typebox";
import { AreaId, Id, Instant, Sha256 } from "../identity.ts";
import { Next, PageQuery } from "./problem.ts";

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

/** A stored announcement. Sound fields are there once ingest is ready. */
export const Announcement = Type.Object({
  id: Id,
  title: Type.String(),
  areaId: AreaId,
  state: AnnouncementState,
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
  q: Type.Optional(Type.String({ maxLength: 100, description: "part of the title; accents do not matter" })),
});
export const AnnouncementList = Type.Object({ items: Type.Array(Announcement), next: Next });

/** `PATCH /announcements/:id`. */
export const PatchAnnouncement = Type.Object({ title: Type.String({ minLength: 1, maxLength: 200 }) });

/** `POST /announcements/:id/reject`. */
export const RejectAnnouncement = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 1_000 }) });

/** `GET /announcements/:id/peaks`: highest absolute sample per step, 0..1. */
export const Peaks = Type.Object({
  stepMs: Type.Number(),
  peaks: Type.Array(Type.Number({ minimum: 0, maximum: 1 })),
});
export type Peaks = Static<typeof Peaks>;
