import { expect, test } from "vitest";
import { readAloud } from "./read-aloud.ts";

const lexicon = [
  { written: "Kim Liên", spoken: "kim liên" },
  { written: "Kim", spoken: "kiêm" },
  { written: "VNPT", spoken: "vi en pi ti" },
  { written: "UBND", spoken: "ủy ban" },
  { written: "UBND", spoken: "never: a nearer entry holds" },
  { written: "xóm 5", spoken: "xóm Năm Cũ" },
  { written: "@loa", spoken: "a loa" },
];

test.each([
  ["Xã Kim Liên, bà Kim", "Xã kim liên, bà kiêm"],
  ["KIM LIÊN và kim liên", "kim liên và kim liên"],
  ["Kim Lien", "kiêm Lien"],
  ["Kimono", "Kimono"],
  ["xóm 5 và xóm 50", "xóm Năm Cũ và xóm năm mươi"],
  ["UBND và VNPT", "ủy ban và vi en pi ti"],
  ["theo @loa", "theo a loa"],
  ["Kim Liên".normalize("NFD"), "kim liên"],
  ["Kim\u00a0Liên", "kim liên"],
])("%s is said as %s", (written, spoken) => expect(readAloud(written, lexicon).spoken).toBe(spoken));

test("what the lexicon says is marked", () => {
  expect(readAloud("bà Kim", lexicon).changes).toEqual([
    { start: 3, end: 6, written: "Kim", spoken: "kiêm", kind: "lexicon" },
  ]);
});
