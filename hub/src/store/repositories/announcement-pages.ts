import type { Announcement, AnnouncementSource } from "@loa/protocol/http/announcements";
import { sql } from "kysely";
import { plainText } from "../../core/plain-text.ts";
import type { AnnouncementRecord } from "../../ports.ts";
import type { Database } from "../database.ts";
import { newest, view } from "./announcement-views.ts";

/** Filters of a page. `areaIds` bounds the scope, null: everything; `before` is the id that the last page ended with. */
export interface AnnouncementPage {
  readonly areaIds: readonly string[] | null;
  readonly state?: AnnouncementRecord["state"] | undefined;
  readonly source?: AnnouncementSource | undefined;
  readonly q?: string | undefined;
  /** True: only what is past its end. Else that is left out, unless a state is asked for. */
  readonly expired?: boolean | undefined;
  readonly now: number;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Of so many areas each is looked up by itself; of more the newest of all are looked through. */
const FEW_AREAS = 8;

/** A page of the library, newest first; archived ones only when asked for. */
export async function announcementPage(database: Database, page: AnnouncementPage): Promise<Announcement[]> {
  const rows = await newest(database)
    .where("announcements.number", "in", numbers(database, page))
    .orderBy("announcements.number", "desc")
    .execute();
  return rows.map(view);
}

/** The rows of a page, before anything is read of their versions. */
function numbers(database: Database, page: AnnouncementPage) {
  let query = database.selectFrom("announcements as a").select("a.number").orderBy("a.number", "desc");
  if (page.areaIds) query = query.where(inAreas(page.areaIds));
  if (page.source) query = query.where("a.source", "=", page.source);
  if (page.state) query = query.where("a.state", "=", page.state);
  else query = query.where(sql<boolean>`+a.state <> 'archived'`);
  if (page.expired) query = query.where("a.expiresAt", "<=", page.now);
  else if (!page.state)
    query = query.where(({ eb, or }) =>
      or([eb("a.expiresAt", "is", null), eb("a.expiresAt", ">", page.now)]),
    );
  const words = matching(page.q ?? "");
  if (words !== null)
    query = query.where(
      sql<boolean>`a.number IN (SELECT rowid FROM announcement_words WHERE announcement_words MATCH ${words})`,
    );
  if (page.before)
    query = query.where(
      sql<boolean>`a.number < (SELECT last.number FROM announcements last WHERE last.id = ${page.before})`,
    );
  return query.limit(page.limit);
}

/** A plus keeps SQLite from its index. */
function inAreas(areaIds: readonly string[]) {
  const column = sql.raw(areaIds.length > FEW_AREAS ? "+a.area_id" : "a.area_id");
  return sql<boolean>`${column} IN (SELECT value FROM json_each(${JSON.stringify(areaIds)}))`;
}

/** What the index is asked for: each word as the beginning of one, in any order. Null: there is no word to look for. */
function matching(q: string): string | null {
  const words = plainText(q).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(" AND ");
}
