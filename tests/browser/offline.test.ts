import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approved, scheduled, untilTomorrowMorning } from "../harness/announce.ts";
import type { Dashboard } from "../harness/browser.ts";
import { DemoDesk } from "../harness/demo-desk.ts";
import { misfits } from "../harness/layout.ts";
import { speech } from "../harness/sound.ts";
import { until } from "../harness/until.ts";

const STATIONS = 1_500;
const AWAY = /^Không liên lạc được trung tâm\. Số liệu lúc \d\d:\d\d hôm nay\./;

let demo: DemoDesk;
/** The built dashboard, in a folder of its own: a newer one is put there. */
const files = mkdtempSync(join(tmpdir(), "loa-dashboard-"));

beforeAll(async () => {
  const { ensureDashboard } = await import(join(import.meta.dirname, "../../scripts/setup/dashboard.mjs"));
  ensureDashboard();
  cpSync(resolve(import.meta.dirname, "../../dashboard/dist"), files, { recursive: true });
  demo = await DemoDesk.start(STATIONS, { LOA_DASHBOARD: files, LOA_DEMO_ENVELOPE: "always" });
  const { commune } = demo;
  const sound = speech(commune.folder, "thu.mp3", "Ủy ban nhân dân xã thông báo.");
  const { id } = await approved(commune, "Bản tin mẫu", sound, "thu.mp3");
  const person = await commune.person("xa");
  const { areaId } = (await person.get("/me")).user;
  await scheduled(person, id, [{ areaId }], untilTomorrowMorning(), { title: "Buổi sáng" });
}, 120_000);

afterAll(async () => {
  await demo?.stop();
  rmSync(files, { recursive: true, force: true });
});

const tiles = (page: Page) => page.getByTestId("station-tile");

/** What this browser kept of the world: the user's id, or nothing. */
const keptFor = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<string | null>((done) => {
        const request = indexedDB.open("loa");
        request.onsuccess = () => {
          const read = request.result.transaction("kept").objectStore("kept").get("world");
          read.onsuccess = () => {
            request.result.close();
            done(read.result?.userId ?? null);
          };
        };
      }),
  );

describe("without the hub", () => {
  let desk: Dashboard;
  let phone: Dashboard;
  beforeAll(async () => {
    [desk, phone] = await Promise.all([demo.open("tinh"), demo.open("xa", "phone")]);
    for (const { page } of [desk, phone]) {
      await until("the world kept", 20_000, () => keptFor(page));
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    }
    await phone.goTo("Bản tin");
    await phone.page.getByText("Bản tin mẫu").first().waitFor();
    demo.commune.part("hub").kill("SIGKILL");
    await demo.commune.part("hub").ended;
  });
  afterAll(() => Promise.all([desk.close(), phone.close()]));

  test("the page opens anew from what was kept, and says since when", async () => {
    for (const { page } of [desk, phone]) {
      await page.goto(demo.commune.hub.http as string);
      await page.getByText(AWAY).waitFor();
      await tiles(page).first().waitFor();
      expect(await page.getByTestId("overview-sentence").textContent()).toMatch(/^Lúc \d\d:\d\d: /);
      expect(await misfits(page, page === phone.page)).toEqual([]);
    }
    expect(await desk.page.getByRole("button", { name: `Tất cả ${STATIONS}` }).count()).toBe(1);
  });

  test("announcements can be read, and what would change something is refused in words", async () => {
    const { page } = phone;
    await phone.goTo("Bản tin");
    await page.getByText("Bản tin mẫu").first().waitFor();
    await desk.goTo("Lịch phát");
    await desk.page.getByText(AWAY).waitFor();
    await phone.goTo("Lịch phát");
    await page
      .getByRole("button", { name: /^Xóa lịch/ })
      .first()
      .click();
    await phone.confirm();
    await phone.message().getByText("chưa có gì được gửi hay thay đổi").waitFor();
  });

  test("who logs out leaves nothing behind, and stays logged out when the hub is back", async () => {
    await phone.logOut();
    await phone.page.getByLabel("Tên đăng nhập").waitFor();
    await expect.poll(() => keptFor(phone.page)).toBeNull();
    await phone.page.reload();
    await phone.page.getByRole("alert").waitFor();
    expect(await tiles(phone.page).count()).toBe(0);
    await demo.commune.startHub();
    await phone.page.getByLabel("Tên đăng nhập").waitFor({ timeout: 20_000 });
    await phone.page.reload();
    await phone.page.getByLabel("Tên đăng nhập").waitFor();
  });

  test("the page is live again once the hub is back, without being opened anew", async () => {
    await desk.goTo("Tổng quan");
    await desk.page.getByText(AWAY).waitFor({ state: "hidden", timeout: 30_000 });
    await desk.page.getByText("Số liệu trực tiếp").waitFor();
    await tiles(desk.page).first().waitFor();
  });
});

describe("installed", () => {
  test("the browser finds nothing that keeps it from installing the page", async () => {
    const { page } = await demo.open("xa");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const devtools = await page.context().newCDPSession(page);
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    // Test contexts are private windows, which never install anything.
    const found = installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito");
    expect(found).toEqual([]);
  });

  test("a newer page is offered and taken by Reload, without a mix of the two", async () => {
    const { page } = await demo.open("xa");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const versions = () => page.evaluate(() => caches.keys());
    const [old] = await versions();
    const worker = join(files, "sw.js");
    writeFileSync(
      worker,
      readFileSync(worker, "utf8").replace((old as string).slice(-16), "feedfeedfeedfeed"),
    );
    await page.reload();
    await page.getByTestId("newer").waitFor({ timeout: 20_000 });
    await page.getByTestId("newer").getByRole("button", { name: "Tải lại" }).click();
    await expect.poll(versions, { timeout: 20_000 }).toEqual(["loa-shell-feedfeedfeedfeed"]);
    await page.getByTestId("overview-sentence").waitFor();
    expect(await page.getByTestId("newer").count()).toBe(0);
  });
});

test("pages keep to their origin and throw no errors", () => {
  expect(demo.opened.flatMap(({ errors }) => errors)).toEqual([]);
  expect(demo.opened.flatMap(({ foreign }) => foreign)).toEqual([]);
});
