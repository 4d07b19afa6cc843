import type { UnixMs } from "@loa/kernel/clock";
import type { AnnouncementItem } from "@loa/protocol/plan";
import { CHIME_MS } from "@loa/protocol/plan";
import type { AnnouncementRecord } from "../ports.ts";

/** What a schedule plays, ready for plans. */
export interface Programme {
  readonly items: readonly AnnouncementItem[];
  readonly announcements: readonly {
    readonly id: string;
    readonly title: string;
    readonly durationMs: number;
  }[];
  /** Chime and items. */
  readonly durationMs: number;
  readonly approvedBy: string;
  /** The first of its announcements' ends: an occurrence that is not over by then does not sound. Null: never. */
  readonly expiresAt: UnixMs | null;
}

/** Whether a start lies so that the whole programme sounds while its announcements hold. */
export function holds(
  { durationMs, expiresAt }: Pick<Programme, "durationMs" | "expiresAt">,
  startAt: UnixMs,
): boolean {
  return expiresAt === null || startAt + durationMs <= expiresAt;
}

/** The programme of announcements in order; null when one is missing, not approved or not ready: then nothing sounds. */
export function programmeOf(
  ids: readonly string[],
  records: readonly AnnouncementRecord[],
  chime: boolean,
): Programme | null {
  const byId = new Map(records.map((record) => [record.id, record]));
  const found = ids.map((id) => byId.get(id)).filter((record) => record !== undefined);
  const ready = found.filter(isReady);
  if (ready.length < ids.length || ready.length === 0) return null;
  return {
    items: ready.map(({ sha256, bytes, durationMs }) => ({
      kind: "announcement",
      sha256,
      bytes,
      durationMs,
      gainDb: 0,
    })),
    announcements: ready.map(({ id, title, durationMs }) => ({ id, title, durationMs })),
    durationMs: ready.reduce((sum, { durationMs }) => sum + durationMs, chime ? CHIME_MS : 0),
    approvedBy: ready[0]!.decidedBy?.id ?? "unknown",
    expiresAt: ready.reduce<UnixMs | null>((first, { expiresAt }) => earlier(first, expiresAt), null),
  };
}

const earlier = (a: UnixMs | null, b: UnixMs | null) =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

type Ready = AnnouncementRecord & { sha256: string; bytes: number; durationMs: number };

const isReady = (record: AnnouncementRecord): record is Ready =>
  record.state === "approved" &&
  record.sha256 !== null &&
  (record.bytes ?? 0) > 0 &&
  (record.durationMs ?? 0) > 0;
