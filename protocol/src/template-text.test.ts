import { expect, test } from "vitest";
import { blanksOf, fillBlanks, missingFields } from "./template-text.ts";

test("a text names each of its blanks once, in their order", () => {
  expect(blanksOf("Cháu {name}, mặc {clothes}. Ai thấy cháu {name} xin gọi {phone}.")).toEqual([
    "name",
    "clothes",
    "phone",
  ]);
});

test("a blank without a value stays to be seen", () => {
  expect(fillBlanks("{name} ở {place}", { name: "An", place: "  " })).toBe("An ở {place}");
});

test("values are put in as they are, also where they look like blanks", () => {
  expect(fillBlanks("{a} {b}", { a: "{b}", b: "$1" })).toBe("{b} $1");
});

test("only required fields without a value are missing", () => {
  const field = (name: string, required: boolean) => ({
    name,
    required,
    label: name,
    kind: "text" as const,
    example: "",
  });
  expect(
    missingFields({ fields: [field("a", true), field("b", false), field("c", true)] }, { a: "x", c: " " }),
  ).toEqual(["c"]);
});
