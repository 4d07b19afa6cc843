import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approved, scheduled, untilTomorrowMorning } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { type Dashboard, SCREENS } from "../harness/browser.ts";
import { DemoDesk } from "../harness/demo-desk.ts";
import { misfits } from "../harness/layout.ts";
import { speech } from "../harness/sound.ts";
import { until } from "../harness/until.ts";

const PASSWORD = "thu-nghiem-2026";
const STATIONS = 1_500;

let desk: DemoDesk;
let person: Person;
let announcementId: string;

beforeAll(async () => {
  desk = await DemoDesk.start(STATIONS, { LOA_DEMO_ENVELOPE: "always" });
  person = await desk.commune.person("xa");
  const sound = speech(desk.commune.folder, "thu.mp3", "Ủy ban nhân dân xã thông báo.");
  announcementId = (await approved(desk.commune, "Bản tin mẫu", sound, "thu.mp3")).id;
}, 120_000);

afterAll(() => desk?.stop());

const tiles = (page: Page) => page.getByTestId("station-tile");
const find = (page: Page) => page.getByRole("searchbox", { name: "Tìm cụm loa hoặc khu vực" });
const marks = (page: Page) => page.locator('[data-testid="map-cluster"], [data-testid="map-station"]');

describe.each(["desk", "phone"] as const)("on a %s", (screen) => {
  test.each(["vi", "en"] as const)("the overview in %s fits, with wall and map", async (language) => {
    const dashboard = await desk.open("tinh", screen, language);
    const { page } = dashboard;
    const touch = screen === "phone";
    await tiles(page).first().waitFor();
    expect(await page.getByTestId("overview-sentence").textContent()).toContain(
      language === "vi" ? `${STATIONS} cụm đã đăng ký` : `${STATIONS} registered stations`,
    );
    expect(await misfits(page, touch)).toEqual([]);
    if (touch) await page.getByTestId("look-map").click();
    await page.locator("loa-map-card").scrollIntoViewIfNeeded();
    await marks(page).first().waitFor();
    expect(await page.locator(".leaflet-control-attribution").textContent()).toContain("Natural Earth");
    expect(await misfits(page, touch)).toEqual([]);
    if (touch) expect(await tiles(page).count()).toBe(0);
    await dashboard.close();
  });
});

