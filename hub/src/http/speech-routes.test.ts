import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Ask, type DeskUnderTest, deskUnderTest, PASSWORD } from "../testing/desk-under-test.ts";
import { makeProgram, runs, wavSound } from "../testing/wav-sound.ts";

const programs = mkdtempSync(join(tmpdir(), "loa-programs-"));
const pidFile = join(programs, "pid");
let under: DeskUnderTest;
let admin: Ask;
let staff: Ask;
let technician: Ask;
beforeAll(async () => {
  const sleeper = makeProgram(programs, "sleeper", `sleep 60 & echo $! > ${pidFile}; wait`);
  const commands = [{ id: "cham", name: "Giọng chậm", language: "vi-VN", command: [sleeper] }];
  under = await deskUnderTest({ LOA_SPEECH_COMMANDS: JSON.stringify(commands) });
  await logIn();
});
async function logIn() {
  [admin, staff, technician] = [await under.as("admin"), await under.as("xa"), await under.as("kythuat")];
}
afterAll(async () => {
  await under.close();
  rmSync(programs, { recursive: true, force: true });
});

const leftOver = () =>
  readdirSync(join(under.config.data, "uploads")).filter((name) => name.startsWith("preview"));

describe("speech", () => {
  test("names its voices, configured ones first", async () => {
    const { items, default: best } = (await staff("GET", "/speech/voices")).json();
    expect(items[0]).toEqual({ id: "cham", name: "Giọng chậm", language: "vi-VN", engine: "cham" });
    expect(items[1]).toEqual({ id: "vi", name: "Giọng Bắc", language: "vi", engine: "espeak-ng" });
    expect(best).toBe("cham");
  });

  test("tells how a text will be read", async () => {
    const reading = (await staff("POST", "/speech/reading", { text: "Họp 7h30" })).json();
    expect(reading).toEqual({
      spoken: "Họp bảy giờ ba mươi phút",
      changes: [{ start: 4, end: 8, written: "7h30", spoken: "bảy giờ ba mươi phút", kind: "time" }],
    });
    const english = { text: "Meet at 7:30", language: "en-GB" };
    expect((await staff("POST", "/speech/reading", english)).json()).toEqual({
      spoken: "Meet at 7:30",
      changes: [],
    });
  });

  test("lets a text be heard, and keeps nothing of it", async () => {
    const body = { text: "Kính mời bà con.\nHọp lúc 7h30.", voice: "vi", speed: 90, pauseMs: 1_000 };
    const key = { "idempotency-key": "preview-1" };
    const answer = await staff("POST", "/speech/preview", body, key);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toBe("audio/wav");
    const { ms, rms, longestGapMs } = wavSound(answer.rawPayload);
    expect(ms).toBeGreaterThan(3_000);
    expect(rms).toBeGreaterThan(0.02);
    expect(longestGapMs).toBeGreaterThanOrEqual(1_000);
    const again = await staff("POST", "/speech/preview", { ...body, speed: 110 }, key);
    expect(again.statusCode).toBe(200);
    await vi.waitFor(() => expect(leftOver()).toEqual([]));
  });

  test.each([
    ["an unknown voice", { text: "a", voice: "nobody" }, "VOICE_UNKNOWN"],
    ["no text", { text: "" }, "BAD_REQUEST"],
    ["a text that is too long", { text: "a".repeat(10_001) }, "BAD_REQUEST"],
    ["a pace that no voice has", { text: "a", speed: 300 }, "BAD_REQUEST"],
    ["an area elsewhere", { text: "a", areaId: "kim-lien" }, "NOT_FOUND"],
    ["nothing to say", { text: "...", voice: "vi" }, "SPEECH_FAILED"],
  ])("refuses %s", async (_, body, code) => {
    expect((await staff("POST", "/speech/preview", body)).json().code).toBe(code);
    expect(leftOver()).toEqual([]);
  });

  test("is for those who write announcements", async () => {
    for (const [method, path, body] of [
      ["GET", "/speech/voices", undefined],
      ["POST", "/speech/reading", { text: "a" }],
      ["POST", "/speech/preview", { text: "a" }],
    ] as const)
      expect((await technician(method, path, body)).json().code).toBe("FORBIDDEN");
  });

  test("ends the voice when its listener goes away", async () => {
    await under.server.listen({ host: "127.0.0.1", port: 0 });
    const { port } = under.server.addresses()[0] as { port: number };
    const body = { username: "xa", password: PASSWORD };
    const { cookies } = await under.server.inject({ method: "POST", url: "/api/v1/session", payload: body });
    const asked = request({
      ...{ host: "127.0.0.1", port, method: "POST", path: "/api/v1/speech/preview" },
      headers: { "content-type": "application/json", cookie: `${cookies[0]?.name}=${cookies[0]?.value}` },
    });
    asked.on("error", () => {});
    asked.end(JSON.stringify({ text: "Bà con chú ý", voice: "cham" }));
    const pid = await vi.waitFor(() => {
      expect(Number(readFileSync(pidFile, "utf8"))).toBeGreaterThan(0);
      return Number(readFileSync(pidFile, "utf8"));
    }, 10_000);
    expect(runs(pid)).toBe(true);
    asked.destroy();
    await vi.waitFor(() => expect(runs(pid)).toBe(false), 10_000);
    await vi.waitFor(() => expect(leftOver()).toEqual([]));
  });

  test("is rationed for each user", async () => {
    const other = await under.as("xa2");
    const ask = () => other("POST", "/speech/preview", { text: "a", voice: "nobody" });
    const answers = [];
    for (let n = 0; n < 21; n++) answers.push((await ask()).json().code);
    expect(answers.slice(0, 20)).toEqual(Array(20).fill("VOICE_UNKNOWN"));
    expect(answers[20]).toBe("TOO_MANY_REQUESTS");
    const unaffected = await admin("POST", "/speech/preview", { text: "a", voice: "nobody" });
    expect(unaffected.json().code).toBe("VOICE_UNKNOWN");
  });
});

