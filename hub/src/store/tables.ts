import type { Role } from "@loa/protocol/http/session";
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
  envelopeProposals: {
    areaId: string;
    /** Null: the parent's is to hold. */
    envelopeJson: string | null;
    proposedById: string;
    proposedByName: string;
    proposedAt: number;
    confirmedById: string | null;
    confirmedByName: string | null;
    effectiveAt: number | null;
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
