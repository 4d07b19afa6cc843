import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AlertRecord } from "../core/alert.ts";
import { ACTOR } from "../link/line-under-test.fixture.ts";
import type { Actor } from "../ports.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { type AlertHead, idRows, lineAlerts } from "../store/repositories/line-alerts.ts";
import { lineDatabase } from "../store/repositories/line-tables.ts";
import { AlertBook } from "./alert-book.ts";
import { AlertJournal } from "./alert-journal.ts";
import { AlertLists } from "./alert-lists.ts";

/** Long over, so that memory holds none of them. */
const NOW = Date.UTC(2026, 8, 5);
const FEW = 250;
const MANY = 5_000;
/** Every so many is of the commune, and a test. */
const RARE = 500;

const idOf = (n: number) => `al-${String(n).padStart(10, "0")}`;
const LAN = { id: "u-1", name: "Lan" };

function recordOf(n: number): AlertRecord {
  const rare = n % RARE === 0;
  const content = {
    ...{ headline: `Lũ ${n}`, text: null, announcementId: null, tone: "siren" as const, language: "vi" },
    ...{ repeat: 1, lifeMs: 1_000, speechCode: null, proposedBy: LAN },
    sound: [{ kind: "opus" as const, data: "A".repeat(8_000), durationMs: 1_000 }],
  };
  return {
    ...{ id: idOf(n), version: 1, kind: rare ? "test" : "actual", targets: [{ areaId: "tinh" }] },
    reach: [{ stationId: rare ? "xa-1" : "huyen-1", zones: [] }],
    ...{ supersedes: [], supersededBy: null, createdAt: 0, createdBy: LAN, confirmedBy: null },
    ...{ content: content as never, proposal: null, issue: null },
    ...{ recalledAt: 0, recalledBy: LAN, correction: [] },
  };
}

const clock = new ManualClock(NOW);
const opened: Database[] = [];

async function bookOf(alerts: number): Promise<AlertBook> {
  const database = await openDatabase(":memory:");
  opened.push(database);
  await lineDatabase(database)
    .transaction()
    .execute(async (transaction) => {
      for (let n = 1; n <= alerts; n++) await lineAlerts.save(transaction, recordOf(n));
    });
  const journal = new AlertJournal("/nowhere");
  return new AlertBook({ database, audit: null as never, journal, clock, log: silentLog });
}

let few: AlertBook;
let many: AlertBook;
beforeAll(async () => {
  [few, many] = [await bookOf(FEW), await bookOf(MANY)];
}, 120_000);
afterAll(() => Promise.all(opened.map((database) => database.destroy())));

const numbers = (ids: readonly string[]) => ids.map((id) => Number(id.slice(3)));

/** The shortest of many: neighbours make some longer, none shorter. */
async function shortestMs(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 25; i++) {
    const start = performance.now();
    await work();
    took.push(performance.now() - start);
  }
  return Math.min(...took);
}

describe("a page of alerts", () => {
  test("takes no longer among many than among few", async () => {
    const page = (book: AlertBook, alerts: number) => shortestMs(() => book.idsBefore(idOf(alerts - 50), 20));
    await page(few, FEW);
    const [short, long] = [await page(few, FEW), await page(many, MANY)];
    expect(long / short).toBeLessThan(4);
  });

  test("follows the one before it, to the end", async () => {
    const seen: number[] = [];
    for (let from: string | undefined; ; ) {
      const page = await few.idsBefore(from, 40);
      seen.push(...numbers(page));
      if (page.length < 40) break;
      from = page.at(-1);
    }
    expect(seen).toEqual(Array.from({ length: FEW }, (_, i) => FEW - i));
  });

  test("of a kind, or of a commune, holds the rare ones among many, however far apart", async () => {
    const rare = Array.from({ length: MANY / RARE }, (_, i) => MANY - i * RARE);
    expect(numbers(await many.idsBefore(undefined, 20, "test"))).toEqual(rare);
    expect(numbers(await many.idsBefore(idOf(RARE * 2), 20, "test"))).toEqual([RARE]);
    const read: string[] = [];
    const commune = {
      rights: {
        seesHead: (_: Actor, { reach }: AlertHead) => reach.some(({ stationId }) => stationId === "xa-1"),
      },
      views: { summary: ({ record }: { record: AlertRecord }) => ({ id: read[read.push(record.id) - 1] }) },
    };
    const lists = new AlertLists({ book: many, ...commune } as never);
    const own = await lists.page(ACTOR, undefined, undefined, 20);
    expect([numbers(own.map(({ id }) => id)), read.length]).toEqual([rare, rare.length]);
  });
});

test.each([
  [undefined, undefined, /^SCAN alert_heads$/],
  [idOf(9), undefined, /^SEARCH alert_heads USING PRIMARY KEY/],
  [undefined, "test", /^SEARCH alert_heads USING COVERING INDEX alert_heads_by_kind/],
  [idOf(9), "test", /^SEARCH alert_heads USING COVERING INDEX alert_heads_by_kind/],
])("before %s and of kind %s the store goes along an index and sorts nothing", async (before, kind, way) => {
  const rows = idRows(lineDatabase(opened[0]!), before, kind, 20);
  const plan = await rows.explain<{ detail: string }>(undefined, sql`query plan`);
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(way)]);
});
