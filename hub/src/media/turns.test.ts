import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("who waits gets a turn in the order of coming, and a failure gives it on", async () => {
  const turns = new Turns(1);
  const done: number[] = [];
  const work = (n: number) => () => {
    done.push(n);
    return n === 1 ? Promise.reject(new Error("no")) : Promise.resolve(n);
  };
  const all = await Promise.allSettled([0, 1, 2, 3].map((n) => turns.take(work(n))));
  expect(done).toEqual([0, 1, 2, 3]);
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
});

test("who leaves while waiting takes no turn", async () => {
  const turns = new Turns(1);
  const first = Promise.withResolvers<void>();
  const left = new AbortController();
  const running = turns.take(() => first.promise);
  const waiting = turns.take(() => Promise.reject(new Error("never")), left.signal);
  expect(turns.waiting).toBe(1);
  left.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  first.resolve();
  await running;
  expect(await turns.take(async () => "next")).toBe("next");
});
