import type { Announcement } from "@loa/protocol/http/announcements";
import type { Updateable } from "kysely";
import { plainText } from "../../core/plain-text.ts";
import type { AnnouncementRecord } from "../../ports.ts";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** What a new announcement consists of. */
export interface NewAnnouncement {
  readonly id: string;
  readonly title: string;
  readonly areaId: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly sourceName: string | null;
}

/** Result of ingest; null in all sound fields while there is none. */
export type SoundFields = Pick<
  Updateable<DeskTables["announcements"]>,
  | "ingestState"
  | "ingestCode"
  | "sourceLoudnessLufs"
  | "loudnessLufs"
  | "truePeakDb"
  | "sha256"
  | "bytes"
  | "durationMs"
>;

/** Who decided on an announcement's state, and how. */
export type StateFields = Pick<
  Updateable<DeskTables["announcements"]>,
  "state" | "decidedBy" | "decidedAt" | "reason"
>;

/** Filters of a page. `areaIds` bounds the scope; `before` is the id that the last page ended with. */
export interface AnnouncementPage {
  readonly areaIds: readonly string[];
  readonly state?: AnnouncementRecord["state"] | undefined;
  readonly q?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Rows of announcements. */
export const announcements = {
  async insert(database: Database, announcement: NewAnnouncement): Promise<void> {
    await database
      .insertInto("announcements")
      .values({
        ...announcement,
        createdAt: Math.round(announcement.createdAt),
        titlePlain: plainText(announcement.title),
        state: "draft",
        ingestState: "queued",
      })
      .execute();
  },

  async find(database: Database, id: string): Promise<Announcement | null> {
    const row = await selection(database).where("announcements.id", "=", id).executeTakeFirst();
    return row ? view(row) : null;
  },

  /** Newest first. */
  async page(database: Database, page: AnnouncementPage): Promise<Announcement[]> {
    let query = selection(database).where("announcements.areaId", "in", page.areaIds);
    if (page.state) query = query.where("announcements.state", "=", page.state);
    else query = query.where("announcements.state", "!=", "archived");
    if (page.q)
      query = query.where(({ eb, fn, val, ref }) =>
        eb(fn<number>("instr", [ref("announcements.titlePlain"), val(plainText(page.q ?? ""))]), ">", 0),
      );
    if (page.before) query = query.where("announcements.id", "<", page.before);
    return (await query.orderBy("announcements.id", "desc").limit(page.limit).execute()).map(view);
  },

  async records(database: Database, ids: readonly string[]): Promise<AnnouncementRecord[]> {
    if (ids.length === 0) return [];
    const rows = await selection(database).where("announcements.id", "in", ids).execute();
    return rows.map((row) => ({
      id: row.id,
      title: row.title,
      areaId: row.areaId,
      state: row.state,
      sha256: row.sha256,
      bytes: row.bytes,
      durationMs: row.durationMs,
      decidedBy:
        row.decidedBy === null ? null : { id: row.decidedBy, name: row.decidedName ?? row.decidedBy },
    }));
  },

  async rename(database: Database, id: string, title: string): Promise<void> {
    await database
      .updateTable("announcements")
      .set({ title, titlePlain: plainText(title) })
      .where("id", "=", id)
      .execute();
  },

  /** Moves on from one of the states `from`; false when it is in none of them. */
  async move(
    database: Database,
    id: string,
    from: readonly AnnouncementRecord["state"][],
    to: StateFields,
  ): Promise<boolean> {
    const { numUpdatedRows } = await database
      .updateTable("announcements")
      .set(to)
      .where("id", "=", id)
      .where("state", "in", from)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },

  async setSound(database: Database, id: string, fields: SoundFields, peaks?: object): Promise<void> {
    await database.transaction().execute(async (transaction) => {
      await transaction.updateTable("announcements").set(fields).where("id", "=", id).execute();
      if (!peaks) return;
      const row = { announcementId: id, peaksJson: JSON.stringify(peaks) };
      await transaction.replaceInto("announcementPeaks").values(row).execute();
    });
  },

  /** JSON text of `{stepMs, peaks}`, null before ingest is ready. */
  async peaksJson(database: Database, id: string): Promise<string | null> {
    const row = await database
      .selectFrom("announcementPeaks")
      .select("peaksJson")
      .where("announcementId", "=", id)
      .executeTakeFirst();
    return row?.peaksJson ?? null;
  },

  /** Ids whose upload was not worked through, oldest first. */
  async unfinished(database: Database): Promise<string[]> {
    const rows = await database
      .selectFrom("announcements")
      .select("id")
      .where("ingestState", "in", ["queued", "processing"])
      .orderBy("id")
      .execute();
    return rows.map((row) => row.id);
  },
};

function selection(database: Database) {
  return database
    .selectFrom("announcements")
    .innerJoin("users as author", "author.id", "announcements.createdBy")
    .leftJoin("users as decider", "decider.id", "announcements.decidedBy")
    .selectAll("announcements")
    .select(["author.name as authorName", "decider.name as decidedName"]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selection>["execute"]>>[number];

function view(row: Row): Announcement {
  return {
    id: row.id,
    title: row.title,
    areaId: row.areaId,
    state: row.state,
    version: 1,
    source: "upload",
    findings: [],
    ingest: {
      state: row.ingestState,
      progress: row.ingestState === "ready" ? 1 : 0,
      ...(row.ingestCode !== null && { code: row.ingestCode }),
    },
    ...present("durationMs", row.durationMs),
    ...present("loudnessLufs", row.loudnessLufs),
    ...present("truePeakDb", row.truePeakDb),
    ...present("sourceLoudnessLufs", row.sourceLoudnessLufs),
    ...present("sourceName", row.sourceName),
    ...present("sha256", row.sha256),
    ...present("bytes", row.bytes),
    createdBy: { id: row.createdBy, name: row.authorName },
    createdAt: row.createdAt,
    ...(row.decidedBy !== null && {
      decidedBy: { id: row.decidedBy, name: row.decidedName ?? row.decidedBy },
    }),
    ...present("decidedAt", row.decidedAt),
    ...present("reason", row.reason),
  };
}

function present<Key extends string, Value>(key: Key, value: Value | null): { [K in Key]?: Value } {
  return value === null ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
