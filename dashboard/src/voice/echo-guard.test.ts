import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { EchoGuard } from "./echo-guard.ts";
import { RATE, seeded } from "./speech.fixture.ts";

const TEXT =
  "Ủy ban nhân dân xã thông báo. Sáng mai từ bảy giờ đến mười một giờ, toàn xã tạm ngừng cấp điện để sửa đường dây. Đề nghị bà con chủ động. " +
  "Các hộ gia đình ở xóm Trung và xóm Đông chú ý: nước sông đang lên nhanh, đề nghị đưa người già và trẻ em lên nhà văn hóa trước mười tám giờ hôm nay.";

/** Power of Vietnamese speech, a step of 20 ms each. */
function speech(wordsAMinute: number): number[] {
  const wav = execFileSync("espeak-ng", ["-v", "vi", "-s", String(wordsAMinute), "--stdout", TEXT]);
  const raw = execFileSync(
    "ffmpeg",
    ["-v", "error", "-i", "pipe:0", "-f", "f32le", "-ac", "1", "-ar", String(RATE), "pipe:1"],
    { input: wav, maxBuffer: 1 << 28 },
  );
  const samples = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  return Array.from({ length: Math.floor(samples.length / 960) }, (_, step) => {
    let sum = 0;
    for (let i = 0; i < 960; i++) sum += (samples[step * 960 + i] as number) ** 2;
    return sum / 960;
  });
}

const db = (power: number) => 10 * Math.log10(Math.max(1e-10, power));

/** Speaks through a chain with 12 dB of gain; the horn comes back `echoDb` against the voice, `delayMs` later. Steps with and without echo. */
function speak(
  voice: readonly number[],
  echoDb: number,
  delayMs: number,
  noise = 7,
): { heard: number; clear: number } {
  const guard = new EchoGuard();
  const random = seeded(noise);
  const sent: number[] = [];
  const result = { heard: 0, clear: 0 };
  for (const [i, power] of voice.entries()) {
    const back = (sent[i - Math.round(delayMs / 20)] ?? 0) * 10 ** ((echoDb - 12) / 10);
    const mic =
      power * (0.8 + 0.4 * random()) + back * (0.8 + 0.4 * random()) + 1e-6 * (0.8 + 0.4 * random());
    sent.push(mic > 3e-5 ? Math.min(0.5, mic * 10 ** 1.2) : 0);
    guard.hear(db(mic), db(sent.at(-1) as number), 420);
    result[guard.echo === null ? "clear" : "heard"] += 1;
  }
  return result;
}

describe.each([130, 150, 175])("speech of %i words a minute", (words) => {
  const voice = speech(words);

  test("is never taken for its own echo", () => {
    expect(speak(voice, Number.NEGATIVE_INFINITY, 420)).toEqual({ heard: 0, clear: voice.length });
  });

  test.each([
    [-3, 380],
    [-3, 640],
    [-5, 420],
    [-5, 520],
  ])("coming back at %i dB after %i ms is heard within twelve seconds", (echoDb, delayMs) => {
    expect(speak(voice.slice(0, 600), echoDb, delayMs).heard).toBeGreaterThan(0);
  });
});

test("an echo far below the voice is let pass", () => {
  expect(speak(speech(150), -25, 420).heard).toBe(0);
});

test("an echo that is gone is forgotten, and the delay is told", () => {
  const guard = new EchoGuard();
  const voice = speech(150).slice(0, 600);
  const sent = voice.map((power) => (power > 3e-5 ? db(power * 10) : -100));
  for (const [i, power] of voice.entries())
    guard.hear(db(power + 10 ** ((sent[i - 22] ?? -100) / 10 - 1)), sent[i] as number, 400);
  expect(guard.echo?.delayMs).toBeGreaterThanOrEqual(400);
  expect(guard.echo?.delayMs).toBeLessThanOrEqual(480);
  for (let i = 0; i < 1_000; i++) guard.hear(-60, -100, 400);
  expect(guard.echo).toBeNull();
});

test("while nobody knows the delay nothing is claimed", () => {
  const guard = new EchoGuard();
  for (const power of speech(150)) guard.hear(db(power), db(power), null);
  expect(guard.echo).toBeNull();
});