describe("a lexicon", () => {
  const read = async (ask: Ask, text: string) =>
    (await ask("POST", "/speech/reading", { text })).json().spoken;

  test("holds in its area and below it; the nearest entry wins", async () => {
    const province = [
      { written: "Cửa Tiền", spoken: "cửa tiền tỉnh" },
      { written: "VNPT", spoken: "vi en pi ti" },
    ];
    expect((await admin("PUT", "/areas/nghe-an/lexicon", { items: province })).statusCode).toBe(200);
    expect(await read(staff, "cầu CỬA TIỀN, VNPT")).toBe("cầu cửa tiền tỉnh, vi en pi ti");
    const own = [{ written: "cửa tiền", spoken: "cửa tiền xã" }];
    const { items, inherited } = (await staff("PUT", "/areas/vinh-tan/lexicon", { items: own })).json();
    expect(items).toEqual(own);
    expect(inherited).toEqual(province.map((entry) => ({ ...entry, areaId: "nghe-an" })));
    expect(await read(staff, "cầu Cửa Tiền")).toBe("cầu cửa tiền xã");
    expect(await read(admin, "cầu Cửa Tiền")).toBe("cầu cửa tiền tỉnh");
    expect((await staff("GET", "/areas/vinh-tan/lexicon")).json().items).toEqual(own);
  });

  test("is kept over a restart of the hub, in its order, and audited", async () => {
    const items = ["b", "a", "Nghi Lộc"].map((written) => ({ written, spoken: `${written} nói` }));
    await staff("PUT", "/areas/vinh-tan/lexicon", { items });
    expect((await staff("GET", "/areas/vinh-tan/lexicon")).json().items).toEqual(items);
    const [entry] = (await admin("GET", "/audit?limit=1")).json().items;
    expect(entry).toMatchObject({ action: "lexicon.change", subject: "vinh-tan" });
    expect(entry.detail).toMatchObject({ set: { "Nghi Lộc": "Nghi Lộc nói" }, removed: ["cửa tiền"] });
    under = await under.restart();
    await logIn();
    expect((await staff("GET", "/areas/vinh-tan/lexicon")).json().items).toEqual(items);
  });

  test.each([
    [
      "a word twice",
      [
        { written: "Kim", spoken: "a" },
        { written: " KIM ", spoken: "b" },
      ],
    ],
    [
      "a word in two ways of composing",
      [
        { written: "Lộc", spoken: "a" },
        { written: "Lộc".normalize("NFD"), spoken: "b" },
      ],
    ],
    ["an empty word", [{ written: "  ", spoken: "a" }]],
    ["control characters", [{ written: "a", spoken: "\u0001b" }]],
  ])("refuses %s and keeps what it had", async (_, items) => {
    const before = (await staff("GET", "/areas/vinh-tan/lexicon")).json();
    const answer = await staff("PUT", "/areas/vinh-tan/lexicon", { items });
    expect(answer.json()).toMatchObject({ status: 422, code: "LEXICON_INVALID" });
    expect((await staff("GET", "/areas/vinh-tan/lexicon")).json()).toEqual(before);
  });

  test("is written by those who write announcements there, and read by all who see the area", async () => {
    const items = [{ written: "a", spoken: "b" }];
    expect((await staff("PUT", "/areas/nghe-an/lexicon", { items })).json().code).toBe("NOT_FOUND");
    expect((await staff("PUT", "/areas/kim-lien/lexicon", { items })).json().code).toBe("NOT_FOUND");
    expect((await technician("PUT", "/areas/vinh-tan/lexicon", { items })).json().code).toBe("FORBIDDEN");
    expect((await technician("GET", "/areas/vinh-tan/lexicon")).statusCode).toBe(200);
    expect((await admin("GET", "/areas/nowhere/lexicon")).json().code).toBe("NOT_FOUND");
  });
});

test("a text that was being spoken when the hub stopped is taken up again", async () => {
  rmSync(pidFile, { force: true });
  const sleeping = () =>
    vi.waitFor(() => {
      expect(Number(readFileSync(pidFile, "utf8"))).toBeGreaterThan(0);
      return Number(readFileSync(pidFile, "utf8"));
    }, 10_000);
  const text = { title: "Họp xóm", text: "Kính mời bà con.", voice: "cham" };
  const { id } = (await staff("POST", "/announcements", text)).json();
  const before = await sleeping();
  rmSync(pidFile);
  under = await under.restart();
  expect(runs(before)).toBe(false);
  await logIn();
  expect(await sleeping()).not.toBe(before);
  expect((await staff("GET", `/announcements/${id}`)).json().ingest.state).toBe("processing");
});
