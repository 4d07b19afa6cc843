import { LoaError } from "@loa/kernel/errors";
import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Areas } from "./areas.ts";
import { EventFeed } from "./http/events.ts";
import type { Actor } from "./ports.ts";
import { ChainedAudit } from "./store/audit.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { DeskRegistry } from "./store/registry.ts";
import { schedules } from "./store/repositories/line-schedules.ts";
import { lineDatabase } from "./store/repositories/line-tables.ts";

const timeZone = "Asia/Ho_Chi_Minh";
const ADMIN: Actor = { userId: "u-admin", name: "Lan", role: "admin", areaId: "province" };

/** A tree of 12 areas on three levels, a station in each of 9, a schedule for each of them. */
async function grown() {
  const database = await openDatabase(":memory:");
  const clock = new ManualClock(Date.UTC(2026, 4, 4));
  const registry = await DeskRegistry.load(database);
  const add = (id: string, parentId: string | null) =>
    registry.addArea({ id, name: `Tên ${id}`, parentId, timeZone, envelope: null, revision: 1 });
  await add("province", null);
  for (const district of ["d-1", "d-2"]) await add(district, "province");
  for (let i = 0; i < 9; i++) {
    await add(`c-${i}`, i < 5 ? "d-1" : "d-2");
    const zones = [{ id: "z1", name: "", horns: 1 }];
    const place = { lat: null, lon: null, maintenance: false };
    await registry.addStation({ id: `station-${i}`, name: "Cụm", areaId: `c-${i}`, zones, ...place }, 0);
    await schedules.save(lineDatabase(database), scheduleOf(`c-${i}`));
  }
  const events = new EventFeed(clock, (id) => registry.tree.path(id));
  const audit = new ChainedAudit(database, clock);
  const areas = new Areas({ clock, database, registry, events, audit, log: silentLog, timeZone });
  const close = async () => {
    events.close();
    await database.destroy();
  };
  return { database, registry, areas, audit, clock, close, log: silentLog };
}

const scheduleOf = (areaId: string) => ({
  id: `s-${areaId}`,
  title: "Bản tin",
  targets: [{ areaId }],
  announcements: [],
  recurrence: { start: 0, rrule: null, exceptions: [], timeZone },
  priority: "scheduled" as const,
  onPreempt: null,
  chime: false,
  lateWithinMs: null,
  createdBy: { id: "u-1", name: "Lan" },
  createdAt: 0,
  updatedAt: 0,
});

const IDS = ["province", "d-1", "d-2", ...Array.from({ length: 9 }, (_, i) => `c-${i}`)];
const step = fc.record({
  what: fc.constantFrom("move", "merge"),
  id: fc.constantFrom(...IDS),
  to: fc.constantFrom(...IDS),
});

async function held(registry: DeskRegistry, database: Database) {
  const rows = await database.selectFrom("areas").select(["id", "parentId"]).execute();
  expect(registry.tree.areas.length).toBe(rows.length);
  for (const { id, parentId } of rows) {
    const path = registry.tree.path(id);
    expect(path).toEqual(parentId === null ? [id] : [...registry.tree.path(parentId), id]);
    expect(path[0]).toBe("province");
  }
  expect([...registry.stationsNow.keys()].length).toBe(9);
  for (const { areaId } of registry.stationsNow.values()) registry.tree.path(areaId);
  const targets = (await schedules.all(lineDatabase(database))).flatMap((schedule) => schedule.targets);
  for (const target of targets) if ("areaId" in target) registry.tree.path(target.areaId);
  const stored = await DeskRegistry.load(database);
  expect(stored.tree.areas).toEqual(registry.tree.areas);
  expect(new Map(stored.stationsNow)).toEqual(new Map(registry.stationsNow));
}

