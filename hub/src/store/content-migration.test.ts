import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "./database.ts";
import { desk } from "./migrations/0001-desk.ts";
import { line } from "./migrations/0002-line.ts";
import { announcementPage } from "./repositories/announcement-pages.ts";
import { announcements } from "./repositories/announcements.ts";

const DECIDED = "'user-2', 2000";
const ROWS: readonly [id: string, state: string, decision: string, ingest: string, sha256: string][] = [
  ["ann-1", "draft", "NULL, NULL, NULL", "'queued', NULL", "NULL"],
  ["ann-2", "draft", "NULL, NULL, NULL", "'failed', 'AUDIO_SILENT'", "NULL"],
  ["ann-3", "submitted", "NULL, NULL, NULL", "'ready', NULL", "'aa'"],
  ["ann-4", "approved", `${DECIDED}, NULL`, "'ready', NULL", "'bb'"],
  ["ann-5", "rejected", `${DECIDED}, 'Sai ngày'`, "'ready', NULL", "'cc'"],
  ["ann-6", "archived", `${DECIDED}, NULL`, "'ready', NULL", "'dd'"],
  ["ann-7", "archived", "NULL, NULL, NULL", "'ready', NULL", "'ee'"],
  ["ann-8", "archived", `${DECIDED}, 'Sai giờ'`, "'ready', NULL", "'ff'"],
  ["ann-9", "archived", "NULL, NULL, NULL", "'ready', NULL", "'00'"],
];

/** A store as the release before left it. */
async function before(path: string): Promise<void> {
  const database = await openDatabase(path, [desk, line]);
  const run = (text: string) => sql.raw(text).execute(database);
  await run("INSERT INTO areas VALUES ('xa-1', 'Xã Một', NULL, 'Asia/Ho_Chi_Minh', NULL, 1)");
  for (const [id, name] of [
    ["user-1", "Đỗ Văn Nam"],
    ["user-2", "Lê Thị Hoa"],
  ])
    await run(`INSERT INTO users VALUES ('${id}', '${id}', '${name}', 'staff', 'xa-1', '', 0, 0, 0)`);
  for (const [id, state, decision, ingest, sha256] of ROWS) {
    const sound =
      sha256 === "NULL"
        ? "NULL, NULL, NULL, NULL, NULL, NULL"
        : `-20.5, -16.1, -1.4, ${sha256}, 9000, 61250.5`;
    await run(
      `INSERT INTO announcements VALUES ('${id}', 'Bản tin ${id}', 'ban tin', 'xa-1', '${state}', 'user-1', 1000, 'tệp.mp3', ${ingest}, ${sound}, ${decision})`,
    );
    if (sha256 !== "NULL")
      await run(`INSERT INTO announcement_peaks VALUES ('${id}', '{"stepMs":20,"peaks":[0.5]}')`);
  }
  await run(
    `INSERT INTO audit VALUES (1, 1, 'user-1', 'announcement.archived', 'ann-9', '{"from":"submitted","to":"archived"}', '0', '1')`,
  );
  await database.destroy();
}

test("announcements of the release before become version 1, and nothing of them is lost", async () => {
  const folder = mkdtempSync(join(tmpdir(), "loa-migration-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "hub.db");
  await before(path);
  const database = await openDatabase(path);
  onTestFinished(() => database.destroy());

  const found = await Promise.all(ROWS.map(([id]) => announcements.find(database, id)));
  expect(found.map((one) => [one?.state, one?.version, one?.approvedVersion])).toEqual([
    ["draft", 1, undefined],
    ["draft", 1, undefined],
    ["submitted", 1, undefined],
    ["approved", 1, 1],
    ["rejected", 1, undefined],
    ["archived", 1, 1],
    ["archived", 1, undefined],
    ["archived", 1, undefined],
    ["archived", 1, undefined],
  ]);
  expect(found[1]?.ingest).toEqual({ state: "failed", progress: 0, code: "AUDIO_SILENT" });
  expect(found[3]).toEqual({
    id: "ann-4",
    title: "Bản tin ann-4",
    areaId: "xa-1",
    state: "approved",
    version: 1,
    approvedVersion: 1,
    source: "upload",
    findings: [],
    ingest: { state: "ready", progress: 1 },
    durationMs: 61_250.5,
    loudnessLufs: -16.1,
    truePeakDb: -1.4,
    sourceLoudnessLufs: -20.5,
    sourceName: "tệp.mp3",
    sha256: "bb",
    bytes: 9_000,
    createdBy: { id: "user-1", name: "Đỗ Văn Nam" },
    createdAt: 1_000,
    decidedBy: { id: "user-2", name: "Lê Thị Hoa" },
    decidedAt: 2_000,
  });
  expect(found[4]?.reason).toBe("Sai ngày");
  expect(await announcements.peaksJson(database, { id: "ann-3", version: 1 })).toBe(
    '{"stepMs":20,"peaks":[0.5]}',
  );
  expect(await announcements.unfinished(database)).toEqual([{ id: "ann-1", version: 1 }]);
  expect(await announcements.records(database, ["ann-4"])).toMatchObject([
    { state: "approved", sha256: "bb", bytes: 9_000, decidedBy: { id: "user-2" } },
  ]);
  const page = await announcementPage(database, { areaIds: null, q: "do van nam ann 4", now: 0, limit: 10 });
  expect(page.map(({ id }) => id)).toEqual(["ann-4"]);
  const inOrder = await announcementPage(database, { areaIds: ["xa-1"], now: 0, limit: 10 });
  expect(inOrder.map(({ id }) => id)).toEqual(["ann-5", "ann-4", "ann-3", "ann-2", "ann-1"]);

  for (const id of ["ann-6", "ann-7", "ann-8", "ann-9"])
    await announcements.restore(database, { id, version: 1 });
  const restored = await Promise.all(ROWS.slice(5).map(([id]) => announcements.find(database, id)));
  expect(restored.map((one) => one?.state)).toEqual(["approved", "draft", "rejected", "submitted"]);
  expect(
    (await sql<{ n: number }>`SELECT count(*) AS n FROM pragma_foreign_key_check`.execute(database)).rows,
  ).toEqual([{ n: 0 }]);
});
