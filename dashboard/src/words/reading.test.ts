import { expect, test } from "vitest";
import { readingMs, readParts } from "./reading.ts";

const change = (start: number, end: number, written: string, spoken: string) =>
  ({ start, end, written, spoken, kind: "number" }) as const;

test("a text is shown as it is read, with what was written under each change", () => {
  const text = "Từ 8h đến 11h.";
  const changes = [change(10, 13, "11h", "mười một giờ"), change(3, 5, "8h", "tám giờ")];
  const parts = readParts(text, changes);
  expect(parts.map(({ spoken }) => spoken).join("")).toBe("Từ tám giờ đến mười một giờ.");
  expect(parts.map((part) => part.change?.written)).toEqual([undefined, "8h", undefined, "11h", undefined]);
});

test("a change within another one is not read twice", () => {
  const parts = readParts("12/3", [
    change(0, 4, "12/3", "ngày mười hai tháng ba"),
    change(0, 2, "12", "mười hai"),
  ]);
  expect(parts.map(({ spoken }) => spoken)).toEqual(["ngày mười hai tháng ba"]);
});

test("reading takes longer with more words, a slower voice and more paragraphs", () => {
  const once = readingMs("kính mời bà con");
  expect(readingMs("kính mời bà con kính mời bà con")).toBeCloseTo(2 * once);
  expect(readingMs("kính mời bà con", { speed: 50 })).toBeCloseTo(2 * once);
  expect(readingMs("kính mời\nbà con", { pauseMs: 2_000 })).toBeCloseTo(once + 2_000);
  expect(readingMs("…")).toBe(0);
});
