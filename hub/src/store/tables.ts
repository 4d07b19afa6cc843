import type { Role } from "@loa/protocol/http/session";
import type { AnnouncementRecord } from "../ports.ts";

/** Instants are Unix milliseconds (integers), `_json` columns hold JSON text, flags are 0 or 1. */
export interface DeskTables {
  areas: {
    id: string;
    name: string;
    parentId: string | null;
    timeZone: string;
    envelopeJson: string | null;
    revision: number;
  };
  stations: {
    id: string;
    name: string;
    areaId: string;
    zonesJson: string;
    maintenance: 0 | 1;
    lat: number | null;
    lon: number | null;
    createdAt: number;
  };
  users: {
    id: string;
    username: string;
    name: string;
    role: Role;
    areaId: string;
    passwordHash: string;
    demo: 0 | 1;
    disabled: 0 | 1;
    createdAt: number;
  };
  sessions: { tokenHash: string; userId: string; createdAt: number; usedAt: number };
  announcements: {
    id: string;
    title: string;
    /** Title in lower case without accents, for searching. */
    titlePlain: string;
    areaId: string;
    state: AnnouncementRecord["state"];
    createdBy: string;
    createdAt: number;
    sourceName: string | null;
    ingestState: "queued" | "processing" | "ready" | "failed";
    ingestCode: string | null;
    sourceLoudnessLufs: number | null;
    loudnessLufs: number | null;
    truePeakDb: number | null;
    sha256: string | null;
    bytes: number | null;
    durationMs: number | null;
    decidedBy: string | null;
    decidedAt: number | null;
    reason: string | null;
  };
  announcementPeaks: { announcementId: string; peaksJson: string };
  /** `key` is `written` as it is compared: lower case, composed. */
  lexicon: { areaId: string; key: string; written: string; spoken: string; position: number };
  audit: {
    sequence: number;
    at: number;
    actor: string;
    action: string;
    subject: string;
    detailJson: string;
    previousHash: string;
    hash: string;
  };
  idempotency: {
    scope: string;
    key: string;
    fingerprint: string;
    /** Null while the first request is still being worked on. */
    status: number | null;
    body: string | null;
    createdAt: number;
  };
}
