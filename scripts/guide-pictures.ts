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
  /** Takes back what was begun for the picture. */
  readonly after?: (page: Page) => Promise<void>;
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
  { name: "live", as: "xa", path: "/live", before: speakLive, after: endLive },
  { name: "broadcast", as: "tinh", path: "/", before: openPlayed },
  { name: "emergency", as: "tinh", path: "/emergency", before: fillAlert },
  { name: "exercises", as: "tinh", path: "/exercises" },
  { name: "alert", as: "tinh", path: "/exercises", before: sendTest },
  {
    name: "incoming",
    as: "tinh",
    path: "/emergency/incoming",
    before: receiveWarning,
    after: dismissWarning,
  },
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
  for (const { name, as, path, phone = false, before, after } of GUIDE_PICTURES) {
    const seat = `${as} ${phone}`;
    const page = pages.get(seat) ?? (await logIn(browser, hub, language, as, phone));
    pages.set(seat, page);
    await page.goto(hub.http + path);
    await page.locator("main :is(h1, h2):visible").first().waitFor();
    await before?.(page);
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: fileOf(name), animations: "disabled" });
    await after?.(page);
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

const isVietnamese = async (page: Page): Promise<boolean> =>
  (await page.evaluate(() => localStorage.getItem("loa.language"))) === "vi";

async function writeText(page: Page): Promise<void> {
  const vietnamese = await isVietnamese(page);
  await page.locator("#speech-text").fill(vietnamese ? TEXT.vi : TEXT.en);
  if (vietnamese) await page.getByTestId("reading").locator(".read-change").first().waitFor();
}

async function openWaiting(page: Page): Promise<void> {
  await page.locator('a[href^="/announcements/"]').filter({ hasText: "Tiêm chủng" }).first().click();
  await page.getByTestId("approve").waitFor();
}

/** Somebody is really on air: stations of the demo say that they sound. */
async function speakLive(page: Page): Promise<void> {
  await page.locator("loa-target-chooser .tree input[type=checkbox]").first().check();
  await page.getByTestId("live-meters").waitFor();
  await page.getByTestId("live-open").click();
  await page.locator('[data-testid="talk"][aria-disabled="false"]').waitFor();
  await page.getByRole("switch").check();
  await page.getByTestId("talk").click();
  await page.getByTestId("delay").waitFor();
  await page.locator('[data-testid="listener"][data-state="sounding"]').first().waitFor();
}

async function endLive(page: Page): Promise<void> {
  await page.getByTestId("live-end").click();
  await page.getByTestId("live-over").waitFor();
}

/** A warning of the weather service over the demo's wards, which waits for a person. */
async function receiveWarning(page: Page): Promise<void> {
  const message = warning((await isVietnamese(page)) ? "vi" : "en", new Date());
  await page.evaluate(async (body) => {
    const headers = { "content-type": "application/cap+xml" };
    const answer = await fetch("/api/v1/alerts/cap", { method: "POST", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }, message);
  await page.getByTestId("incoming").first().waitFor();
}

async function dismissWarning(page: Page): Promise<void> {
  await page.getByTestId("dismiss").first().click();
  await page
    .locator("#confirm-reason")
    .fill((await isVietnamese(page)) ? "Chỉ để chụp ảnh" : "For a picture");
  await page.getByTestId("confirm-yes").click();
  await page.getByTestId("incoming").first().waitFor({ state: "detached" });
}

const STORM = {
  vi: {
    ...{ sender: "Đài Khí tượng Thủy văn tỉnh", area: "Thành phố Vinh và vùng phụ cận", event: "Bão" },
    headline: "Bão số 7 sắp vào bờ",
    description: "Chiều tối nay bão đổ bộ, gió mạnh cấp 10, giật cấp 12, mưa rất to.",
    instruction: "Bà con không ra đường, chằng chống nhà cửa, tắt điện khi nước vào nhà.",
  },
  en: {
    ...{ sender: "Provincial weather service", area: "Vinh and around it", event: "Storm" },
    headline: "Storm number 7 is about to land",
    description: "It lands this evening, with wind of force 10, gusts of force 12, and heavy rain.",
    instruction: "Stay indoors, secure your house, and turn off the electricity when water comes in.",
  },
};

/** Source: CAP 1.2, 3.2 */
function warning(language: GuideLanguage, now: Date): string {
  const { sender, area, event, headline, description, instruction } = STORM[language];
  const time = (at: Date) => at.toISOString().replace(/\.\d+Z$/, "-00:00");
  return `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>bao-7-${language}</identifier><sender>bao@example.vn</sender><sent>${time(now)}</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
  <info>
    <language>${language}</language><category>Met</category><event>${event}</event>
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <expires>${time(new Date(now.getTime() + 6 * 3_600_000))}</expires>
    <senderName>${sender}</senderName><headline>${headline}</headline>
    <description>${description}</description><instruction>${instruction}</instruction>
    <area><areaDesc>${area}</areaDesc><circle>18.67,105.69 12</circle></area>
  </info>
</alert>`;
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
