import { expect, test } from "vitest";
import { strengthOf } from "./password-strength.ts";

test.each([
  ["abc", "short"],
  ["12345678", "weak"],
  ["aaaaaaaaaaaaaaaa", "weak"],
  ["matkhau123", "weak"],
  ["lan.hothi2026", "weak"],
  ["kR7mQx2p", "fair"],
  ["gao-mua-do-thi-xa-41", "strong"],
] as const)("%s is %s", (password, strength) => {
  expect(strengthOf(password, ["Hồ Thị Lan", "lan.hothi"])).toBe(strength);
});
