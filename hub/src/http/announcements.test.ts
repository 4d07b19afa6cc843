import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../testing/desk-under-test.ts";
import { speak } from "../testing/recordings.ts";

let under: DeskUnderTest;
let author: Ask;
let approver: Ask;
let speech: Buffer;
beforeAll(async () => {
  under = await deskUnderTest();
  [author, approver] = [await under.as("xa"), await under.as("xa2")];
  speech = readFileSync(speak(under.config.data));
});
afterAll(() => under.close());

function form(title: string | undefined, audio: Uint8Array<ArrayBuffer> | undefined): FormData {
  const data = new FormData();
  if (audio) data.set("audio", new File([audio], "thông báo.wav"));
  if (title !== undefined) data.set("title", title);
  return data;
}

async function uploaded(title: string, ask = author): Promise<string> {
  const answer = await ask("POST", "/announcements", form(title, new Uint8Array(speech)));
  expect(answer.statusCode).toBe(201);
  await under.desk.queue.idle();
  return answer.json().id;
}

describe("an upload", () => {
  test("is taken, worked through, and can be listened to in ranges", async () => {
    const answer = await author("POST", "/announcements", form("Tiêm phòng", new Uint8Array(speech)));
    expect(answer.json()).toMatchObject({ state: "draft", areaId: "vinh-tan", sourceName: "thông báo.wav" });
    const { id } = answer.json();
    await under.desk.queue.idle();
    const ready = (await author("GET", `/announcements/${id}`)).json();
    expect(ready).toMatchObject({
      ingest: { state: "ready", progress: 1 },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Math.abs(ready.loudnessLufs + 16)).toBeLessThanOrEqual(1);

    const whole = await author("GET", `/announcements/${id}/audio`);
    expect([whole.statusCode, whole.rawPayload.length, whole.headers["content-type"]]).toEqual([
      200,
      ready.bytes,
      "audio/ogg",
    ]);
    const part = await author("GET", `/announcements/${id}/audio`, undefined, { range: "bytes=4-9" });
    expect([part.statusCode, part.headers["content-range"]]).toEqual([206, `bytes 4-9/${ready.bytes}`]);
    expect(part.rawPayload.equals(whole.rawPayload.subarray(4, 10))).toBe(true);
    const tail = await author("GET", `/announcements/${id}/audio`, undefined, { range: "bytes=-3" });
    expect(tail.rawPayload.equals(whole.rawPayload.subarray(-3))).toBe(true);
    const beyond = await author("GET", `/announcements/${id}/audio`, undefined, { range: "bytes=99999999-" });
    expect(beyond.statusCode).toBe(416);

    const { stepMs, peaks } = (await author("GET", `/announcements/${id}/peaks`)).json();
    expect(peaks.length).toBe(Math.ceil(ready.durationMs / stepMs));
  });

  test.each([
    ["without bytes", () => form("Rỗng", new Uint8Array()), 422, "AUDIO_EMPTY"],
    ["without a file", () => form("Không có", undefined), 400, "BAD_REQUEST"],
    ["without a title", () => form(undefined, new Uint8Array(speech)), 400, "BAD_REQUEST"],
  ])("%s is refused at once and leaves nothing behind", async (_, data, status, code) => {
    const answer = await author("POST", "/announcements", data());
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  test("of more than 500 MB is refused before it is read", async () => {
    const headers = { "content-type": "multipart/form-data; boundary=x", "content-length": "600000000" };
    const answer = await author("POST", "/announcements", Buffer.from("--x--"), headers);
    expect([answer.statusCode, answer.json().code]).toEqual([413, "AUDIO_TOO_LARGE"]);
  });

  test("that is not audio fails with its code, and cannot be submitted", async () => {
    const text = new TextEncoder().encode("Kính gửi bà con");
    const { id } = (await author("POST", "/announcements", form("Thư", text))).json();
    await under.desk.queue.idle();
    const { ingest } = (await author("GET", `/announcements/${id}`)).json();
    expect(ingest).toEqual({ state: "failed", progress: 0, code: "AUDIO_NOT_AUDIO" });
    expect((await author("POST", `/announcements/${id}/submit`)).json().code).toBe("CONFLICT");
    expect((await author("GET", `/announcements/${id}/audio`)).json().code).toBe("CONFLICT");
  });

  test("that is sent again with its key is one announcement", async () => {
    const key = { "idempotency-key": "upload-1" };
    const first = await author("POST", "/announcements", form("Một lần", new Uint8Array(speech)), key);
    const again = await author("POST", "/announcements", form("Một lần", new Uint8Array(speech)), key);
    expect(again.json().id).toBe(first.json().id);
    const other = await author("POST", "/announcements", form("Lần khác", new Uint8Array(speech)), key);
    expect(other.json().code).toBe("CONFLICT");
  });

  test("is cut to what its author kept", async () => {
    const data = form("Cắt bớt", new Uint8Array(speech));
    data.set("source", "recording");
    data.set("trimStartMs", "1200");
    data.set("trimEndMs", "3200.5");
    const { id } = (await author("POST", "/announcements", data)).json();
    await under.desk.queue.idle();
    const ready = (await author("GET", `/announcements/${id}`)).json();
    expect(ready).toMatchObject({ source: "recording", ingest: { state: "ready" } });
    expect(Math.abs(ready.durationMs - 2_000.5)).toBeLessThan(1);
  });

  test.each([
    ["ends before it begins", { trimStartMs: "3000", trimEndMs: "2000" }],
    ["begins before the sound", { trimStartMs: "-1" }],
    ["is no number", { trimEndMs: "soon" }],
  ])("whose trim %s is refused", async (_, fields) => {
    const data = form("Cắt sai", new Uint8Array(speech));
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    expect((await author("POST", "/announcements", data)).json().code).toBe("BAD_REQUEST");
  });

  test("needs the right to write in its area", async () => {
    const technician = await under.as("kythuat");
    const answer = await technician("POST", "/announcements", form("Thử", new Uint8Array(speech)));
    expect(answer.json().code).toBe("FORBIDDEN");
    const elsewhere = form("Thử", new Uint8Array(speech));
    elsewhere.set("areaId", "kim-lien");
    expect((await author("POST", "/announcements", elsewhere)).json().code).toBe("NOT_FOUND");
  });
});

describe("approval", () => {
  test("is given by another person with the right, once it was asked for", async () => {
    const id = await uploaded("Lịch cắt điện");
    expect((await approver("POST", `/announcements/${id}/approve`)).json().code).toBe("CONFLICT");
    expect((await author("POST", `/announcements/${id}/submit`)).json()).toMatchObject({
      id,
      state: "submitted",
    });
    expect((await author("POST", `/announcements/${id}/approve`)).json().code).toBe("FORBIDDEN");
    expect((await author("PATCH", `/announcements/${id}`, { title: "Khác" })).json().code).toBe("CONFLICT");
    const approved = (await approver("POST", `/announcements/${id}/approve`)).json();
    expect(approved).toMatchObject({ state: "approved", decidedBy: { id: "user-xa2" } });
    expect(await under.desk.registry.announcement(id)).toMatchObject({
      state: "approved",
      decidedBy: { id: "user-xa2" },
    });
  });

  test("is not given by the author, whatever the author's rights", async () => {
    const id = await uploaded("Của lãnh đạo", approver);
    await approver("POST", `/announcements/${id}/submit`);
    const answer = await approver("POST", `/announcements/${id}/approve`);
    expect([answer.statusCode, answer.json().code]).toEqual([409, "SAME_PERSON"]);
    expect((await (await under.as("huyen"))("POST", `/announcements/${id}/approve`)).statusCode).toBe(200);
  });

  test("may be refused with a reason; the draft can be mended and submitted again", async () => {
    const id = await uploaded("Có lỗi");
    await author("POST", `/announcements/${id}/submit`);
    const rejected = (await approver("POST", `/announcements/${id}/reject`, { reason: "Sai ngày" })).json();
    expect(rejected).toMatchObject({ state: "rejected", reason: "Sai ngày" });
    expect((await author("PATCH", `/announcements/${id}`, { title: "Đã sửa" })).json().title).toBe("Đã sửa");
    const again = (await author("POST", `/announcements/${id}/submit`)).json();
    expect(again.state).toBe("submitted");
    expect(again.reason).toBeUndefined();
  });
});

describe("the list", () => {
  test("is searched without regard to accents and case, newest first, by page", async () => {
    const old = await uploaded("Thông báo Đại hội ĐẢNG");
    await under.clock.advance(1_000);
    const young = await uploaded("Thong bao dai hoi doan");
    const first = (await author("GET", "/announcements?q=đại hội đ&limit=1")).json();
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual([young]);
    const second = (await author("GET", `/announcements?q=DAI HOI D&limit=1&cursor=${first.next}`)).json();
    expect([second.items[0].id, second.next]).toEqual([old, null]);
  });

  test("leaves archived ones out until they are asked for", async () => {
    const id = await uploaded("Cũ rồi");
    expect((await author("DELETE", `/announcements/${id}`)).json().state).toBe("archived");
    const titles = async (query: string) =>
      (await author("GET", `/announcements${query}`)).json().items.map((item: { id: string }) => item.id);
    expect(await titles("")).not.toContain(id);
    expect(await titles("?state=archived")).toContain(id);
  });
});
