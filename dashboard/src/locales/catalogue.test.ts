import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { en } from "./en.ts";
import { fill } from "./translate.ts";
import { vi } from "./vi.ts";

const SOURCES = join(import.meta.dirname, "..");

const code = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.includes(".test.") && !name.startsWith("locales"))
  .map((name) => readFileSync(join(SOURCES, name), "utf8"))
  .join("\n");

/** Ids that code puts together from a prefix: t(`form.repeat.${kind}`), tCode("error", code). */
const prefixes = [...code.matchAll(/(?:`([\w.]+\.)\$\{|tCode\(\s*"([\w.]+)")/g)].map(
  ([, template, prefix]) => template ?? `${prefix}.`,
);

const used = (id: string): boolean =>
  code.includes(`"${id}"`) ||
  prefixes.some((prefix) => id.startsWith(prefix)) ||
  /^(language|theme)\./.test(id);

test("every text is in both languages", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
});

test("no text is empty", () => {
  expect(Object.entries({ ...vi, ...en }).filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("no text is without use", () => {
  expect(Object.keys(vi).filter((id) => !used(id))).toEqual([]);
});

test("no text that the code asks for is missing", () => {
  const asked = [...code.matchAll(/\bt\(\s*"([\w.]+)"/g)].map(([, id]) => id ?? "");
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter((id) => !(id in vi))).toEqual([]);
});

test("both languages fill the same places", () => {
  const places = (text: string) =>
    [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();
  const ids = Object.keys(vi) as (keyof typeof vi)[];
  expect(ids.filter((id) => places(vi[id]).join() !== places(en[id]).join())).toEqual([]);
});

test.each([
  [1, "1 station"],
  [2, "2 stations"],
  [0, "0 stations"],
])("%i is counted in words as %s", (n, words) => {
  expect(fill("{n} {n|station|stations}", { n })).toBe(words);
});
