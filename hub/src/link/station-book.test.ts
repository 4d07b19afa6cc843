import { expect, test } from "vitest";
import { openDatabase } from "../store/database.ts";
import { lineDatabase } from "../store/repositories/line-tables.ts";
import { StationBook } from "./station-book.ts";

test("what a message moved is there after a restart, beside what was stored before", async () => {
  const database = await openDatabase(":memory:");
  const db = lineDatabase(database);
  const book = await StationBook.load(db);
  for (let n = 0; n < 500; n++) {
    const state = book.ensure(`tram-${n}`);
    state.software = `1.${n}`;
    book.touch(state);
  }
  await book.save();
  for (let n = 0; n < 400; n++) {
    const state = book.ensure(`tram-${n}`);
    state.window.take(3, n + 1);
    state.lastSeenAt = 1_000.4 + n;
    book.heard(state);
    if (n % 2 === 0) book.touch(state);
  }
  await book.save();
  const again = await StationBook.load(db);
  const told = [...again.all()].map(({ id, window, lastSeenAt, software }) => [
    id,
    window.session,
    window.highest,
    lastSeenAt,
    software,
  ]);
  expect(told.sort()).toEqual(
    Array.from({ length: 500 }, (_, n) =>
      n < 400 ? [`tram-${n}`, 3, n + 1, 1_000 + n, `1.${n}`] : [`tram-${n}`, 0, 0, null, `1.${n}`],
    ).sort(),
  );
  await database.destroy();
});
