import type { AnnouncementSource } from "@loa/protocol/http/announcements";
import type { Role } from "@loa/protocol/http/session";
import type { Template } from "@loa/protocol/http/templates";
import type { Generated } from "kysely";
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
  /** Wider hours that wait for an area; `confirmedById` and `effectiveAt` are null until a second person confirmed. */
  envelopeProposals: {
    areaId: string;
    envelopeJson: string | null;
    proposedById: string;
    proposedByName: string;
    proposedAt: number;
    confirmedById: Generated<string | null>;
    confirmedByName: Generated<string | null>;
    effectiveAt: Generated<number | null>;
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
    /** Null while it is in service. */
    retiredAt: Generated<number | null>;
  };
  /** Ids that are never given again. `underId`: the area it went up in, or the one it lay in; whose people may read its history. */
  goneAreas: { id: string; underId: string | null; at: number };
  history: {
    sequence: Generated<number>;
    thing: "area" | "station";
    thingId: string;
    at: number;
    byId: string;
    byName: string;
    kind: string;
    before: string | null;
    after: string | null;
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
    /** The second factor's secret, sealed; null without one. */
    totpSealed: Generated<string | null>;
    /** A secret that its owner has not confirmed yet. */
    totpOfferSealed: Generated<string | null>;
    /** The last 30 s step whose digits were used. */
    totpStep: Generated<number>;
  };
  recoveryCodes: { userId: string; hash: string };
  tokens: {
    id: string;
    userId: string;
    name: string;
    hash: string;
    createdAt: number;
    usedAt: number | null;
    expiresAt: number | null;
  };
  /** `username` where the key is about one account. */
  loginFailures: {
    key: string;
    username: string | null;
    count: number;
    lastAt: number;
    lockedUntil: number;
  };
  sessions: { tokenHash: string; userId: string; createdAt: number; usedAt: number };
  announcements: {
    /** Rises with every new announcement; row of the search index. */
    number: Generated<number>;
    id: string;
    areaId: string;
    /** `archived`, else that of the newest version. */
    state: AnnouncementRecord["state"];
    /** That of the newest version. */
    source: AnnouncementSource;
    /** The newest one that was not dropped. */
    version: number;
    approvedVersion: number | null;
    expiresAt: number | null;
    templateId: string | null;
    templateName: string | null;
  };
  announcementVersions: {
    announcementId: string;
    version: number;
    /** `archived`: dropped. */
    state: AnnouncementRecord["state"];
    source: AnnouncementSource;
    title: string;
    createdBy: string;
    createdAt: number;
    decidedBy: string | null;
    decidedAt: number | null;
    reason: string | null;
    sourceName: string | null;
    trimStartMs: number | null;
    trimEndMs: number | null;
    voice: string | null;
    language: string | null;
    speed: number | null;
    pauseMs: number | null;
    ingestState: "queued" | "processing" | "ready" | "failed";
    ingestCode: string | null;
    sourceLoudnessLufs: number | null;
    loudnessLufs: number | null;
    truePeakDb: number | null;
    sha256: string | null;
    bytes: number | null;
    durationMs: number | null;
    findingsJson: Generated<string>;
    /** User and Idempotency-Key of the request that made it. */
    requestKey: string | null;
    text: string | null;
    spoken: string | null;
  };
  announcementPeaks: { announcementId: string; version: number; peaksJson: string };
  /** Full-text index over the newest versions. */
  announcementWords: { rowid: number; announcementWords: string };
  announcementTemplates: {
    id: string;
    areaId: string;
    category: Template["category"];
    name: string;
    title: string;
    text: string;
    fieldsJson: string;
    createdAt: number;
    updatedAt: number;
  };
  targetGroups: { id: string; name: string; areaId: string; targetsJson: string; updatedAt: number };
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
    /** Null of a request that was still being worked on when a hub of an earlier release ended. */
    status: number | null;
    body: string | null;
    createdAt: number;
  };
}
