import type { Announcement, AnnouncementVersion } from "@loa/protocol/http/announcements";
import type { Insertable, Selectable, Updateable } from "kysely";
import type { AnnouncementRecord } from "../../ports.ts";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";
import { newest, versions, versionView, view } from "./announcement-views.ts";

type State = AnnouncementRecord["state"];
type Row = Selectable<DeskTables["announcementVersions"]>;

/** What a new announcement consists of, beside its first version. */
export type NewAnnouncement = Pick<
  Insertable<DeskTables["announcements"]>,
  "id" | "areaId" | "expiresAt" | "templateId" | "templateName"
>;

/** What a new version consists of. Where `sha256` is given its sound is there already. */
export type NewVersion = Partial<Omit<Row, "announcementId" | "version" | "state">> &
  Pick<Row, "title" | "source" | "createdBy" | "createdAt" | "ingestState">;

/** Result of speaking and ingest; null in all sound fields while there is none. */
export type SoundFields = Pick<
  Updateable<DeskTables["announcementVersions"]>,
  | "ingestState"
  | "ingestCode"
  | "sourceLoudnessLufs"
  | "loudnessLufs"
  | "truePeakDb"
  | "sha256"
  | "bytes"
  | "durationMs"
  | "findingsJson"
  | "spoken"
  | "voice"
  | "language"
  | "speed"
  | "pauseMs"
>;

/** Who decided on a version's state, and how. */
export type StateFields = Pick<
  Updateable<DeskTables["announcementVersions"]>,
  "decidedBy" | "decidedAt" | "reason"
> & { state: State };

/** One version of one announcement. */
export interface VersionKey {
  readonly id: string;
  readonly version: number;
}

