import { expect, test } from "vitest";
import { browserChance, madePassword } from "./made-password.ts";
import { strengthOf } from "./password-strength.ts";

test("a made password can be read out and is strong", () => {
  const made = Array.from({ length: 200 }, () => madePassword(browserChance));
  for (const password of made) {
    expect(password).toMatch(/^[a-z]{4,6}-[a-z]{4,6}-[a-z]{2,3}-\d{4}$/);
    expect(["fair", "strong"]).toContain(strengthOf(password, []));
  }
  expect(new Set(made).size).toBe(200);
});

test("chance stays below its bound and reaches all of it", () => {
  const seen = new Set(Array.from({ length: 400 }, () => browserChance(5)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
});
