import type { Browser, Page } from "playwright-core";

/** Languages of the user guides. */
export const GUIDE_LANGUAGES = ["vi", "en"] as const;
export type GuideLanguage = (typeof GUIDE_LANGUAGES)[number];

const DESK = { width: 1200, height: 750 };
const PHONE = { width: 390, height: 780 };
const PATIENCE_MS = 30_000;
/** A page that was read from the hub may still move a little. */
const SETTLED_MS = 600;

/** A picture of the user guides: who sees it, where, and what they did before. */
interface GuidePicture {
  readonly name: string;
  readonly as: string;
  readonly path: string;
  readonly phone?: boolean;
  readonly before?: (page: Page) => Promise<void>;
}

const TEXT = {
  vi: "UBND phường thông báo: 7h30 ngày 5/12, tại nhà văn hóa khối 4, tổ chức tiêm phòng cho 120 con chó, mèo. Chi tiết xin gọi 0238 3842 567.",
  en: "The ward announces: on 5 December at 7:30, dogs and cats are vaccinated at the culture house of block 4.",
};

/** Every picture, in the order of the guides. */
const GUIDE_PICTURES: readonly GuidePicture[] = [
  { name: "first-steps", as: "xa", path: "/" },
  { name: "phone", as: "kythuat", path: "/", phone: true },
  {
    name: "map",
    as: "tinh",
    path: "/",
    before: (page) => page.getByTestId("map").locator("[data-testid^=map-]").first().waitFor(),
  },
  { name: "new-announcement", as: "xa", path: "/announcements/new" },
  { name: "record", as: "xa", path: "/announcements/new?way=record" },
  { name: "speech", as: "xa", path: "/announcements/new?way=text", before: writeText },
  { name: "templates", as: "xa", path: "/announcements/new?way=template" },
  { name: "review", as: "xa2", path: "/announcements", before: openWaiting },
  { name: "schedule", as: "tinh", path: "/schedules" },
  { name: "broadcast", as: "tinh", path: "/", before: openPlayed },
  { name: "emergency", as: "tinh", path: "/emergency", before: fillAlert },
  { name: "exercises", as: "tinh", path: "/exercises" },
  { name: "alert", as: "tinh", path: "/exercises", before: sendTest },
  { name: "station", as: "kythuat", path: "/stations/vinh-tan-01" },
  { name: "areas", as: "admin", path: "/admin/areas/vinh-tan" },
  { name: "stations", as: "admin", path: "/admin/stations" },
  {
    name: "labels",
    as: "admin",
    path: "/admin/stations/labels?ids=vinh-tan-01,vinh-tan-02",
    before: makeLabels,
  },
  { name: "account", as: "admin", path: "/account" },
];

/** Where the hub is, and the password of all demo accounts. */
interface Hub {
  readonly http: string;
  readonly password: string;
}

/** Takes all pictures of one language from a hub that runs; `fileOf` names their files. */
export async function takeGuidePictures(
  browser: Browser,
  hub: Hub,
  language: GuideLanguage,
  fileOf: (name: string) => string,
): Promise<void> {
  const pages = new Map<string, Page>();
  for (const { name, as, path, phone = false, before } of GUIDE_PICTURES) {
    const seat = `${as} ${phone}`;
    const page = pages.get(seat) ?? (await logIn(browser, hub, language, as, phone));
    pages.set(seat, page);
    await page.goto(hub.http + path);
    await page.locator("main :is(h1, h2):visible").first().waitFor();
    await before?.(page);
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: fileOf(name), animations: "disabled" });
  }
  for (const page of pages.values()) await page.context().close();
}

async function logIn(
  browser: Browser,
  { http, password }: Hub,
  language: GuideLanguage,
  as: string,
  phone: boolean,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESK,
    colorScheme: "light",
    permissions: ["microphone"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript((chosen) => localStorage.setItem("loa.language", chosen), language);
  await page.goto(http);
  await page.locator("#username").fill(as);
  await page.locator("#password").fill(password);
  await page.locator("#password").press("Enter");
  await page.getByTestId("overview-sentence").waitFor();
  return page;
}

async function writeText(page: Page): Promise<void> {
  const vietnamese = (await page.evaluate(() => localStorage.getItem("loa.language"))) === "vi";
  await page.locator("#speech-text").fill(vietnamese ? TEXT.vi : TEXT.en);
  if (vietnamese) await page.getByTestId("reading").locator(".read-change").first().waitFor();
}

async function openWaiting(page: Page): Promise<void> {
  await page.locator('a[href^="/announcements/"]').filter({ hasText: "Tiêm chủng" }).first().click();
  await page.getByTestId("approve").waitFor();
}

async function openPlayed(page: Page): Promise<void> {
  await page.locator('a[href^="/broadcasts/"]').filter({ hasText: "Chào mừng" }).first().click();
  await page.getByTestId("delivery").first().waitFor();
}

async function makeLabels(page: Page): Promise<void> {
  await page.getByTestId("make-labels").click();
  await page.getByTestId("label").first().waitFor();
}

async function fillAlert(page: Page): Promise<void> {
  await page.getByTestId("template").nth(1).click();
  const fields = page.locator(".alert-fields input");
  for (const [i, value] of ["xóm 1 và xóm 2", "trường tiểu học", "0238 3862 115"].entries())
    await fields.nth(i).fill(value);
  await page.getByTestId("all-own").click();
  await page.getByTestId("rehearsal").waitFor();
  await page.evaluate(() => scrollTo(0, 0));
}

/** What the board shows is true: a test really goes out to the stations of the demo. */
async function sendTest(page: Page): Promise<void> {
  await page.getByTestId("kind-test").click();
  await page.getByTestId("source-text").click();
  await page.locator("#alert-headline").fill("Phát thử hệ thống loa");
  await page.locator("#alert-text").fill("Một, hai, ba.");
  await page.getByTestId("all-own").click();
  await page.getByTestId("rehearsal").waitFor();
  await page.getByTestId("hold-send").focus();
  await page.keyboard.down("Enter");
  await page.waitForURL("**/exercises/*");
  await page.keyboard.up("Enter");
  await page.getByTestId("count-sounding").waitFor();
}
