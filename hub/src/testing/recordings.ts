import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const SENTENCE =
  "Kính thưa bà con nhân dân. Ủy ban nhân dân xã thông báo lịch tiêm phòng cho trẻ em vào sáng thứ bảy tuần này tại trạm y tế.";

/** Real speech in Vietnamese as a WAV file in `folder`; returns its path. */
export function speak(folder: string, name = "speech.wav", text = SENTENCE): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  execFileSync("espeak-ng", ["-v", "vi", "-w", file, text]);
  return file;
}

/** Makes a file with ffmpeg; returns its path. */
export function makeFile(folder: string, name: string, args: readonly string[]): string {
  const file = join(folder, name);
  execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args, file]);
  return file;
}
