import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import { days } from "@loa/kernel/units";
import { expect, test } from "vitest";
import { capAlert, capInfo } from "../core/cap-alert.fixture.ts";
import { capTime, keyOf } from "../core/cap-alert.ts";
import { EMPTY_CAP_MEMORY, receiveCap } from "../core/cap-life.ts";
import type { CapRecord } from "../core/cap-record.ts";
import { openDatabase } from "../store/database.ts";
import { lineDatabase } from "../store/repositories/line-tables.ts";
import { CapBook } from "./cap-book.ts";

const NOW = Date.UTC(2026, 8, 5);

/** A message as it is kept that holds for so many days. */
function recordOf(id: string, holdsDays: number): CapRecord {
  const infos = [capInfo({ expires: capTime(NOW + days(holdsDays)) })];
  const alert = capAlert({ identifier: id, sent: capTime(NOW), infos });
  const entry = receiveCap(EMPTY_CAP_MEMORY, alert, NOW).memory.messages.get(keyOf(alert)) ?? null;
  return {
    ...{ id, receivedAt: NOW, source: "Đài", scope: "source Đài", areaId: "tinh", sha256: id },
    ...{ fate: "alert", because: null, problems: [], alert, entry, alertId: null, stations: [] },
    unknownGeocodes: [],
  };
}

test("what is over for a month goes from memory, what still holds stays", async () => {
  const clock = new ManualClock(NOW + days(30));
  const db = lineDatabase(await openDatabase(":memory:"));
  const book = new CapBook({ db, clock, log: silentLog });
  await book.start();
  const [short, long] = [recordOf("cm-1", 1), recordOf("cm-2", 90)];
  for (const record of [short, long]) await book.keep(record);
  await clock.advance(days(1));
  expect([...book.all()].map(({ id }) => id)).toEqual(["cm-1", "cm-2"]);
  await clock.advance(days(1));
  expect([...book.all()].map(({ id }) => id)).toEqual(["cm-2"]);
  expect(book.same(short.scope, short.sha256)).toBeUndefined();
  expect(book.of(long.scope, long.entry!.key)).toBe(long);
  await book.close();
});
