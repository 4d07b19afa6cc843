import fc from "fast-check";
import { expect, test } from "vitest";
import { readAloud } from "./read-aloud.ts";

const PIECES = [
  ..."0123456789",
  ...[
    "05",
    "12",
    "113",
    "1.000",
    "2,5",
    "1900",
    "0912",
    "2026",
    "/",
    "-",
    ".",
    ",",
    ":",
    " ",
    "\n",
    "(",
    ")",
    "%",
    "°C",
  ],
  ...[
    "h",
    "km",
    "m²",
    "đ",
    "UBND",
    "TP.",
    "P.",
    "X.",
    "TT",
    "QL",
    "XIV",
    "thứ ",
    "ngày ",
    "gọi ",
    "tháng ",
    "từ ",
    "đến ",
  ],
  ...[
    "NĐ-CP",
    "QĐ",
    "&",
    "@",
    "+",
    "*",
    "'",
    '"',
    "a",
    "Đ",
    "ế",
    "e\u0302\u0301",
    "\u00a0",
    "５",
    "²",
    "½",
    "٣",
    "😀",
    "[[",
    "<b>",
  ],
];
const texts = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 20 }),
);
/** As people write: words, numbers and abbreviations with something between them. */
const sentences = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.integer({ min: -99, max: 2_000_000 }).map(String),
        fc.constantFrom(
          ...[
            "UBND xã",
            "TP. Vinh",
            "P.5",
            "TT. Nam Đàn",
            "QL1A",
            "quý IV",
            "thứ 2",
            "ngày 5/9",
            "7h30",
            "8h-10h",
            "v/v",
          ],
          ...[
            "5-10 kg",
            "49/2024/NĐ-CP",
            "0912 345 678",
            "gọi 113",
            "1/2 số hộ",
            "50.000đ/kg",
            "35°C",
            "a@b.vn",
            "VTV1",
          ],
          ...[
            "bà con",
            "hộ",
            "KHẨN CẤP",
            "H5N1",
            "m²",
            "½",
            "A & B",
            "* Lúa",
            "XIV",
            "T7, CN",
            "T9/2026",
            "(115)",
            "BTS",
          ],
        ),
      ),
      fc.constantFrom(" ", ", ", ". ", "\n", "; ", " và "),
    ),
    { maxLength: 15 },
  )
  .map((pairs) => pairs.flat().join(""));
const RUNS = { numRuns: 1_000 };

test("no digits remain", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(readAloud(text, []).spoken).not.toMatch(/[\p{Nd}²³¹½¼¾]/u);
    }),
    RUNS,
  );
});

test("changes lie on the text in order, and everything beside them stays", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const { spoken, changes } = readAloud(text, []);
      let at = 0;
      let made = "";
      for (const { start, end, written, spoken: said } of changes) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(end).toBeGreaterThan(start);
        expect(text.slice(start, end)).toBe(written);
        made += text.slice(at, start) + said;
        at = end;
      }
      expect(spoken).toBe((made + text.slice(at)).normalize("NFC"));
    }),
    RUNS,
  );
});

test("letters of ordinary words are never lost", () => {
  const words = fc.array(fc.constantFrom("xóm", "hộ", "bà con", "Kim Liên", "12", "5/9", "UBND", "7h30"), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(words, (all) => {
      const { spoken } = readAloud(all.join(" "), []);
      const kept = (text: string) => text.match(/xóm|bà con|Kim Liên|(?<= |^)hộ/g) ?? [];
      expect(kept(spoken)).toEqual(kept(all.join(" ")));
    }),
  );
});

test("what was read aloud is read as it stands", () => {
  fc.assert(
    fc.property(sentences, (text) => {
      const { spoken } = readAloud(text, []);
      expect(readAloud(spoken, []).spoken).toBe(spoken);
    }),
    RUNS,
  );
});

test("composed and decomposed text, ordinary and wide digits, all kinds of spaces are read alike", () => {
  const text = "Từ 7h30 ngày 5/9/2026, UBND xã họp ở ĐT.534, mời 12 hộ; gọi 0912 345 678";
  const { spoken } = readAloud(text, []);
  expect(readAloud(text.normalize("NFD"), []).spoken).toBe(spoken);
  const wide = text.replaceAll(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  expect(readAloud(wide, []).spoken).toBe(spoken);
  const spaced = readAloud(text.replaceAll(" ", "\u00a0"), []);
  expect(spaced.spoken.replaceAll("\u00a0", " ")).toBe(spoken);
});

test.each([
  "0",
  "1.",
  "1,",
  "1/",
  "1-",
  "12 ",
  "0 ",
  "a.",
  "A-",
  "A&",
  "-",
  "a@",
  "X",
  "1:",
  "+84 ",
  "(0",
  "1900 ",
  " ",
  "x.com/",
  "thứ 1, ",
  "gọi 113 ",
  "1/2026/A",
  "\u0301",
])("reading %j many times takes time in proportion", (piece) => {
  const time = (length: number) => {
    const text = piece.repeat(Math.ceil(length / piece.length));
    const start = process.cpuUsage();
    readAloud(text, []);
    return process.cpuUsage(start).user / 1_000;
  };
  time(2_000);
  const short = Math.max(10, time(20_000));
  expect(time(80_000)).toBeLessThan(short * 4 * 5);
});
