import type { Announcement, AnnouncementVersion, SoundFinding } from "@loa/protocol/http/announcements";
import type { Selectable } from "kysely";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** Announcements beside their newest version and its people. */
export function newest(database: Database) {
  return database
    .selectFrom("announcements")
    .innerJoin("announcementVersions as v", (join) =>
      join
        .onRef("v.announcementId", "=", "announcements.id")
        .onRef("v.version", "=", "announcements.version"),
    )
    .innerJoin("users as author", "author.id", "v.createdBy")
    .leftJoin("users as decider", "decider.id", "v.decidedBy")
    .selectAll("v")
    .select(["announcements.id", "announcements.areaId", "announcements.state"])
    .select(["announcements.approvedVersion", "announcements.expiresAt", "announcements.templateId"])
    .select(["author.name as authorName", "decider.name as decidedName"]);
}

/** Versions with their people. */
export function versions(database: Database) {
  return database
    .selectFrom("announcementVersions as v")
    .innerJoin("users as author", "author.id", "v.createdBy")
    .leftJoin("users as decider", "decider.id", "v.decidedBy")
    .selectAll("v")
    .select(["author.name as authorName", "decider.name as decidedName"]);
}

type NewestRow = Awaited<ReturnType<ReturnType<typeof newest>["execute"]>>[number];
type VersionRow = Selectable<DeskTables["announcementVersions"]> & {
  readonly authorName: string;
  readonly decidedName: string | null;
};

/** An announcement as the API shows it. */
export function view(row: NewestRow): Announcement {
  return {
    ...versionView(row),
    id: row.id,
    areaId: row.areaId,
    ...present("approvedVersion", row.approvedVersion),
    ...present("expiresAt", row.expiresAt),
    ...present("templateId", row.templateId),
    findings: JSON.parse(row.findingsJson) as SoundFinding[],
    ...present("truePeakDb", row.truePeakDb),
    ...present("sourceLoudnessLufs", row.sourceLoudnessLufs),
    ...present("sourceName", row.sourceName),
    ...present("bytes", row.bytes),
  };
}

/** One of its versions. */
export function versionView(row: VersionRow): AnnouncementVersion {
  return {
    version: row.version,
    title: row.title,
    state: row.state,
    source: row.source,
    ...(row.text !== null && { speech: spokenText(row, row.text) }),
    ingest: {
      state: row.ingestState,
      progress: row.ingestState === "ready" ? 1 : 0,
      ...present("code", row.ingestCode),
    },
    ...present("durationMs", row.durationMs),
    ...present("loudnessLufs", row.loudnessLufs),
    ...present("sha256", row.sha256),
    createdBy: { id: row.createdBy, name: row.authorName },
    createdAt: row.createdAt,
    ...(row.decidedBy !== null && {
      decidedBy: { id: row.decidedBy, name: row.decidedName ?? row.decidedBy },
    }),
    ...present("decidedAt", row.decidedAt),
    ...present("reason", row.reason),
  };
}

function spokenText(row: VersionRow, text: string): AnnouncementVersion["speech"] {
  return {
    text,
    spoken: row.spoken ?? "",
    ...present("voice", row.voice),
    ...present("language", row.language),
    ...present("speed", row.speed),
    ...present("pauseMs", row.pauseMs),
  };
}

function present<Key extends string, Value>(key: Key, value: Value | null): { [K in Key]?: Value } {
  return value === null ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
