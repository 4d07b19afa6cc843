import { expect, test } from "vitest";
import { refusalOf, titleOf } from "./sound-file.ts";

test.each([
  ["loi.mp3", "audio/mpeg", 1_000, null],
  ["thu-am.amr", "", 1_000, null],
  ["quay.mp4", "video/mp4", 1_000, null],
  ["cong-van.pdf", "application/pdf", 1_000, "AUDIO_NOT_AUDIO"],
  ["ghi chú", "", 1_000, "AUDIO_NOT_AUDIO"],
  ["rong.wav", "audio/wav", 0, "AUDIO_EMPTY"],
  ["to.wav", "audio/wav", 6e8, "AUDIO_TOO_LARGE"],
])("%s of type “%s” with %d bytes: %s", (name, type, size, refusal) => {
  expect(refusalOf({ name, type, size })).toBe(refusal);
});

test("a title is proposed from the file's name, whole letters even from a Mac", () => {
  expect(titleOf("Cắt_điện-ngày mai.final.mp3".normalize("NFD"))).toBe("Cắt điện ngày mai.final");
});