test("whatever is moved and merged, paths hold, no area lies in itself, and no station or schedule is lost", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const { database, registry, areas, audit, close } = await grown();
      for (const { what, id, to } of steps) {
        const before = new Map(registry.tree.areas.map((area) => [area.id, area]));
        const paths = new Map([...before.keys()].map((one) => [one, registry.tree.path(one).join()]));
        const work =
          what === "move" ? areas.change(ADMIN, id, { parentId: to }) : areas.merge(ADMIN, id, { into: to });
        const code = await work.then(
          () => null,
          (error: unknown) => (error instanceof LoaError ? error.code : error),
        );
        expect([null, "AREA_CYCLE", "NOT_FOUND"]).toContain(code);
        for (const area of registry.tree.areas) {
          const moved = registry.tree.path(area.id).join() !== paths.get(area.id);
          expect(area.revision - before.get(area.id)!.revision > 0).toBe(moved);
        }
        await held(registry, database);
      }
      expect((await audit.verify()).intact).toBe(true);
      await close();
    }),
    { numRuns: 40 },
  );
});

test("two moves at once that would close a ring: one of them is refused", async () => {
  const { registry, areas, database, close } = await grown();
  const both = await Promise.allSettled([
    areas.change(ADMIN, "d-1", { parentId: "d-2" }),
    areas.change(ADMIN, "d-2", { parentId: "d-1" }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  await held(registry, database);
  await close();
});

test("an id that went up in another is never given again, and its history is read from there, however often that moved on", async () => {
  const { areas, clock, close } = await grown();
  await areas.merge(ADMIN, "c-0", { into: "c-1", name: "Xã Mới" });
  await clock.advance(1_000);
  await areas.merge(ADMIN, "c-1", { into: "c-2" });
  const again = { id: "c-0", name: "Xã", parentId: "province" };
  await expect(areas.create(ADMIN, again)).rejects.toMatchObject({ code: "CONFLICT" });
  const commune: Actor = { ...ADMIN, role: "staff", areaId: "c-2" };
  expect(await areas.history(commune, "c-0")).toMatchObject([
    { kind: "merged", from: "Tên c-0", to: "Xã Mới", by: { id: "u-admin", name: "Lan" } },
  ]);
  expect((await areas.history(commune, "c-1")).map(({ kind }) => kind)).toEqual([
    "merged",
    "renamed",
    "absorbed",
  ]);
  await expect(areas.history({ ...commune, areaId: "c-5" }, "c-0")).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await close();
});

test("a merge that fails in its middle leaves everything as it was", async () => {
  const { areas, database, registry, audit, close } = await grown();
  const before = registry.tree.areas;
  const entries = await audit.page(undefined, 100);
  await database.schema
    .createTable("later")
    .addColumn("home", "text", (column) => column.references("areas.id"))
    .execute();
  await database
    .withTables<{ later: { home: string } }>()
    .insertInto("later")
    .values({ home: "c-0" })
    .execute();
  await expect(areas.merge(ADMIN, "c-0", { into: "c-1" })).rejects.toThrow(/FOREIGN KEY/);
  await held(registry, database);
  expect(registry.tree.areas).toEqual(before);
  expect(await audit.page(undefined, 100)).toEqual(entries);
  expect(await areas.history(ADMIN, "c-1")).toEqual([]);
  await close();
});

test("tables that other parts add with a column area_id move along; where both had the same key, the one that stays has its own", async () => {
  const { areas, database, close } = await grown();
  await database.schema
    .createTable("words")
    .addColumn("area_id", "text", (column) => column.references("areas.id"))
    .addColumn("word", "text")
    .addColumn("spoken", "text")
    .addPrimaryKeyConstraint("once", ["area_id", "word"] as never)
    .execute();
  const words = database.withTables<{ words: { areaId: string; word: string; spoken: string } }>();
  await words
    .insertInto("words")
    .values([
      { areaId: "c-0", word: "UBND", spoken: "từ c-0" },
      { areaId: "c-0", word: "HTX", spoken: "từ c-0" },
      { areaId: "c-1", word: "UBND", spoken: "từ c-1" },
    ])
    .execute();
  await areas.merge(ADMIN, "c-0", { into: "c-1" });
  expect(await words.selectFrom("words").selectAll().orderBy("word").execute()).toEqual([
    { areaId: "c-1", word: "HTX", spoken: "từ c-0" },
    { areaId: "c-1", word: "UBND", spoken: "từ c-1" },
  ]);
  await close();
});
