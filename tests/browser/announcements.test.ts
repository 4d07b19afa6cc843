// long because: one hub and its people are started once for all that happens at the announcement desk
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noSeriousFindings } from "../harness/accessibility.ts";
import type { Person } from "../harness/api.ts";
import { Dashboard, launchBrowser, type UploadFile } from "../harness/browser.ts";
import { Commune } from "../harness/commune.ts";
import { misfits } from "../harness/layout.ts";
import { fitOf, microphoneFrom, spokenFile } from "../harness/microphone.ts";
import { decode, rmsDb, speech } from "../harness/sound.ts";

const PASSWORD = "thu-nghiem-2026";
const SPOKEN =
  "Ủy ban nhân dân xã thông báo. Sáng mai từ bảy giờ đến mười một giờ, toàn xã tạm ngừng cấp điện để sửa đường dây. Đề nghị bà con chủ động.";

let commune: Commune;
let browser: Browser;
/** Commune staff at a desk, in Vietnamese. */
let staff: Dashboard;
/** The approver on a phone, in English. */
let leader: Dashboard;
let author: Person;
let approver: Person;
let spoken: string;
let mp3: UploadFile;

beforeAll(async () => {
  const { ensureDashboard } = await import(join(import.meta.dirname, "../../scripts/setup/dashboard.mjs"));
  ensureDashboard();
  commune = new Commune([]);
  spoken = spokenFile(commune.folder, SPOKEN);
  [, browser] = await Promise.all([commune.startHub(), launchBrowser(microphoneFrom(spoken))]);
  const buffer = Buffer.from(
    speech(commune.folder, "hop-dan.mp3", "Kính mời bà con về họp tại nhà văn hóa xóm."),
  );
  mp3 = { name: "hop-dan.mp3", mimeType: "audio/mpeg", buffer };
  [author, approver] = await Promise.all([commune.person("xa"), commune.person("xa2")]);
  staff = await Dashboard.enter(browser, commune.hub.http as string, { username: "xa", password: PASSWORD });
  leader = await Dashboard.enter(browser, commune.hub.http as string, {
    username: "xa2",
    password: PASSWORD,
    screen: "phone",
    language: "en",
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

const openId = ({ page }: Dashboard) => new URL(page.url()).pathname.split("/").at(-1) as string;

/** Opens a page by its address, as a link from elsewhere does. */
async function at({ page }: Dashboard, path: string): Promise<void> {
  await page.goto(`${commune.hub.http}${path}`);
  await page.locator("main :is(h1, h2):visible").first().waitFor();
}

const state = ({ page }: Dashboard, name: string) =>
  page.locator(`[data-testid="announcement"][data-state="${name}"]`);

/** What the page plays next from its own memory. */
async function played({ page }: Dashboard): Promise<() => Promise<Uint8Array>> {
  await page.evaluate(() => {
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      Object.assign(globalThis, { heard: blob });
      return make(blob);
    };
  });
  return async () => {
    const bytes = await page.evaluate(async () => {
      const { heard } = globalThis as unknown as { heard: Blob };
      return [...new Uint8Array(await heard.arrayBuffer())];
    });
    return Uint8Array.from(bytes);
  };
}

/** How long the take that is being recorded is, as the page tells it: whole seconds. */
async function recordedSeconds({ page }: Dashboard): Promise<number> {
  const [, minutes, seconds] =
    /(\d+):(\d\d)/.exec((await page.getByTestId("record-time").textContent()) ?? "") ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

const recorded = (who: Dashboard, seconds: number) =>
  expect.poll(() => recordedSeconds(who)).toBeGreaterThanOrEqual(seconds);

describe.each([
  ["a desk, in Vietnamese", () => staff, "Mức âm thanh tốt.", "Thử micro"],
  ["a phone, in English", () => leader, "The level is good.", "Microphone test"],
])("recording at %s", (_, who, goodLevel, title) => {
  let takeMs: number;

  test("the level is told in words, and a take counts its time and can be paused", async () => {
    const { page } = who();
    await at(who(), "/announcements/new?way=record");
    await page.getByText(goodLevel).waitFor();
    await page.getByTestId("record-start").click();
    await page.locator(".count-down").waitFor();
    await recorded(who(), 2);
    await page.getByTestId("record-pause").click();
    const paused = await page.getByTestId("record-time").textContent();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await page.getByTestId("record-time").textContent()).toBe(paused);
    await page.getByTestId("record-pause").click();
    await recorded(who(), 6);
    const told = await recordedSeconds(who());
    const toldAt = performance.now();
    await page.getByTestId("record-stop").click();
    const stoppedWithin = performance.now() - toldAt;
    await page.getByTestId("take-play").waitFor();
    takeMs = Number(await page.getByRole("slider").first().getAttribute("aria-valuemax"));
    expect(takeMs).toBeGreaterThan(told * 1_000 - 500);
    expect(takeMs).toBeLessThan((told + 1) * 1_000 + stoppedWithin + 500);
  });

  test("a reload loses nothing: the take is offered again", async () => {
    const { page } = who();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.getByTestId("recovered").waitFor();
    const again = Number(await page.getByRole("slider").first().getAttribute("aria-valuemax"));
    expect(Math.abs(again - takeMs)).toBeLessThan(50);
  });

  test("handles are moved by keys and numbers, and what is kept can be heard", async () => {
    const { page } = who();
    const start = page.getByRole("slider").first();
    await start.focus();
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    expect(await start.getAttribute("aria-valuenow")).toBe("2000");
    await page.getByRole("spinbutton").first().fill("1.5");
    await page.getByRole("spinbutton").first().press("Enter");
    await expect.poll(() => start.getAttribute("aria-valuenow")).toBe("1500");
    await page.getByTestId("take-play").click();
    const cursor = () => page.locator(".trim-wave").evaluate((wave) => wave.style.getPropertyValue("--at"));
    const before = await cursor();
    await expect.poll(cursor).not.toBe(before);
    await page.getByTestId("take-play").click();
  });

  test("what is stored is what was spoken into the microphone, without what was cut off", async () => {
    const { page } = who();
    await page.locator("#record-title").fill(title);
    await page.getByTestId("record-save").click();
    await who().announcement("ready").waitFor({ timeout: 30_000 });
    const person = who() === staff ? author : approver;
    const stored = await person.get(`/announcements/${openId(who())}`);
    expect(stored.source).toBe("recording");
    expect(Math.abs(stored.durationMs - (takeMs - 1_500))).toBeLessThan(120);
    const audio = await person.bytes(`/announcements/${stored.id}/audio`);
    const fit = fitOf(audio, readFileSync(spoken), 1);
    expect(fit).toBeGreaterThan(0.6);
    // The same voice saying something else fits by its pitch alone.
    expect(fitOf(audio, mp3.buffer, 1)).toBeLessThan(fit - 0.2);
  });
});

test("a take is thrown away only after asking, then the microphone is open again", async () => {
  const { page } = staff;
  await at(staff, "/announcements/new?way=record");
  await page.getByTestId("record-start").click();
  await recorded(staff, 2);
  await page.getByTestId("record-stop").click();
  await page.getByTestId("record-again").click();
  await page.getByText("Bản thu chưa lưu sẽ mất.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByTestId("take-play").waitFor();
  await page.getByTestId("record-again").click();
  await staff.confirm();
  await page.getByTestId("record-start").waitFor();
  await page.reload();
  await page.getByTestId("record-start").waitFor();
  expect(await page.getByTestId("recovered").count()).toBe(0);
});

test("who may not use the microphone is told where to allow it", async () => {
  const closed = await launchBrowser(["--use-fake-device-for-media-stream", "--deny-permission-prompts"]);
  const denied = await Dashboard.enter(closed, commune.hub.http as string, {
    username: "xa",
    password: PASSWORD,
  });
  await at(denied, "/announcements/new?way=record");
  const problem = denied.page.getByTestId("microphone-problem");
  await problem.waitFor();
  expect(await problem.getAttribute("data-problem")).toBe("denied");
  expect(await problem.textContent()).toMatch(/chưa được phép dùng micro.*thanh địa chỉ → Micro → Cho phép/s);
  await closed.close();
});

test("several dropped files become one announcement each; what is no sound is refused at once", async () => {
  const { page } = staff;
  await at(staff, "/announcements");
  const second = { ...mp3, name: "tiem-phong.mp3" };
  await staff.dropFiles([
    mp3,
    second,
    { name: "cong-van.pdf", mimeType: "application/pdf", buffer: Buffer.from("x") },
  ]);
  const rows = page.getByTestId("upload-row");
  await expect.poll(() => rows.count()).toBe(3);
  await page.getByText("Tệp này không phải âm thanh.").waitFor();
  expect(await rows.nth(0).getByRole("textbox").inputValue()).toBe("hop dan");
  await rows.nth(0).getByRole("textbox").fill("Mời họp dân tìm kiếm");
  await page.getByTestId("upload-send").click();
  await expect.poll(() => page.getByText("Đã sẵn sàng: mở để nghe").count(), { timeout: 30_000 }).toBe(2);
  const { items } = await author.get("/announcements?limit=10");
  const titles = items.map(({ title }: { title: string }) => title);
  expect(titles).toEqual(expect.arrayContaining(["Mời họp dân tìm kiếm", "tiem phong"]));
});

test("an upload that loses its link goes on by itself and becomes one announcement", async () => {
  const { page } = staff;
  await at(staff, "/announcements/new?way=upload");
  let broken = 0;
  await page.route("**/api/v1/announcements", async (route) => {
    if (route.request().method() === "POST" && broken++ === 0) await route.abort("connectionreset");
    else await route.continue();
  });
  await page.getByTestId("upload-file").setInputFiles({ ...mp3, name: "mot-lan.mp3" });
  await page.getByTestId("upload-send").click();
  await page.getByText("Mất nối. Sẽ tự gửi lại").waitFor();
  await staff.announcement("ready").waitFor({ timeout: 30_000 });
  await page.unroute("**/api/v1/announcements");
  const { items } = await author.get("/announcements?q=mot%20lan");
  expect(items).toHaveLength(1);
});

test("search finds without accents, and says what to do when nothing is found", async () => {
  const { page } = staff;
  await at(staff, "/announcements");
  await page.getByRole("searchbox").fill("tim kiem");
  await expect.poll(() => page.locator("a.row").count()).toBe(1);
  expect(await page.locator("a.row").textContent()).toContain("Mời họp dân tìm kiếm");
  await page.getByRole("searchbox").fill("khong co gi the nay");
  await page.getByTestId("none-found").waitFor();
  await page.getByRole("button", { name: "Xem tất cả" }).click();
  await expect.poll(() => page.locator("a.row").count()).toBeGreaterThan(3);
  await page.locator("a.row").first().focus();
  await page.keyboard.press("ArrowDown");
  expect(
    await page
      .locator("a.row")
      .nth(1)
      .evaluate((row) => row === document.activeElement),
  ).toBe(true);
});

const TEXT = "UBND xã thông báo: từ 7h30 ngày 12/3 cắt điện 50 hộ ở xóm Nghi.";

test("numbers and dates are shown as they will be read, and the preview is real sound", async () => {
  const { page } = staff;
  await at(staff, "/announcements/new?way=text");
  await page.locator("#speech-title").fill("Cắt điện xóm");
  await page.locator("#speech-text").fill(TEXT);
  const reading = page.getByTestId("reading");
  await expect.poll(() => reading.textContent(), { timeout: 10_000 }).toMatch(/năm mươi/);
  expect(await reading.locator(".read-change").count()).toBeGreaterThan(2);
  await page.getByTestId("estimate").getByText("Đọc khoảng").waitFor();
  const heard = await played(staff);
  await page.getByTestId("listen").click();
  await page.getByTestId("listen").getByText("Dừng nghe").waitFor();
  const samples = decode(await heard());
  expect(samples.length / 48_000).toBeGreaterThan(4);
  expect(rmsDb(samples)).toBeGreaterThan(-40);
});

/** Waits until the browser keeps a text that is being written. */
const draftKept = ({ page }: Dashboard, text: string) =>
  expect
    .poll(() => page.evaluate(() => Object.values({ ...localStorage }).join("\n")))
    .toContain(JSON.stringify(text));

test("what is being written outlives a reload", async () => {
  const { page } = staff;
  await draftKept(staff, TEXT);
  await page.reload();
  await page.getByTestId("draft-restored").waitFor();
  expect(await page.locator("#speech-text").inputValue()).toBe(TEXT);
});

test("a selected word is given the way it is said here, and the voice reads it so", async () => {
  const { page } = staff;
  await page.locator("#speech-text").evaluate((area: HTMLTextAreaElement) => {
    const from = area.value.indexOf("Nghi");
    area.setSelectionRange(from, from + 4);
    area.dispatchEvent(new Event("select"));
  });
  await page.getByTestId("say-as").getByText("“Nghi” đọc là").waitFor();
  await page.getByTestId("say-as").click();
  await page.locator("input.spoken").first().fill("Nghi Kim");
  await page.getByTestId("lexicon-save").click();
  await expect
    .poll(() => page.getByTestId("reading").textContent(), { timeout: 10_000 })
    .toContain("xóm Nghi Kim");
});

test("a text is saved, spoken, and keeps what was written beside what was read", async () => {
  const { page } = staff;
  await page.getByTestId("speech-save").click();
  await staff.announcement("ready").waitFor({ timeout: 30_000 });
  const stored = await author.get(`/announcements/${openId(staff)}`);
  expect(stored).toMatchObject({ source: "speech", title: "Cắt điện xóm", speech: { text: TEXT } });
  expect(stored.speech.spoken).toMatch(/năm mươi.*Nghi Kim/s);
  expect(rmsDb(decode(await author.bytes(`/announcements/${stored.id}/audio`)))).toBeGreaterThan(-30);
  await page.getByTestId("spoken-text").getByText("Máy đọc là").waitFor();
});

test("a new version is handed in with what it changes, and decided on by what it changes", async () => {
  const id = openId(staff);
  await staff.submit();
  await approver.post(`/announcements/${id}/approve`);
  await state(staff, "approved").waitFor();
  await staff.page.getByTestId("revise").click();
  await staff.page.locator("#speech-text").fill(TEXT.replace("7h30", "8h30"));
  await staff.page.getByTestId("speech-save").click();
  await staff.page
    .locator('[data-testid="announcement"][data-version="2"][data-ingest="ready"]')
    .waitFor({ timeout: 30_000 });
  await staff.page.getByText("cụm loa vẫn phát bản 1 đã duyệt").waitFor();
  await staff.page.getByTestId("submit").click();
  const sheet = staff.page.getByRole("dialog", { name: /Gửi duyệt/ });
  await sheet.getByTestId("submit-yes").waitFor();
  expect(await sheet.locator(".diff-text del").allTextContents()).toEqual([expect.stringContaining("7h30")]);
  expect(await sheet.locator(".diff-text ins").allTextContents()).toEqual([expect.stringContaining("8h30")]);
  expect(await sheet.locator("loa-wave-player").count()).toBe(2);
  await sheet.getByTestId("submit-yes").click();
  await state(staff, "submitted").waitFor();

  await at(leader, `/announcements/${id}`);
  await leader.page.getByTestId("diff").getByText("Changes since approved version 1").waitFor();
  expect(await leader.page.locator(".diff-text ins").first().textContent()).toContain("8h30");
  await leader.page.getByTestId("reject").click();
  await leader.page.getByRole("button", { name: "A fact is wrong: date, time or place." }).click();
  await leader.confirm();
  await state(staff, "rejected").waitFor();
  await staff.page.getByTestId("decision").getByText("A fact is wrong").waitFor();
});

test("versions can be heard, and one can go back to what is approved", async () => {
  const { page } = staff;
  await expect.poll(() => page.getByTestId("version").count()).toBe(2);
  await page.locator('[data-testid="version"][data-version="1"] .version-head').click();
  await page.getByRole("button", { name: "Nghe: Bản 1" }).click();
  const position = page.getByRole("slider", { name: "Vị trí nghe: Bản 1" });
  await expect.poll(async () => Number(await position.inputValue())).toBeGreaterThan(200);
  await page.getByTestId("revert").click();
  await staff.confirm();
  await page.locator('[data-testid="announcement"][data-version="1"][data-state="approved"]').waitFor();
});

test("an expiry date is set in the area's time, and what is archived comes back by undo", async () => {
  const { page } = staff;
  await page.getByTestId("more").click();
  await page.getByTestId("expiry").click();
  await page.getByLabel("Ngày").fill("2031-05-01");
  await page.getByLabel("Giờ", { exact: true }).fill("18:00");
  await page.getByTestId("expiry-save").click();
  await expect
    .poll(async () => (await author.get(`/announcements/${openId(staff)}`)).expiresAt)
    .toBe(Date.parse("2031-05-01T18:00:00+07:00"));
  await page.getByTestId("more").click();
  await page.getByTestId("archive").click();
  await state(staff, "archived").waitFor();
  await page.getByTestId("undo").click();
  await state(staff, "approved").waitFor();
});

test("silence in a sound is marked on its waveform and named with what to do", async () => {
  const { page } = staff;
  const silent = speech(commune.folder, "lang.mp3", "Kính mời bà con.", ["-af", "adelay=4000:all=1"]);
  await at(staff, "/announcements");
  await staff.upload("Lặng đầu", { name: "lang.mp3", mimeType: "audio/mpeg", buffer: Buffer.from(silent) });
  await staff.announcement("ready").waitFor({ timeout: 30_000 });
  const finding = page.locator('[data-testid="finding"][data-code="SILENCE_AT_START"]');
  await finding.getByText("Cắt bớt đầu rồi lưu lại").waitFor();
  expect(await page.getByTestId("wave-mark").count()).toBeGreaterThan(0);
});

test("a template asks for its blanks by name, fills its text and becomes an announcement", async () => {
  const { page } = leader;
  await at(leader, "/announcements/new?way=text");
  await page.locator("#speech-text").fill("Something else");
  await draftKept(leader, "Something else");
  await page.getByTestId("way-template").click();
  await page.getByTestId("template").first().locator(".template-pick").click();
  await page.getByTestId("template-use").click();
  await page.getByRole("alert").first().waitFor();
  const missing = (await page.getByTestId("template-missing").textContent()) ?? "";
  expect(missing).toContain("Still missing: ");
  for (const field of await page.locator(".template-fields :is(input, textarea)").all()) {
    const type = (await field.getAttribute("type")) ?? "text";
    const values: Record<string, string> = {
      date: "2026-12-24",
      time: "17:30",
      number: "12",
      tel: "0912345678",
    };
    await field.fill(values[type] ?? "nhà văn hóa");
  }
  await page.getByText("Complete").waitFor();
  expect(await page.locator("mark.blank").count()).toBe(0);
  await page.getByTestId("template-use").click();
  await expect.poll(() => page.locator("#speech-text").inputValue()).toContain("nhà văn hóa");
  expect(await page.locator("#speech-text").inputValue()).not.toMatch(/\{\w+\}/);
  await page.getByTestId("draft-earlier").getByText("is still here").waitFor();
  await page.getByTestId("speech-save").click();
  await leader.announcement("ready").waitFor({ timeout: 30_000 });
});

test("one's own template is made from an announcement, deleted and brought back", async () => {
  const { page } = leader;
  await page.getByTestId("more").click();
  await page.getByTestId("save-template").click();
  await page.getByLabel("Name of the template").fill("Mẫu của xã");
  await page.locator("#template-text").evaluate((area: HTMLTextAreaElement) => {
    const from = area.value.indexOf("nhà văn hóa");
    area.setSelectionRange(from, from + "nhà văn hóa".length);
  });
  await page.getByTestId("insert-blank").click();
  await page.getByText("{nhaVanHoa}").first().waitFor();
  await page.getByTestId("template-save").click();
  await leader.message().getByText("Template “Mẫu của xã” was saved.").waitFor();
  await at(leader, "/announcements/new?way=template");
  const mine = page.getByTestId("template").filter({ hasText: "Mẫu của xã" });
  await mine.getByRole("button", { name: "Delete template" }).click();
  await mine.waitFor({ state: "detached" });
  await page.getByTestId("undo").click();
  await mine.waitFor();
});

test("every page and way fits a desk and a phone, and has no serious barriers in either theme", async () => {
  const id = (await author.get("/announcements?q=cat%20dien%20xom")).items[0].id;
  const paths = ["/announcements", `/announcements/${id}`, "/announcements/new"];
  for (const way of ["record", "upload", "text", "template"]) paths.push(`/announcements/new?way=${way}`);
  await leader.page.evaluate(() => localStorage.setItem("loa.theme", "dark"));
  for (const who of [staff, leader])
    for (const path of paths) {
      await at(who, path);
      await who.page.locator(".skeleton").first().waitFor({ state: "detached" });
      expect(await misfits(who.page, who === leader), path).toEqual([]);
      await noSeriousFindings(who.page, path);
    }
});

test("pages threw no errors and asked nobody but the hub", () => {
  for (const { errors, foreign } of [staff, leader]) {
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  }
});
