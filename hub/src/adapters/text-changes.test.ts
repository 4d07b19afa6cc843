import fc from "fast-check";
import { expect, test } from "vitest";
import { textChanges } from "./text-changes.ts";

const words = fc.constantFrom(
  "xã",
  "Xã",
  "thông",
  "báo",
  "ngày",
  "15/10",
  ",",
  ".",
  " ",
  "\n",
  "đường",
  "ế",
  "e\u0302\u0301",
  "👨‍👩‍👧",
  "\ud800",
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(words, { maxLength: 60 }).map((list) => list.join("")),
);
const joined = (before: string, after: string, left: string) =>
  textChanges(before, after)
    .filter(({ change }) => change !== left)
    .map((one) => one.text)
    .join("");

test("what was removed and what is the same make the old text, what was added and what is the same the new", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(joined(before, after, "added")).toBe(before);
      expect(joined(before, after, "removed")).toBe(after);
    }),
  );
});

test("a text beside itself is the same, and neighbouring stretches differ in kind", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(textChanges(before, before).every(({ change }) => change === "same")).toBe(true);
      const kinds = textChanges(before, after).map(({ change }) => change);
      expect(kinds.every((kind, index) => kind !== kinds[index - 1])).toBe(true);
    }),
  );
});

test("a changed day shows as that word only", () => {
  expect(textChanges("Họp lúc 7 giờ, thứ Hai.", "Họp lúc 7 giờ, thứ Ba.")).toEqual([
    { change: "same", text: "Họp lúc 7 giờ, thứ " },
    { change: "removed", text: "Hai" },
    { change: "added", text: "Ba" },
    { change: "same", text: "." },
  ]);
});

test("two long texts with nothing in common are told apart at once", () => {
  const long = (word: string) => Array.from({ length: 2_000 }, (_, n) => `${word}${n}`).join(" ");
  const start = performance.now();
  expect(joined(long("a"), long("b"), "added")).toBe(long("a"));
  expect(performance.now() - start).toBeLessThan(2_000);
});
