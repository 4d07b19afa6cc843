import { expect, test } from "vitest";
import { Backlog } from "./backlog.ts";

test.each([
  [0, true],
  [5 * 260, true],
  [5 * 260 + 1, false],
  [50_000, false],
])("with %i bytes waiting, messages of 260 bytes go out: %s", (waiting, goes) => {
  expect(new Backlog().admits(260, waiting)).toBe(goes);
});

test("what counts is time: small messages of silence fill it with fewer bytes", () => {
  const backlog = new Backlog();
  for (let n = 0; n < 100; n++) backlog.admits(30, 0);
  expect(backlog.admits(30, 5 * 30)).toBe(true);
  expect(backlog.admits(30, 6 * 30)).toBe(false);
});
