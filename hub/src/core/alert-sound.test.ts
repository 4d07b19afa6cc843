import { type AlertSound, SIRENS } from "@loa/protocol/alert";
import { describe, expect, test } from "vitest";
import { composeCorrection, composeSound, correctionText, markingOf } from "./alert-sound.ts";

const said = (data: string): AlertSound => ({ kind: "opus", data, durationMs: 1_000 });
const marking = { before: said("trước"), after: said("sau") };
const heard = (sounds: readonly AlertSound[]) =>
  sounds.flatMap((one) => (one.kind === "tone" ? [one.tone] : one.kind === "opus" ? [one.data] : []));

describe("a round", () => {
  test("of an actual alert is siren, then words", () => {
    expect(heard(composeSound("actual", "siren", { messages: [said("lũ")], marking: null }))).toEqual([
      "wail",
      "lũ",
    ]);
  });

  test.each(["wail", "pulse", "steady"] as const)("begins with the siren that was chosen: %s", (siren) => {
    const round = composeSound("actual", "siren", { messages: [said("lũ")], marking: null }, siren);
    expect(heard(round)).toEqual([siren, "lũ"]);
    const drill = composeSound("exercise", "siren", { messages: [], marking }, siren);
    expect(heard(drill)).toEqual(["chime", "trước", "sau"]);
  });

  test("without words still calls for attention", () => {
    const nothing = { messages: [], marking: null };
    expect(heard(composeSound("actual", "none", nothing))).toEqual(["attention"]);
    expect(heard(composeSound("actual", "siren", nothing))).toEqual(["wail"]);
  });

  test.each(["exercise", "test"] as const)(
    "of an %s is marked before and after, and never a siren",
    (kind) => {
      for (const tone of ["siren", "chime", "none"] as const) {
        const round = composeSound(kind, tone, { messages: [said("lũ")], marking });
        expect(heard(round).slice(-3)).toEqual(["trước", "lũ", "sau"]);
        expect(round.some((one) => one.kind === "tone" && SIRENS.has(one.tone))).toBe(false);
      }
    },
  );
});

test("a correction follows rising notes, marked where the alert was", () => {
  expect(heard(composeCorrection({ messages: [said("nhầm")], marking: null }))).toEqual([
    "all-clear",
    "nhầm",
  ]);
  expect(heard(composeCorrection({ messages: [said("dừng")], marking }))).toEqual([
    "all-clear",
    "trước",
    "dừng",
    "sau",
  ]);
});

test("the marking is spoken in the alert's language, else in Vietnamese; an actual alert has none", () => {
  expect(markingOf("exercise", "vi")?.before).toMatch(/^Đây là bài diễn tập/);
  expect(markingOf("exercise", "hmn")?.after).toBe("Bài diễn tập kết thúc.");
  expect(markingOf("test", "en-GB")?.before).toMatch(/^This is a test/);
  expect(markingOf("actual", "vi")).toBeNull();
  expect(correctionText("actual", "Lũ về", "vi")).toContain("Lũ về");
});