/** Rows of announcements and their versions. */
export const announcements = {
  async insert(database: Database, announcement: NewAnnouncement, first: NewVersion): Promise<void> {
    const { source } = first;
    await database
      .insertInto("announcements")
      .values({ ...announcement, state: "draft", source, version: 1, approvedVersion: null })
      .execute();
    await insertVersion(database, { id: announcement.id, version: 1 }, first);
  },

  /** Adds the next version, a draft, and makes it the newest. */
  async revise(database: Database, id: string, next: NewVersion): Promise<number> {
    const { last } = await database
      .selectFrom("announcementVersions")
      .select(({ fn }) => fn.max("version").as("last"))
      .where("announcementId", "=", id)
      .executeTakeFirstOrThrow();
    const version = last + 1;
    await insertVersion(database, { id, version }, next);
    await set(database, id, { version, state: "draft", source: next.source });
    return version;
  },

  async find(database: Database, id: string): Promise<Announcement | null> {
    const row = await newest(database).where("announcements.id", "=", id).executeTakeFirst();
    return row ? view(row) : null;
  },

  /** Newest first. */
  async versions(database: Database, id: string): Promise<AnnouncementVersion[]> {
    const rows = await versions(database)
      .where("v.announcementId", "=", id)
      .orderBy("v.version", "desc")
      .execute();
    return rows.map(versionView);
  },

  async version(database: Database, { id, version }: VersionKey): Promise<Row | undefined> {
    return database
      .selectFrom("announcementVersions")
      .selectAll()
      .where("announcementId", "=", id)
      .where("version", "=", version)
      .executeTakeFirst();
  },

  async areaOf(database: Database, id: string): Promise<string> {
    const row = await database
      .selectFrom("announcements")
      .select("areaId")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    return row.areaId;
  },

  /** What stations may play of each: the approved version; else the newest, which is not approved. */
  async records(database: Database, ids: readonly string[]): Promise<AnnouncementRecord[]> {
    if (ids.length === 0) return [];
    const rows = await versions(database)
      .innerJoin("announcements", (join) =>
        join
          .onRef("announcements.id", "=", "v.announcementId")
          .on(({ eb, fn }) =>
            eb("v.version", "=", fn.coalesce("announcements.approvedVersion", "announcements.version")),
          ),
      )
      .select(["announcements.id", "announcements.areaId", "announcements.expiresAt"])
      .select(["announcements.state as state", "announcements.approvedVersion"])
      .where("announcements.id", "in", ids)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      title: row.title,
      areaId: row.areaId,
      state: row.state === "archived" || row.approvedVersion === null ? row.state : "approved",
      sha256: row.sha256,
      bytes: row.bytes,
      durationMs: row.durationMs,
      expiresAt: row.expiresAt,
      createdBy: row.createdBy,
      decidedBy:
        row.decidedBy === null ? null : { id: row.decidedBy, name: row.decidedName ?? row.decidedBy },
    }));
  },

  /** The announcement that a request made since `oldest`; null when it made none. */
  async ofRequest(database: Database, requestKey: string, oldest: number): Promise<string | null> {
    const row = await database
      .selectFrom("announcementVersions")
      .select("announcementId")
      .where("requestKey", "=", requestKey)
      .where("createdAt", ">=", oldest)
      .executeTakeFirst();
    return row?.announcementId ?? null;
  },

  async rename(database: Database, key: VersionKey, title: string): Promise<void> {
    await setVersion(database, key, { title });
  },

  async expire(database: Database, id: string, expiresAt: number | null): Promise<void> {
    await set(database, id, { expiresAt });
  },

  /** Moves the newest version on from one of the states `from`; false when it is another one or in none of them. */
  async move(
    database: Database,
    { id, version }: VersionKey,
    from: readonly State[],
    to: StateFields,
  ): Promise<boolean> {
    const approved = to.state === "approved" ? { approvedVersion: version } : {};
    const { numUpdatedRows } = await database
      .updateTable("announcements")
      .set({ state: to.state, ...approved })
      .where("id", "=", id)
      .where("version", "=", version)
      .where("state", "in", from)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await setVersion(database, { id, version }, to);
    return numUpdatedRows > 0n;
  },

  /** Out of use, whatever its versions are. */
  async archive(database: Database, id: string): Promise<void> {
    await set(database, id, { state: "archived" });
  },

  /** Back to what the newest version is. */
  async restore(database: Database, { id, version }: VersionKey): Promise<void> {
    const row = await announcements.version(database, { id, version });
    if (row) await set(database, id, { state: row.state });
  },

  /** Drops what came after the approved version. */
  async revert(database: Database, id: string, approved: number): Promise<void> {
    await database
      .updateTable("announcementVersions")
      .set({ state: "archived" })
      .where("announcementId", "=", id)
      .where("version", ">", approved)
      .execute();
    const row = await announcements.version(database, { id, version: approved });
    if (row) await set(database, id, { version: approved, state: row.state, source: row.source });
  },

  async setSound(database: Database, key: VersionKey, fields: SoundFields, peaks?: object): Promise<void> {
    await database.transaction().execute(async (transaction) => {
      await setVersion(transaction, key, fields);
      if (peaks) await keepPeaks(transaction, key, JSON.stringify(peaks));
    });
  },

  /** JSON text of `{stepMs, peaks}`, null before ingest is ready. */
  async peaksJson(database: Database, { id, version }: VersionKey): Promise<string | null> {
    const row = await database
      .selectFrom("announcementPeaks")
      .select("peaksJson")
      .where("announcementId", "=", id)
      .where("version", "=", version)
      .executeTakeFirst();
    return row?.peaksJson ?? null;
  },

  /** Gives a version the peaks of another, whose sound it has. */
  async copyPeaks(database: Database, from: VersionKey, to: VersionKey): Promise<void> {
    const json = await announcements.peaksJson(database, from);
    if (json !== null) await keepPeaks(database, to, json);
  },

  /** Versions whose text was not spoken or whose upload was not worked through, oldest first. */
  async unfinished(database: Database): Promise<VersionKey[]> {
    const rows = await database
      .selectFrom("announcementVersions")
      .select(["announcementId as id", "version"])
      .where("ingestState", "in", ["queued", "processing"])
      .orderBy("announcementId")
      .orderBy("version")
      .execute();
    return rows;
  },
};

async function insertVersion(database: Database, { id, version }: VersionKey, fields: NewVersion) {
  const createdAt = Math.round(fields.createdAt);
  const row = { ...fields, announcementId: id, version, state: "draft" as const, createdAt };
  await database
    .insertInto("announcementVersions")
    .values(row as Insertable<DeskTables["announcementVersions"]>)
    .execute();
}

async function setVersion(
  database: Database,
  { id, version }: VersionKey,
  fields: Updateable<DeskTables["announcementVersions"]>,
) {
  await database
    .updateTable("announcementVersions")
    .set(fields)
    .where("announcementId", "=", id)
    .where("version", "=", version)
    .execute();
}

async function set(database: Database, id: string, fields: Updateable<DeskTables["announcements"]>) {
  await database.updateTable("announcements").set(fields).where("id", "=", id).execute();
}

async function keepPeaks(database: Database, { id, version }: VersionKey, peaksJson: string) {
  await database
    .replaceInto("announcementPeaks")
    .values({ announcementId: id, version, peaksJson })
    .execute();
}
