import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Dashboard, launchBrowser, type SCREENS, type UploadFile } from "../harness/browser.ts";
import { Commune } from "../harness/commune.ts";
import { misfits } from "../harness/layout.ts";
import { speech } from "../harness/sound.ts";

const PASSWORD = "thu-nghiem-2026";
const STATIONS = ["loa-cho-01", "loa-dinh-02"];
const TEXT = "Ủy ban nhân dân xã thông báo. Sáng mai toàn xã tạm ngừng cấp điện. Đề nghị bà con chủ động.";
const ZONE = "Asia/Ho_Chi_Minh";
const LATER_MS = 2 * 3_600_000;
/** Time to see that every station has plan and sound before it sounds. */
const SOON_MS = 14_000;

let commune: Commune;
let browser: Browser;
/** Commune staff at a desk. */
let staff: Dashboard;
/** The commune's approver on a phone. */
let leader: Dashboard;
let person: Person;
let mp3: UploadFile;
let announcementId: string;
let scheduleId: string;
let broadcastId: string;

beforeAll(async () => {
  const { ensureDashboard } = await import(join(import.meta.dirname, "../../scripts/setup/dashboard.mjs"));
  ensureDashboard();
  [commune, browser] = await Promise.all([
    new Commune(STATIONS.map((id) => ({ id }))).start(),
    launchBrowser(),
  ]);
  const buffer = Buffer.from(speech(commune.folder, "cat-dien.mp3", TEXT));
  mp3 = { name: "cat-dien.mp3", mimeType: "audio/mpeg", buffer };
  [staff, leader, person] = await Promise.all([open("desk"), open("phone"), commune.person("xa")]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

const open = (screen: keyof typeof SCREENS) => Dashboard.open(browser, commune.hub.http as string, screen);

/** The last part of the open page's address. */
const openId = ({ page }: Dashboard) => new URL(page.url()).pathname.split("/").at(-1) as string;

/** The first full minute of the area's clocks at least so far ahead. */
function minuteAhead(ms: number): { date: string; time: string } {
  const at = Temporal.Instant.fromEpochMilliseconds(Date.now() + ms).toZonedDateTimeISO(ZONE);
  const minute = at.round({ smallestUnit: "minute", roundingMode: "ceil" });
  return { date: minute.toPlainDate().toString(), time: minute.toPlainTime().toString().slice(0, 5) };
}

test("a wrong password is refused in words, the right one lets in", async () => {
  await staff.logIn("xa", "sai-mat-khau");
  await staff.page.getByRole("alert").getByText("Tên đăng nhập hoặc mật khẩu không đúng.").waitFor();
  await staff.logIn("xa", PASSWORD);
  await staff.sentence().waitFor();
  expect(await staff.sentence().textContent()).toContain("Cả 2 cụm loa sẵn sàng");
  await leader.logIn("xa2", PASSWORD);
  await leader.sentence().waitFor();
});

test("an uploaded speech is worked through, judged by its loudness, drawn and played", async () => {
  await staff.upload("Cắt điện ngày mai", mp3);
  await staff.announcement("ready").waitFor();
  announcementId = openId(staff);
  expect(await staff.page.getByTestId("loudness").textContent()).toMatch(
    /Âm lượng vừa phải.*khi phát −16,\d LUFS/s,
  );
  const drawing = staff.page.locator(".wave .rest path");
  await expect.poll(async () => (await drawing.getAttribute("d"))?.length).toBeGreaterThan(500);
  await staff.page.getByRole("button", { name: "Nghe", exact: true }).click();
  await staff.page.getByRole("button", { name: "Tạm dừng" }).waitFor();
  const position = staff.page.getByRole("slider", { name: "Vị trí nghe" });
  await expect.poll(async () => Number(await position.inputValue())).toBeGreaterThan(200);
});

test("a file that is no sound is refused in words", async () => {
  const buffer = Buffer.from("Đây là văn bản, không phải tiếng.\n".repeat(200));
  await staff.upload("Ghi chú", { name: "ghi-chu.mp3", mimeType: "audio/mpeg", buffer });
  const refusal = staff.page.getByText("Tệp này không phải âm thanh. Dùng WAV, MP3");
  await refusal.waitFor();
});

test("another person approves; the author is told why not", async () => {
  await staff.openAnnouncement("Cắt điện ngày mai");
  await staff.submit();
  await leader.openAnnouncement("Cắt điện ngày mai");
  await leader.approve();
  await staff.page.locator('[data-testid="announcement"][data-state="approved"]').waitFor();
  await staff.page.getByText("Hồ Thị Lan (phó chủ tịch) đã duyệt").waitFor();

  await leader.drop("Họp phụ nữ", mp3);
  await leader.announcement("ready").waitFor();
  await leader.submit();
  await leader.page.getByText("Bạn là người tạo bản tin này, nên một người khác phải duyệt.").waitFor();
  expect(await leader.page.getByTestId("approve").count()).toBe(0);
});

test("a rejection wants a reason, and the author reads it", async () => {
  await staff.upload("Thu tiền nước", mp3);
  await staff.announcement("ready").waitFor();
  await staff.submit();
  await leader.openAnnouncement("Thu tiền nước");
  await leader.page.getByTestId("reject").click();
  await leader.confirm();
  await leader.page.getByText("Hãy ghi lý do.").waitFor();
  await leader.page.getByLabel("Lý do").fill("Thiếu ngày thu tiền.");
  await leader.confirm();
  await staff.page.getByText("Thiếu ngày thu tiền.").waitFor();
});

test("a schedule is read back before it is saved, and a clash is told while it is edited", async () => {
  const when = minuteAhead(LATER_MS);
  const draft = { announcement: "Cắt điện ngày mai", areas: ["Phường Vinh Tân"], ...when };
  await staff.draftSchedule({ title: "Báo cắt điện", ...draft });
  await staff.readBack().getByText(`Phát một lần lúc ${when.time}`).waitFor();
  await staff.readBack().getByText("Lịch đang sửa").waitFor();
  expect(await staff.conflicts().count()).toBe(0);
  await staff.saveSchedule();
  const { items } = await person.get("/schedules");
  scheduleId = items.find(({ title }: Answer) => title === "Báo cắt điện").id;

  await leader.draftSchedule({ title: "Trùng giờ", ...draft });
  await leader.conflicts().getByText("Báo cắt điện").waitFor();
  await leader.goTo("Tổng quan");
});

test("a schedule that is changed does not clash with itself, and can be made to sound once", async () => {
  const morning = minuteAhead(20 * 3_600_000);
  const start = `${morning.date}T${morning.time}:00+07:00`;
  const programme = { items: [{ announcementId }] };
  const fields = { title: "Mỗi sáng", targets: [{ stationId: "loa-cho-01" }], programme, start };
  const { id } = await person.post("/schedules", { ...fields, rrule: "FREQ=DAILY" });
  const { page } = leader;
  await leader.goTo("Lịch phát");
  await page.getByRole("link", { name: "Sửa lịch “Mỗi sáng”" }).click();
  await leader.readBack().getByText(`Phát lúc ${morning.time} mỗi ngày`).waitFor();
  await leader.readBack().getByText("Lịch đang sửa").waitFor();
  expect(await leader.conflicts().count()).toBe(0);
  expect(await leader.readBack().getByText("Mỗi sáng").count()).toBe(1);
  await page.getByRole("radio", { name: "Một lần" }).check();
  await leader.readBack().getByText("Phát một lần").waitFor();
  await leader.saveSchedule();
  expect(await person.get(`/schedules/${id}`)).not.toHaveProperty("rrule");
  await leader.goTo("Tổng quan");
});

test("a broadcast goes from confirmed to on air to played, with proof from every station", async () => {
  await person.patch(`/schedules/${scheduleId}`, { start: new Date(Date.now() + SOON_MS).toISOString() });
  broadcastId = (await person.get(`/broadcasts?scheduleId=${scheduleId}`)).items[0].id;
  await staff.page.locator(`a[href="/broadcasts/${broadcastId}"]`).first().click();
  const state = (name: string) => staff.page.locator(`[data-testid="broadcast"][data-state="${name}"]`);
  const rows = (outcome: string) => staff.page.locator(`[data-testid="delivery"][data-outcome="${outcome}"]`);
  await expect.poll(() => rows("confirmed").count(), { timeout: 20_000 }).toBe(STATIONS.length);
  await state("onAir").waitFor();
  await leader.onAir().getByText("Báo cắt điện").waitFor();
  for (const id of STATIONS)
    await leader.page.locator(`[data-testid="station-tile"][data-on-air="true"]`, { hasText: id }).waitFor();
  await expect.poll(() => rows("onAir").count(), { timeout: 5_000 }).toBe(STATIONS.length);
  await expect.poll(() => rows("played").count(), { timeout: 30_000 }).toBe(STATIONS.length);
  for (const id of STATIONS) {
    const proof = (await staff.delivery(id).textContent()) ?? "";
    expect(proof).toMatch(/[+−]?\d+,\d ms/);
    expect(proof).toMatch(/100\s%/);
    expect(proof).toContain("4/4 loa");
    expect(proof).toContain("3/3 loa");
  }
  await state("done").waitFor();
  await leader.onAir().waitFor({ state: "hidden" });
});

test("stop asks first, then silences what is on air", async () => {
  await staff.goTo("Tổng quan");
  const targets = STATIONS.map((stationId) => ({ stationId }));
  const items = Array.from({ length: 5 }, () => ({ announcementId }));
  const { id } = await scheduled(person, announcementId, targets, 6_000, { programme: { items } });
  await staff.onAir().waitFor({ timeout: 20_000 });
  await expect.poll(() => staff.tile("loa-cho-01").getAttribute("data-on-air")).toBe("true");
  await staff.page.getByTestId("stop").click();
  await staff.page.getByText("2 cụm loa đang phát sẽ im ngay.").waitFor();
  await staff.confirm();
  await staff.message().getByText("Đã gửi lệnh dừng tới 2 cụm loa.").waitFor();
  await staff.onAir().waitFor({ state: "hidden", timeout: 10_000 });
  await expect.poll(() => staff.tile("loa-cho-01").getAttribute("data-on-air")).toBe("false");
  const stopped = async () =>
    (await person.get(`/broadcasts/${id}`)).playouts.map(({ outcome }: Answer) => outcome);
  await expect.poll(stopped, { timeout: 10_000 }).toEqual(["stopped", "stopped"]);
});

test("the station page tells live readings, the plan, and what was played with its proof", async () => {
  await staff.tile("loa-cho-01").click();
  const { page } = staff;
  await page.locator('[data-testid="station"][data-status="online"]').waitFor();
  const mains = page.locator(".readings > div", { hasText: "Điện lưới" });
  expect(await mains.textContent()).toMatch(/\b230\sV/);
  await page.getByTestId("plan").getByText("Đã có lịch mới nhất và đủ âm thanh").waitFor();
  await expect.poll(() => page.getByTestId("playout").count()).toBe(2);
  const [stopped, played] = await page.getByTestId("playout").all();
  expect(await stopped?.getAttribute("data-outcome")).toBe("stopped");
  expect(await played?.textContent()).toMatch(/Báo cắt điện.*Đã phát đủ.*100\s%.*4\/4 loa/s);

  await commune.disturb("loa-cho-01", "faults", { code: "MAINS_LOST" });
  await expect.poll(() => mains.textContent(), { timeout: 45_000 }).toMatch(/\b0\sV.*Mất điện lưới/s);
});

test("the language is switched, kept, and switched back", async () => {
  const { page } = staff;
  await staff.openAccount();
  await page.getByRole("radio", { name: "English" }).check();
  await page.getByRole("heading", { name: "Live readings" }).waitFor();
  await page.reload();
  await page.getByRole("link", { name: "Overview" }).first().waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await staff.openAccount();
  await page.getByRole("radio", { name: "Tiếng Việt" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Tổng quan" }).first().waitFor();
});

test("every page fits a desk and a phone, and everything on it can be hit", async () => {
  const paths = ["/", "/announcements", `/announcements/${announcementId}`, "/schedules", "/schedules/new"];
  paths.push(`/schedules/${scheduleId}`, `/broadcasts/${broadcastId}`, "/stations/loa-cho-01", "/khong-co");
  const strange = await open("phone");
  await strange.page.getByLabel("Tên đăng nhập").waitFor();
  expect(await misfits(strange.page, true)).toEqual([]);
  await strange.close();
  for (const { page } of [staff, leader])
    for (const path of paths) {
      await page.goto(`${commune.hub.http}${path}`);
      await page.locator("main :is(h1, h2):visible").first().waitFor();
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      const found = await misfits(page, page === leader.page);
      expect(found, `${path} at ${page.viewportSize()?.width}`).toEqual([]);
    }
});

test("without the hub the page says from when its data is, and is live again once the hub is back", async () => {
  await staff.goTo("Tổng quan");
  await staff.sentence().waitFor();
  commune.part("hub").kill("SIGKILL");
  await commune.part("hub").ended;
  const banner = staff.page.getByText(/^Không liên lạc được trung tâm\. Số liệu lúc \d\d:\d\d hôm nay/);
  await banner.waitFor();
  expect(await staff.tile("loa-dinh-02").count()).toBe(1);
  await commune.startHub();
  await banner.waitFor({ state: "hidden", timeout: 30_000 });
  await staff.page.getByText("Số liệu trực tiếp").waitFor();
  await commune.disturb("loa-dinh-02", "faults", { code: "DOOR_OPEN" });
  await staff.tile("loa-dinh-02").getByText("Cửa tủ").waitFor({ timeout: 45_000 });
});

test("pages keep to their origin and content policy, and throw no errors", async () => {
  const answer = await staff.page.goto(commune.hub.http as string);
  expect(answer?.headers()["content-security-policy"]).toContain("default-src 'self'");
  for (const { errors, foreign, refused } of [staff, leader]) {
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
    const unexpected = refused.filter((line) => line !== "401 /api/v1/me" && line !== "401 /api/v1/session");
    expect(unexpected).toEqual([]);
  }
});
