import { expect, test } from "vitest";
import { asText, blankName, blankParts, fittingFields } from "./template-values.ts";

test.each([
  ["date", "2026-11-23", "23/11/2026"],
  ["date", "", ""],
  ["time", "17:05", "17:05"],
  ["text", "  nhà văn hóa ", "nhà văn hóa"],
] as const)("a %s %s stands in the text as “%s”", (kind, value, text) => {
  expect(asText(kind, value)).toBe(text);
});

test("a text falls apart into plain stretches and blanks", () => {
  expect(blankParts("Họp lúc {time} tại {place}.")).toEqual([
    { text: "Họp lúc ", blank: null },
    { text: "{time}", blank: "time" },
    { text: " tại ", blank: null },
    { text: "{place}", blank: "place" },
    { text: ".", blank: null },
  ]);
});

test.each([
  ["Địa điểm họp", [], "diaDiemHop"],
  ["Địa điểm họp", ["diaDiemHop"], "diaDiemHop2"],
  ["5 giờ", [], "o5Gio"],
  ["…", [], "o"],
])("“%s” beside %j is named %s", (label, taken, name) => {
  expect(blankName(label, taken)).toBe(name);
});

test("every blank has a field and every field a blank", () => {
  const time = { name: "time", label: "Giờ", kind: "time", required: true, example: "17:00" } as const;
  const gone = { ...time, name: "gone" };
  const fields = fittingFields({ title: "Họp {time}", text: "Tại {place}", fields: [gone, time] });
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ["time", "time"],
    ["place", "text"],
  ]);
});
