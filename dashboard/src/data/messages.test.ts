import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Messages } from "./messages.ts";

const undo = async () => undefined;
let messages: Messages;
const texts = () => messages.shown.value.map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  messages = new Messages();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a message goes by itself; one that can be taken back stays at least 10 s", () => {
  messages.add({ text: "saved", kind: "done" });
  messages.add({ text: "deleted", kind: "done", undo });
  vi.advanceTimersByTime(7_000);
  expect(texts()).toEqual(["deleted"]);
  vi.advanceTimersByTime(3_000);
  expect(texts()).toEqual(["deleted"]);
  vi.advanceTimersByTime(2_000);
  expect(texts()).toEqual([]);
});

test("nothing goes while somebody is at a message, also what came meanwhile", () => {
  messages.add({ text: "deleted", kind: "done", undo });
  messages.hold();
  messages.add({ text: "saved", kind: "done" });
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(["deleted", "saved"]);
  messages.release();
  vi.advanceTimersByTime(7_000);
  expect(texts()).toEqual(["deleted"]);
  vi.advanceTimersByTime(5_000);
  expect(texts()).toEqual([]);
});

test("of too many messages the one goes that offers nothing", () => {
  messages.add({ text: "deleted", kind: "done", undo });
  for (const text of ["a", "b", "c"]) messages.add({ text, kind: "done" });
  expect(texts()).toEqual(["deleted", "b", "c"]);
  expect(messages.undoable()?.text).toBe("deleted");
});

test("what was closed is gone and cannot be taken back", () => {
  messages.add({ text: "deleted", kind: "done", undo });
  messages.drop(messages.shown.value[0]?.id ?? 0);
  expect(messages.undoable()).toBeUndefined();
});
