import { ManualClock } from "@loa/kernel/manual-clock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { actingBy, ChainedAudit } from "./audit.ts";
import { type Database, openDatabase } from "./database.ts";

let database: Database;
let audit: ChainedAudit;
beforeEach(async () => {
  database = await openDatabase(":memory:");
  audit = new ChainedAudit(database, new ManualClock());
});
afterEach(() => database.destroy());

const entry = (subject: string) => ({ actor: "u-1", action: "test", subject });
const subjects = async () => (await audit.page(undefined, 100)).map(({ subject }) => subject).reverse();

test("entries of many at once are kept in their order, in one intact chain", async () => {
  const names = Array.from({ length: 50 }, (_, n) => `s-${n}`);
  await Promise.all(names.map((name) => audit.record(entry(name))));
  expect(await subjects()).toEqual(names);
  expect(await audit.verify()).toEqual({ intact: true, entries: 50 });
});

test("one that cannot be written is told to who recorded it, and those after it are kept", async () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  await expect(audit.record({ ...entry("circle"), detail: circle })).rejects.toThrow();
  await audit.record(entry("after"));
  expect(await subjects()).toEqual(["after"]);
});

test("each entry names the token of whoever recorded it, and of nobody it is written with", async () => {
  const recorded: Promise<void>[] = [];
  actingBy("t-1", () => recorded.push(audit.record(entry("by a token"))));
  recorded.push(audit.record(entry("by a person")));
  await Promise.all(recorded);
  const details = (await audit.page(undefined, 10)).map(({ detailJson }) => JSON.parse(detailJson));
  expect(details.reverse()).toEqual([{ token: "t-1" }, {}]);
});
