import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../testing/desk-under-test.ts";

let under: DeskUnderTest;
let author: Ask;
beforeAll(async () => {
  under = await deskUnderTest();
  author = await under.as("xa");
});
afterAll(() => under.close());

const TEXT = "Kính thưa bà con nhân dân.\nSáng mai, từ 7 giờ, toàn xã tạm ngừng cấp điện.";

test("a text is taken at once, spoken in its turn, and is an announcement like any other", async () => {
  const body = { title: "Cắt điện", text: TEXT, speed: 120 };
  const answer = await author("POST", "/announcements", body);
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toMatchObject({
    state: "draft",
    source: "speech",
    speech: { text: TEXT, speed: 120 },
  });
  const { id } = answer.json();
  await under.desk.queue.idle();
  const ready = (await author("GET", `/announcements/${id}`)).json();
  expect(ready).toMatchObject({
    ingest: { state: "ready" },
    findings: [],
    speech: { text: TEXT, speed: 120 },
  });
  expect(ready.speech.spoken).not.toBe("");
  expect(ready.speech.voice).toMatch(/vi/);
  expect(Math.abs(ready.loudnessLufs + 16)).toBeLessThanOrEqual(1);
  expect(ready.durationMs).toBeGreaterThan(3_000);
  expect(existsSync(join(under.config.data, "work", `${id}.wav`))).toBe(false);
});

test("a faster voice takes less time, and the diff shows what was written otherwise", async () => {
  const { id } = (await author("POST", "/announcements", { title: "Họp xóm", text: TEXT })).json();
  await under.desk.queue.idle();
  const slow = (await author("GET", `/announcements/${id}`)).json();
  await author("POST", `/announcements/${id}/submit`);
  const text = TEXT.replace("Sáng mai", "Chiều mai");
  expect((await author("POST", `/announcements/${id}/revisions`, { text, speed: 170 })).statusCode).toBe(201);
  await under.desk.queue.idle();
  const fast = (await author("GET", `/announcements/${id}`)).json();
  expect(fast).toMatchObject({ version: 2, title: "Họp xóm", speech: { text, speed: 170 } });
  expect(fast.durationMs).toBeLessThan(slow.durationMs * 0.85);
  const diff = (await author("GET", `/announcements/${id}/diff`)).json();
  expect(diff.soundChanged).toBe(true);
  expect(diff.text.filter(({ change }: { change: string }) => change !== "same")).toEqual([
    { change: "removed", text: "Sáng" },
    { change: "added", text: "Chiều" },
  ]);
});

test("a voice that nobody has fails with its code, and another text mends it", async () => {
  const { id } = (
    await author("POST", "/announcements", { title: "Thử", text: TEXT, voice: "nobody" })
  ).json();
  await under.desk.queue.idle();
  const failed = (await author("GET", `/announcements/${id}`)).json();
  expect(failed.ingest).toEqual({ state: "failed", progress: 0, code: "VOICE_UNKNOWN" });
  await author("POST", `/announcements/${id}/revisions`, { text: TEXT });
  await under.desk.queue.idle();
  expect((await author("GET", `/announcements/${id}`)).json().ingest.state).toBe("ready");
});

test("a text that was not spoken when the hub stopped is spoken after the restart", async () => {
  const before = await deskUnderTest();
  const ask = await before.as("xa");
  const { id } = (await ask("POST", "/announcements", { title: "Bão", text: TEXT })).json();
  const after = await before.restart();
  onTestFinished(() => after.close());
  await after.desk.queue.idle();
  const found = (await (await after.as("xa"))("GET", `/announcements/${id}`)).json();
  expect(found).toMatchObject({ ingest: { state: "ready" }, speech: { text: TEXT } });
});

test.each([
  ["no text", { title: "x" }],
  ["no title", { text: "x" }],
  ["a text without end", { title: "x", text: "x".repeat(10_001) }],
  ["a pace nobody follows", { title: "x", text: "x", speed: 1_000 }],
])("%s is refused with what does not fit", async (_, body) => {
  const answer = await author("POST", "/announcements", body);
  expect([answer.statusCode, answer.json().code]).toEqual([400, "BAD_REQUEST"]);
});

test("a recording from a browser says that it is one", async () => {
  const form = new FormData();
  form.set("title", "Ghi âm");
  form.set("source", "recording");
  form.set("audio", new File(["no sound"], "recording.webm"));
  expect((await author("POST", "/announcements", form)).json()).toMatchObject({ source: "recording" });
  form.set("source", "speech");
  expect((await author("POST", "/announcements", form)).json().code).toBe("BAD_REQUEST");
  await under.desk.queue.idle();
});

test("the description of the API holds both bodies", async () => {
  const { paths } = (await under.server.inject({ url: "/api/v1/openapi.json" })).json();
  const { content } = paths["/api/v1/announcements"].post.requestBody;
  expect(Object.keys(content)).toEqual(["application/json", "multipart/form-data"]);
  expect(content["multipart/form-data"].schema.properties.audio).toMatchObject({ format: "binary" });
  expect(content["application/json"].schema.required).toEqual(["title", "text"]);
});
