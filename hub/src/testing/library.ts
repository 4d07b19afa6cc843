import { newId } from "@loa/kernel/ids";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { announcements } from "../store/repositories/announcements.ts";
import { areas } from "../store/repositories/areas.ts";
import { users } from "../store/repositories/users.ts";

const COMMUNES = 480;
const TITLE =
  "CASE i % 4 WHEN 0 THEN 'Thông báo cắt điện' WHEN 1 THEN 'Tìm kiếm trẻ lạc' WHEN 2 THEN 'Lịch tiêm phòng' ELSE 'Họp xóm' END";
const TEXT =
  "Kính thưa bà con nhân dân. Ủy ban nhân dân xã trân trọng thông báo tới toàn thể bà con trong xã được biết và thực hiện. ".repeat(
    6,
  );

/** Fills a store with announcements as they are written, without sound. */
export async function libraryOf(database: Database) {
  const area = { parentId: null, timeZone: "Asia/Ho_Chi_Minh", envelope: null, revision: 1 };
  await areas.insert(database, { id: "province", name: "Tỉnh", ...area });
  await users.insert(database, {
    ...{ id: "user-1", username: "lan", name: "Lan", role: "staff", areaId: "province" },
    ...{ passwordHash: "", demo: 0, disabled: 0, createdAt: 0 },
  });
  return {
    add: (title: string) =>
      announcements.insert(
        database,
        { id: newId("ann", 0), areaId: "province", expiresAt: null, templateId: null, templateName: null },
        { title, source: "speech", createdBy: "user-1", createdAt: 0, ingestState: "ready" },
      ),
    /** So many, over the communes of a large province. Few are submitted, recorded or expired. */
    async fill(count: number): Promise<void> {
      for (let n = 0; n < COMMUNES; n++)
        await areas.insert(database, { ...area, id: `commune-${n}`, name: `Xã ${n}`, parentId: "province" });
      const rows = sql`WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${sql.lit(count)})`;
      await sql`${rows} INSERT INTO announcements (id, area_id, state, source, version, expires_at)
        SELECT 'ann-' || i, 'commune-' || (i * 7 % ${sql.lit(COMMUNES)}), iif(i % 1000 = 0, 'submitted', 'approved'),
          iif(i % 5000 = 0, 'recording', 'speech'), 1, iif(i % 5000 = 1, 1, NULL) FROM n`.execute(database);
      await sql`${rows} INSERT INTO announcement_versions (announcement_id, version, state, source, title, created_by, created_at,
          ingest_state, text)
        SELECT 'ann-' || i, 1, 'approved', 'speech', ${sql.raw(TITLE)} || ' số ' || i, 'user-1', i, 'ready', ${TEXT} FROM n`.execute(
        database,
      );
    },
  };
}
