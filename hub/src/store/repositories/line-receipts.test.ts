import { expect, test } from "vitest";
import { receiptOf } from "../../link/test-station.fixture.ts";
import { db, eachWithStore } from "../line-store.fixture.ts";
import { type Received, receipts } from "./line-receipts.ts";

eachWithStore();

const received = (station: string, n: number, more: object = {}): Received => ({
  ...{ station, receivedAt: 1_000 + n, receipt: receiptOf(`r-${n}`, "b-1", more) },
});
const names = (batch: readonly Received[]) =>
  batch.map(({ station, receipt }) => `${station} ${receipt.receiptId}`);

test("of a large batch with repeats each receipt is kept once, as it was first told, and only those are called new", async () => {
  const first = Array.from({ length: 250 }, (_, n) => received("vinh-01-01", n));
  expect(names(await receipts.store(db, first)).sort()).toEqual(names(first).sort());
  const again = [
    ...first.slice(0, 120),
    received("vinh-01-01", 300),
    received("vinh-01-01", 300, { outcome: "failed" }),
    received("vinh-01-02", 7),
  ];
  expect(names(await receipts.store(db, again)).sort()).toEqual(["vinh-01-01 r-300", "vinh-01-02 r-7"]);
  const kept = await receipts.ofBroadcasts(db, ["b-1"]);
  expect(kept).toHaveLength(252);
  expect(kept.find(({ receiptId }) => receiptId === "r-300")?.outcome).toBe("played");
  expect(await receipts.store(db, [])).toEqual([]);
});
