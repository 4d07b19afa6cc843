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

/** A page of the library, newest first; archived ones only when asked for. */
export async function announcementPage(database: Database, page: AnnouncementPage): Promise<Announcement[]> {
  let query = newest(database).orderBy("announcements.number", "desc").limit(page.limit);
  if (page.areaIds) query = query.where("announcements.areaId", "in", page.areaIds);
  if (page.source) query = query.where("announcements.source", "=", page.source);
  if (page.state) query = query.where("announcements.state", "=", page.state);
  else query = query.where("announcements.state", "!=", "archived");
  if (page.expired) query = query.where("announcements.expiresAt", "<=", page.now);
  else if (!page.state)
    query = query.where(({ eb, or }) =>
      or([eb("announcements.expiresAt", "is", null), eb("announcements.expiresAt", ">", page.now)]),
    );
  const words = matching(page.q ?? "");
  if (words !== null)
    query = query.where(
      sql<boolean>`announcements.number IN (SELECT rowid FROM announcement_words WHERE announcement_words MATCH ${words})`,
    );
  if (page.before)
    query = query.where(({ eb, selectFrom }) =>
      eb(
        "announcements.number",
        "<",
        selectFrom("announcements as last").select("last.number").where("last.id", "=", page.before!),
      ),
    );
  return (await query.execute()).map(view);
}

/** What the index is asked for: each word as the beginning of one, in any order. Null: there is no word to look for. */
function matching(q: string): string | null {
  const words = plainText(q).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(" AND ");
}
