import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { deskUnderTest } from "../testing/desk-under-test.ts";
import { speak } from "../testing/recordings.ts";

const form = (file: string) => {
  const data = new FormData();
  data.set("title", "Thông báo");
  data.set("audio", new File([readFileSync(file)], "loa.wav"));
  return data;
};

test("an upload that a stop cut off is worked through after the restart", async () => {
  const before = await deskUnderTest();
  const ask = await before.as("xa");
  const { id } = (await ask("POST", "/announcements", form(speak(before.config.data)))).json();
  const after = await before.restart();
  onTestFinished(() => after.close());
  await after.desk.queue.idle();
  const found = (await (await after.as("xa"))("GET", `/announcements/${id}`)).json();
  expect(found.ingest).toEqual({ state: "ready", progress: 1 });
  expect(after.desk.assets.has(found.sha256)).toBe(true);
});

test("without ffmpeg an upload fails with a code that says so", async () => {
  const under = await deskUnderTest({ LOA_FFMPEG: "/nowhere/ffmpeg" });
  onTestFinished(() => under.close());
  const ask = await under.as("xa");
  const { id } = (await ask("POST", "/announcements", form(speak(under.config.data)))).json();
  await under.desk.queue.idle();
  const { ingest } = (await ask("GET", `/announcements/${id}`)).json();
  expect(ingest).toEqual({ state: "failed", progress: 0, code: "FFMPEG_MISSING" });
});