describe("the wall", () => {
  let dashboard: Dashboard;
  let page: Page;
  beforeAll(async () => {
    dashboard = await desk.open("tinh");
    ({ page } = dashboard);
    await tiles(page).first().waitFor();
  });
  afterAll(() => dashboard.close());

  test("has only those of thousands of tiles in the page that are near the view, wherever that is", async () => {
    expect(await page.getByRole("button", { name: `Tất cả ${STATIONS}` }).count()).toBe(1);
    expect(await tiles(page).count()).toBeLessThan(150);
    const first = await tiles(page).first().textContent();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expect.poll(() => tiles(page).first().textContent()).not.toBe(first);
    const last = tiles(page).last();
    await last.waitFor();
    expect(await tiles(page).count()).toBeLessThan(150);
    const { y = 0, height = 0 } = (await last.boundingBox()) ?? {};
    expect(y + height).toBeLessThan(SCREENS.desk.height);
    expect(await last.locator("xpath=ancestor::li").getAttribute("aria-posinset")).toBe(
      await last.locator("xpath=ancestor::li").getAttribute("aria-setsize"),
    );
    await page.evaluate(() => scrollTo(0, 0));
    await expect.poll(() => tiles(page).first().textContent()).toBe(first);
  });

  test("goes on under the keyboard beyond what was drawn", async () => {
    await tiles(page).first().focus();
    const begin = await page.evaluate(() => document.activeElement?.getAttribute("href"));
    for (let i = 0; i < 80; i++) await page.keyboard.press("Tab");
    const { href, top } = await page.evaluate(() => ({
      href: document.activeElement?.getAttribute("href"),
      top: document.activeElement?.getBoundingClientRect().top ?? -1,
    }));
    expect(href).toMatch(/^\/stations\//);
    expect(href).not.toBe(begin);
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThan(SCREENS.desk.height);
    await page.evaluate(() => scrollTo(0, 0));
  });

  test("finds by names without accents, says when nothing fits, and shows all again", async () => {
    const { items } = await (await desk.commune.person("tinh")).get("/stations?limit=50");
    const wanted: string = items[7].name;
    const bare = wanted.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toUpperCase();
    await find(page).fill(bare);
    await expect.poll(() => tiles(page).first().textContent()).toContain(wanted);
    await find(page).fill("khong co cum nao ten the nay");
    await page.getByText("Không có cụm loa nào khớp").waitFor();
    expect(await tiles(page).count()).toBe(0);
    await page.getByRole("button", { name: "Hiện tất cả" }).click();
    await tiles(page).first().waitFor();
    expect(await find(page).inputValue()).toBe("");
  });

  test("folds an area to its heading, and what follows moves up", async () => {
    const head = page.locator(".area-head button[aria-expanded]").first();
    const heads = page.locator(".area-head");
    const second = async () => (await heads.nth(1).boundingBox())?.y ?? Number.POSITIVE_INFINITY;
    await head.click();
    expect(await head.getAttribute("aria-expanded")).toBe("false");
    await expect.poll(second).toBeLessThan(SCREENS.desk.height);
    await head.press("Enter");
    expect(await head.getAttribute("aria-expanded")).toBe("true");
  });
});

test("the map comes closer by mouse and by keyboard until a station opens its page", async () => {
  const dashboard = await desk.open("tinh");
  const { page } = dashboard;
  const cluster = page.getByTestId("map-cluster").first();
  await cluster.waitFor();
  expect(await cluster.getAttribute("aria-label")).toMatch(/^\d+ cụm loa/);
  const counts = async () =>
    (await page.getByTestId("map-cluster").locator("b").allTextContents()).map(Number).sort((a, b) => b - a);
  const before = await counts();
  await cluster.click();
  await expect.poll(async () => (await counts())[0] ?? 0).toBeLessThan(before[0] as number);
  /** The page, and how close its map is; Leaflet keeps that in the style of an element of its own. */
  const look = () =>
    page.evaluate(() => location.pathname + document.querySelector(".leaflet-proxy")?.getAttribute("style"));
  for (let i = 0; i < 12 && new URL(page.url()).pathname === "/"; i++) {
    const single = page.getByTestId("map-station").first();
    const target = (await single.count()) > 0 ? single : page.getByTestId("map-cluster").first();
    const shown = await look();
    await target.focus();
    await page.keyboard.press("Enter");
    await expect.poll(look).not.toBe(shown);
    // While it comes closer it takes no other wish.
    await page.locator(".leaflet-zoom-anim").waitFor({ state: "detached" });
  }
  expect(new URL(page.url()).pathname).toMatch(/^\/stations\//);
  expect(dashboard.foreign).toEqual([]);
  await dashboard.close();
});

describe("keys", () => {
  let dashboard: Dashboard;
  let page: Page;
  beforeAll(async () => {
    dashboard = await desk.open("xa");
    ({ page } = dashboard);
  });
  afterAll(() => dashboard.close());
  const path = () => new URL(page.url()).pathname;
  const sheet = () => page.getByRole("dialog", { name: "Phím tắt" });

  test("go to pages, find, and are told by ?", async () => {
    await page.keyboard.press("?");
    await sheet().getByText("Mở Lịch phát").waitFor();
    expect(await misfits(page, false)).toEqual([]);
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    expect(path()).toBe("/");
    await page.keyboard.press("Escape");
    await sheet().waitFor({ state: "hidden" });
    for (const [keys, expected] of [
      ["gs", "/schedules"],
      ["ga", "/announcements"],
      ["go", "/"],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key);
      await expect.poll(path).toBe(expected);
    }
    await find(page).waitFor();
    await page.keyboard.press("/");
    await expect.poll(() => find(page).evaluate((field) => field === document.activeElement)).toBe(true);
  });

  test("are letters while somebody types", async () => {
    await find(page).fill("");
    await page.keyboard.type("gs?n");
    expect(await find(page).inputValue()).toBe("gs?n");
    expect(path()).toBe("/");
    expect(await sheet().isVisible()).toBe(false);
    await find(page).fill("");
  });

  test("do nothing once they are turned off, and the sheet stays in the account menu", async () => {
    const off = async () => {
      await dashboard.openAccount();
      await page.getByTestId("open-keys").click();
      await page.getByRole("checkbox", { name: "Dùng phím tắt một phím" }).click();
      await sheet().getByRole("button", { name: "Đóng" }).click();
    };
    await off();
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.keyboard.press("?");
    expect(path()).toBe("/");
    expect(await sheet().isVisible()).toBe(false);
    await off();
    await page.keyboard.press("?");
    await sheet().waitFor();
    await page.keyboard.press("Escape");
  });
});

test("a deleted schedule comes back by Undo, which waits while somebody is at it", async () => {
  const targets = [{ areaId: (await person.get("/me")).user.areaId }];
  const title = "Lịch để xóa";
  await scheduled(person, announcementId, targets, untilTomorrowMorning(), { title, rrule: "FREQ=DAILY" });
  const titles = async () => (await person.get("/schedules")).items.map((one: Answer) => one.title);
  const dashboard = await desk.open("xa");
  const { page } = dashboard;
  await page.clock.install();
  await dashboard.goTo("Lịch phát");
  await page.getByRole("button", { name: `Xóa lịch “${title}”` }).click();
  await dashboard.confirm();
  const undo = page.getByTestId("undo");
  await undo.waitFor();
  expect(await titles()).not.toContain(title);
  await undo.hover();
  await page.clock.fastForward(13_000);
  await undo.click();
  await dashboard.message().getByText("Đã hoàn tác.").waitFor();
  await expect.poll(titles).toContain(title);
  await page.getByRole("button", { name: `Xóa lịch “${title}”` }).waitFor();
  await dashboard.close();
});

test("somebody new is led through the first steps, which tick themselves by what was done", async () => {
  const dashboard = await desk.open("xa2");
  const { page } = dashboard;
  // The commune's approver has approved before, on another device: no newcomer.
  await page.waitForTimeout(1_500);
  expect(await page.getByTestId("first-steps").count()).toBe(0);
  await dashboard.close();

  const fresh = await desk.open("kythuat", "phone");
  const step = (name: string) => fresh.page.locator(`[data-testid="first-step"][data-step="${name}"]`);
  await step("look").waitFor();
  expect(await misfits(fresh.page, true)).toEqual([]);
  expect(await step("look").getAttribute("data-done")).toBe("false");
  await step("look").getByRole("link").click();
  await fresh.page.locator(".tile.guided").waitFor();
  await fresh.page.keyboard.press("Enter");
  await fresh.page.getByTestId("station").waitFor();
  await fresh.goTo("Tổng quan");
  await expect.poll(() => step("look").getAttribute("data-done")).toBe("true");
  await fresh.page.getByRole("button", { name: "Ẩn phần hướng dẫn này" }).click();
  await fresh.page.reload();
  await fresh.sentence().waitFor();
  await fresh.page.waitForTimeout(1_000);
  expect(await fresh.page.getByTestId("first-steps").count()).toBe(0);
  await fresh.openAccount();
  await fresh.page.getByTestId("open-keys").click();
  await fresh.page.getByTestId("reopen-steps").click();
  await expect.poll(() => step("look").getAttribute("data-done")).toBe("true");
  await fresh.close();
});

test("staff of their first day listen, and the step ticks itself when the sound plays", async () => {
  const admin = await desk.commune.person("admin");
  const { areaId } = (await person.get("/me")).user;
  const account = { username: "moi", name: "Người mới", role: "staff", areaId, password: PASSWORD };
  await admin.post("/users", account);
  const dashboard = await desk.open("moi");
  const { page } = dashboard;
  const step = (name: string) => page.locator(`[data-testid="first-step"][data-step="${name}"]`);
  await step("listen").waitFor();
  const states = async () =>
    Promise.all(["listen", "make", "submit", "schedule"].map((name) => step(name).getAttribute("data-done")));
  expect(await states()).toEqual(["false", "false", "false", "false"]);
  await step("listen").getByRole("link").click();
  await page.locator(".guided").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Tạm dừng" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect.poll(states).toEqual(["true", "false", "false", "false"]);
  const own = await desk.commune.person("moi");
  const sound = speech(desk.commune.folder, "dau.mp3", "Bản tin đầu tiên.");
  const { id } = await own.upload("Bản tin đầu tiên", sound, "dau.mp3");
  await expect.poll(states, { timeout: 15_000 }).toEqual(["true", "true", "false", "false"]);
  await until("ingest", 30_000, async () =>
    (await own.get(`/announcements/${id}`)).ingest.state === "ready" ? true : null,
  );
  await own.post(`/announcements/${id}/submit`);
  await expect.poll(states, { timeout: 15_000 }).toEqual(["true", "true", "true", "false"]);
  await dashboard.close();
});

test("pages keep to their origin and throw no errors", () => {
  expect(desk.opened.flatMap(({ errors }) => errors)).toEqual([]);
  expect(desk.opened.flatMap(({ foreign }) => foreign)).toEqual([]);
});
