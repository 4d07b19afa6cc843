import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SpeechSettings } from "@loa/protocol/http/speech";
import { afterAll, describe, expect, test, vi } from "vitest";
import { makeProgram, runs, type WavSound, wavSound } from "../testing/wav-sound.ts";
import { ProgramSpeech, type SpeechNeeds } from "./speech.ts";
import type { SpeechCommand } from "./speech-command.ts";
import { Voices } from "./voices.ts";

const folder = mkdtempSync(join(tmpdir(), "loa-speech-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SENTENCE =
  "Kính thưa bà con nhân dân, ngày mai trời có mưa to, gió giật mạnh, đề nghị bà con chằng chống nhà cửa.";
const area = "xa";
let files = 0;
const fresh = () => join(folder, `spoken-${files++}.wav`);

function speechWith(commands: SpeechCommand[] = [], needs: Partial<SpeechNeeds> = {}): ProgramSpeech {
  const voices = new Voices(undefined, commands);
  return new ProgramSpeech({ voices, lexicon: async () => [], atOnce: 2, ...needs });
}

const command = (id: string, argv: string[]): SpeechCommand => ({
  id,
  name: id,
  language: "vi",
  command: argv,
});

/** A WAV from a pipe does not know its length. */
function patched(wav: Buffer): Buffer {
  wav.writeUInt32LE(wav.length - 44, 40);
  return wav;
}

async function sound(text: string, settings: SpeechSettings = {}, speech = speechWith()): Promise<WavSound> {
  const file = fresh();
  await speech.speak({ text, areaId: area, ...settings }, file);
  return wavSound(file);
}

describe("espeak-ng", () => {
  test("offers Vietnamese voices of three regions and English ones", async () => {
    const { items, default: best } = await speechWith().voices();
    expect(items.map(({ id }) => id)).toEqual(["vi", "vi-vn-x-central", "vi-vn-x-south", "en-gb", "en-us"]);
    expect(items.slice(0, 3).map(({ name }) => name)).toEqual(["Giọng Bắc", "Giọng Trung", "Giọng Nam"]);
    expect(best).toBe("vi");
  });

  test("speaks, and answers how it did", async () => {
    const file = fresh();
    const spoken = await speechWith().speak({ text: "Họp lúc 7h30", areaId: area }, file);
    expect(spoken).toEqual({
      ...{ spoken: "Họp lúc bảy giờ ba mươi phút", voice: "vi", language: "vi", speed: 100, pauseMs: 600 },
    });
    const { ms, rms } = wavSound(file);
    expect(ms).toBeGreaterThan(1_500);
    expect(rms).toBeGreaterThan(0.02);
  });

  test("takes longer for longer texts", async () => {
    const [one, three] = [await sound(SENTENCE), await sound(`${SENTENCE} ${SENTENCE} ${SENTENCE}`)];
    expect(three.ms / one.ms).toBeGreaterThan(2.7);
    expect(three.ms / one.ms).toBeLessThan(3.5);
  });

  test("doubles its length at half the speed and halves it at double speed", async () => {
    const { ms } = await sound(SENTENCE);
    expect((await sound(SENTENCE, { speed: 50 })).ms / ms).toBeCloseTo(2, 0.5);
    const quick = (await sound(SENTENCE, { speed: 200 })).ms / ms;
    expect(quick).toBeGreaterThan(0.38);
    expect(quick).toBeLessThan(0.6);
  });

  test("keeps silent between paragraphs for as long as it was told", async () => {
    const text = "Bà con chú ý.\n\nNgày mai họp dân.";
    const [none, two] = [await sound(text, { pauseMs: 0 }), await sound(text, { pauseMs: 2_000 })];
    expect(two.ms - none.ms).toBeCloseTo(2_000, 0);
    expect(two.longestGapMs).toBeGreaterThanOrEqual(2_000);
  });

  test("has voices that differ", async () => {
    const voices = ["vi", "vi-vn-x-central", "vi-vn-x-south"];
    const made = await Promise.all(voices.map((voice) => sound(SENTENCE, { voice })));
    for (const [at, { samples }] of made.entries()) {
      const next = (made[(at + 1) % made.length] as WavSound).samples;
      const other = samples.filter((sample, n) => sample !== next[n]).length;
      expect(other / samples.length).toBeGreaterThan(0.2);
    }
  });

  test("speaks English with an English voice, and leaves its numbers to it", async () => {
    const file = fresh();
    const spoken = await speechWith().speak({ text: "Meeting at 7:30", areaId: area, language: "en" }, file);
    expect(spoken).toMatchObject({ spoken: "Meeting at 7:30", voice: "en-gb", language: "en" });
    expect(wavSound(file).rms).toBeGreaterThan(0.02);
  });

  test("refuses a voice and a language that it does not have", async () => {
    await expect(sound("a", { voice: "nobody" })).rejects.toMatchObject({ code: "VOICE_UNKNOWN" });
    await expect(sound("a", { language: "fr" })).rejects.toMatchObject({ code: "VOICE_UNKNOWN" });
  });

  test("fails on a text without words, and leaves no file", async () => {
    const file = fresh();
    await expect(speechWith().speak({ text: "…\n--", areaId: area }, file)).rejects.toMatchObject({
      code: "SPEECH_FAILED",
    });
    expect(existsSync(file)).toBe(false);
  });

  test("stops at the size it was given", async () => {
    const speech = speechWith([], { mostBytes: 50_000 });
    await expect(sound(SENTENCE, {}, speech)).rejects.toMatchObject({ code: "SPEECH_FAILED" });
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("is not there where the configuration names another program", async () => {
    const voices = new Voices(join(folder, "none"), []);
    const speech = speechWith([], { voices });
    expect(await speech.voices()).toEqual({ items: [], next: null, default: null });
    await expect(sound("a", {}, speech)).rejects.toMatchObject({ code: "SPEECH_UNAVAILABLE" });
  });
});

describe("nothing in a text is more than text:", () => {
  const raw = (text: string, ...args: string[]) =>
    wavSound(
      patched(execFileSync("espeak-ng", ["-v", "vi", "--stdin", "--stdout", ...args], { input: text })),
    ).ms;

  test.each([
    ["phonemes", "một [[f@n'i:m@n@l]] hai", "một   f@n'i:m@n@l   hai"],
    ["commands to espeak-ng", "một \u0001300S hai ba", "một  300S hai ba"],
  ])("%s", async (_, hostile, harmless) => {
    expect(raw(hostile)).not.toBeCloseTo(raw(harmless), -1);
    expect((await sound(hostile)).samples).toEqual((await sound(harmless)).samples);
  });

  test("speech mark-up", async () => {
    const hostile = 'một <break time="20s"/> hai';
    expect(raw(hostile, "-m")).toBeGreaterThan(15_000);
    expect((await sound(hostile)).ms).toBeLessThan(8_000);
  });

  test.each([
    "--version",
    "-f /etc/passwd",
    "$(touch boo); `touch boo`",
    "'; touch boo; '",
    "{wav} %s %n \\u0000",
  ])("%s is spoken", async (text) => {
    expect((await sound(text)).rms).toBeGreaterThan(0.02);
    expect(existsSync("boo")).toBe(false);
  });
});

describe("a configured command", () => {
  test("speaks first, with its placeholders filled, once for each paragraph", async () => {
    const log = join(folder, "calls");
    const program = makeProgram(
      folder,
      "writes-file",
      `echo "$@" >> ${log}; espeak-ng -v vi-vn-x-south --stdin -w "$2"`,
    );
    const speech = speechWith([
      command("nha", [program, "--output_file", "{wav}", "--length_scale", "{lengthScale}", "{speed}"]),
    ]);
    expect((await speech.voices()).default).toBe("nha");
    const { rms, longestGapMs } = await sound("Một\nHai; rm -rf", { speed: 80, pauseMs: 900 }, speech);
    expect(rms).toBeGreaterThan(0.02);
    expect(longestGapMs).toBeGreaterThanOrEqual(900);
    const calls = readFileSync(log, "utf8").trim().split("\n");
    expect(calls.length).toBe(2);
    expect(calls[0]).toMatch(/^--output_file \S+\.part --length_scale 1\.25 80$/);
    expect(readdirSync(folder).filter((name) => /\.(part|txt)$/.test(name))).toEqual([]);
  });

  test("may read the text from a file and write the WAV to its standard output", async () => {
    const program = makeProgram(folder, "pipes", 'exec espeak-ng -v vi -f "$1" --stdout');
    const speech = speechWith([command("ong", [program, "{text_file}"])]);
    expect((await sound(SENTENCE, { voice: "ong" }, speech)).ms).toBeGreaterThan(4_000);
  });

  test.each([
    ["fails", "echo no model >&2; exit 3", /ended with 3/],
    ["says something that is no WAV", "echo hello hello hello", /did not answer with a WAV/],
    ["says nothing", "cat > /dev/null", /nothing to say/],
  ])("that %s is a coded error", async (name, script, message) => {
    const speech = speechWith([command("bad", [makeProgram(folder, `bad-${name.length}`, script)])]);
    const failed = sound("Một", {}, speech);
    await expect(failed).rejects.toMatchObject({
      code: "SPEECH_FAILED",
      message: expect.stringMatching(message),
    });
  });

  test("whose program is gone is left out", async () => {
    const { items } = await speechWith([command("gone", [join(folder, "gone")])]).voices();
    expect(items.map(({ id }) => id)).not.toContain("gone");
  });

  const sleeper = (name: string) =>
    makeProgram(folder, name, `sleep 60 & echo $! > ${join(folder, name)}.pid; wait`);
  const pidOf = (name: string) => Number(readFileSync(join(folder, `${name}.pid`), "utf8"));

  test("that takes too long is ended with all that it started", async () => {
    const speech = speechWith([command("slow", [sleeper("slow")])], { longestWorkMs: 700 });
    const late = sound("Một", {}, speech);
    await expect(late).rejects.toMatchObject({
      code: "SPEECH_FAILED",
      message: expect.stringMatching(/took more than/),
    });
    expect(runs(pidOf("slow"))).toBe(false);
  });

  test("ends when its asker goes away", async () => {
    const speech = speechWith([command("left", [sleeper("left")])]);
    const gone = AbortSignal.timeout(700);
    const asked = speech.speak({ text: "Một", areaId: area }, fresh(), gone);
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
    expect(runs(pidOf("left"))).toBe(false);
  });
});

test("what is being spoken, and what waits for it, ends with the hub", async () => {
  const pids = join(folder, "hub.pid");
  const program = makeProgram(folder, "endless", `sleep 60 & echo $! > ${pids}; wait`);
  const speech = speechWith([command("endless", [program])], { atOnce: 1 });
  const asked = Promise.allSettled([sound("Một", {}, speech), sound("Hai", {}, speech)]);
  const pid = await vi.waitFor(() => {
    expect(Number(readFileSync(pids, "utf8"))).toBeGreaterThan(0);
    return Number(readFileSync(pids, "utf8"));
  }, 10_000);
  speech.close();
  for (const one of await asked)
    expect(one).toMatchObject({ status: "rejected", reason: { code: "SPEECH_UNAVAILABLE" } });
  expect(runs(pid)).toBe(false);
});

test("no more texts are spoken at once than configured, and all get their turn", async () => {
  const log = join(folder, "turns");
  const program = makeProgram(
    folder,
    "takes-turns",
    `echo + >> ${log}; sleep 0.2; espeak-ng -v vi --stdin --stdout; echo - >> ${log}`,
  );
  const speech = speechWith([command("turn", [program])], { atOnce: 2 });
  const made = await Promise.all(Array.from({ length: 6 }, (_, n) => sound(`Số ${n}`, {}, speech)));
  expect(made.every(({ rms }) => rms > 0.02)).toBe(true);
  let now = 0;
  const counts = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((sign) => (sign === "+" ? ++now : now--));
  expect(counts.length).toBe(12);
  expect(Math.max(...counts)).toBe(2);
});
