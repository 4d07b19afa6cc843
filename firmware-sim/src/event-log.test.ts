import { expect, test } from "vitest";
import { EventLog } from "./event-log.ts";

test("only the last events are kept, and since leaves out what is older", () => {
  const log = new EventLog(100);
  for (let at = 1; at <= 1_000; at++) log.add(at, { type: "board-reset" });
  expect(log.since(0)).toHaveLength(100);
  expect(log.since(997).map(({ at }) => at)).toEqual([998, 999, 1_000]);
});
