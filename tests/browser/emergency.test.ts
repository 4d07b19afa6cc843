// long because: one desk for every way of an alert through the console, in both languages and on both screens
import { en } from "@loa/dashboard/locales/en";
import { fill } from "@loa/dashboard/locales/translate";
import { type MessageId, vi } from "@loa/dashboard/locales/vi";
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Person } from "../harness/api.ts";
import { Dashboard, SCREENS } from "../harness/browser.ts";
import { Commune } from "../harness/commune.ts";
import { DemoDesk } from "../harness/demo-desk.ts";
import { misfits } from "../harness/layout.ts";
import { until } from "../harness/until.ts";

const STATIONS = 60;
const LANGUAGES = { vi, en } as const;
type Language = keyof typeof LANGUAGES;

let desk: DemoDesk;
let operator: Person;

beforeAll(async () => {
  desk = await DemoDesk.start(STATIONS, { LOA_ALERT_CONFIRMATION: "second-person" });
  operator = await desk.commune.person("tinh");
}, 120_000);

afterAll(async () => {
  const errors = desk?.opened.flatMap((one) => one.errors);
  await desk?.stop();
  expect(errors).toEqual([]);
});

const told =
  (language: Language) =>
  (id: MessageId, facts: Record<string, string | number> = {}) =>
    fill(LANGUAGES[language][id], facts);

const go = async ({ page }: Dashboard, path: string) => {
  await page.goto(`${desk.commune.hub.http}${path}`);
  await page.locator("main h1:visible").first().waitFor();
};

/** Presses and holds until `over`, or lets go at once. */
async function hold(page: Page, testId: string, over: (() => Promise<unknown>) | null): Promise<void> {
  const button = page.getByTestId(testId).first();
  await button.hover();
  await page.mouse.down();
  await over?.();
  await page.mouse.up();
}

/** Every alert that the hub knows. */
const sent = async (): Promise<Answer[]> => (await operator.get("/alerts")).items;

/** Puts a text of one's own into the console. */
async function write(page: Page, headline: string): Promise<void> {
  await page.getByTestId("source-text").click();
  await page.locator("#alert-headline").fill(headline);
  await page.locator("#alert-text").fill("Nước đang lên. Lên ngay nơi cao.");
}

/** Its words are spoken for that, which takes a busy machine its time. */
const rehearsed = (page: Page) => page.getByTestId("rehearsal").waitFor({ timeout: 60_000 });
const state = (page: Page, wanted: string) =>
  page.locator(`[data-testid="alert"][data-state="${wanted}"]`).waitFor({ timeout: 30_000 });

describe.each([
  ["desk", "vi"],
  ["desk", "en"],
  ["phone", "vi"],
  ["phone", "en"],
] as const)("on a %s in %s", (screen, language) => {
  const t = told(language);
  const touch = screen === "phone";

  test("an alert is written, rehearsed, held, confirmed by a second person, and recalled", async () => {
    const dashboard = await desk.open("tinh", screen, language);
    const { page } = dashboard;
    await go(dashboard, "/emergency");
    await page.getByTestId("template").nth(1).click();
    await page.getByTestId("gaps").getByText(t("gap.fields")).waitFor();
    expect(await misfits(page, touch)).toEqual([]);
    await page.locator("#alert-place").fill("xóm 1");
    await page.locator("#alert-shelter").fill("trường học");
    await page.locator("#alert-phone").fill("0238 3862 115");
    expect(await page.getByTestId("alert-preview").textContent()).toContain("xóm 1");
    await page.getByTestId("all-own").click();
    await rehearsed(page);
    const { stations } = await page
      .getByTestId("reach")
      .evaluate((box) => ({ ...(box as HTMLElement).dataset }));
    expect(stations).toBe(String(STATIONS));
    expect(await page.getByTestId("rehearsal").getAttribute("data-stations")).toBe(stations);
    await page.getByTestId("rehearsal-unreachable").waitFor();
    const before = (await sent()).length;
    await hold(page, "hold-send", null);
    await page.getByText(t("hold.early")).waitFor();
    expect(await sent()).toHaveLength(before);
    await hold(page, "hold-send", () => page.waitForURL("**/emergency/*"));
    await state(page, "awaitingConfirmation");
    await page.getByText(t("confirmation.mine").slice(0, 20)).waitFor();
    expect(await page.getByTestId("hold-confirm").count()).toBe(0);
    expect(await misfits(page, touch)).toEqual([]);

    const second = await desk.open("admin", screen, language);
    await second.page.getByTestId("hold-confirm").first().waitFor();
    expect(await second.page.getByTestId("alert-banner").first().textContent()).toContain(
      t("banner.confirm", { headline: "Lũ đang lên tại xóm 1" }),
    );
    const waiting = page.url().split("/").at(-1) as string;
    await second.page.locator(`[data-testid="alert-banner"][data-alert="${waiting}"]`).click();
    // The page before it has such a button too, which goes with that page.
    await state(second.page, "awaitingConfirmation");
    await hold(second.page, "hold-confirm", () => state(second.page, "sent"));
    await state(page, "sent");
    expect(await page.getByTestId("count-unreachable").getAttribute("data-count")).toBe(String(STATIONS));
    expect(await misfits(page, touch)).toEqual([]);
    await second.close();

    await page.getByTestId("hold-recall-now").waitFor();
    expect(await inView(page, "hold-recall-now")).toBe(true);
    await hold(page, "hold-recall-now", () => state(page, "recalled"));
    expect(await page.getByTestId("progress").textContent()).toContain(
      t("board.silenced", { n: 0, of: STATIONS, m: STATIONS }),
    );
    expect(await operator.get(`/alerts/${waiting}`)).toMatchObject({ state: "recalled", kind: "actual" });
    expect(dashboard.refused.filter((one) => !one.endsWith("/me"))).toEqual([]);
    await dashboard.close();
  });

  test("an exercise is sent from a page that has no siren and no real alarm", async () => {
    const dashboard = await desk.open("tinh", screen, language);
    const { page } = dashboard;
    const kinds: string[] = [];
    page.on("request", (request) => {
      if (/\/alerts(\/rehearse)?$/.test(request.url()) && request.method() === "POST")
        kinds.push(JSON.parse(request.postData() ?? "{}").kind);
    });
    await go(dashboard, "/exercises");
    await page.getByTestId("template").first().click();
    expect(
      await page
        .locator("[data-testid^=tone-]")
        .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.testid)),
    ).toEqual(["tone-chime", "tone-none"]);
    expect(await page.getByText(t("tone.siren"), { exact: true }).count()).toBe(0);
    expect(await page.getByText(t("alertKind.actual"), { exact: true }).count()).toBe(0);
    await page.getByTestId("kind-test").click();
    await write(page, `Phát thử ${screen} ${language}`);
    await page.getByTestId("all-own").click();
    await rehearsed(page);
    expect(await misfits(page, touch)).toEqual([]);
    await page.getByTestId("hold-send").focus();
    await page.keyboard.down("Enter");
    await page.waitForURL("**/exercises/*");
    await page.keyboard.up("Enter");
    await state(page, "sent");
    await page.getByText(t("drill.ribbon")).waitFor();
    expect([...new Set(kinds)]).toEqual(["test"]);
    const id = page.url().split("/").at(-1) as string;
    expect(await operator.get(`/alerts/${id}`)).toMatchObject({ kind: "test", tone: "chime" });
    await go(dashboard, `/emergency/${id}`);
    await page.waitForURL(`**/exercises/${id}`);
    await go(dashboard, "/");
    const banner = page.locator(`[data-testid="alert-banner"][data-alert="${id}"]`);
    expect(await banner.getAttribute("class")).toContain("drill");
    await operator.post(`/alerts/${id}/recall`);
    await banner.waitFor({ state: "detached" });
    await dashboard.close();
  });
});

/** Whether all of it is on the screen, without scrolling. */
async function inView(page: Page, testId: string): Promise<boolean> {
  const { y = -1, height = 0 } = (await page.getByTestId(testId).boundingBox()) ?? {};
  const screen = page.viewportSize() ?? SCREENS.desk;
  return y >= 0 && y + height <= screen.height;
}

describe("where it sounds", () => {
  let dashboard: Dashboard;
  let page: Page;
  beforeAll(async () => {
    dashboard = await desk.open("tinh");
    ({ page } = dashboard);
    await go(dashboard, "/emergency");
    await write(page, "Xả lũ");
    await page.getByTestId("way-map").click();
    await page.getByTestId("shape-map").waitFor();
  });
  afterAll(() => dashboard.close());

  const reach = async () => Number(await page.getByTestId("reach").getAttribute("data-stations"));

  test("an outline drawn on the map reaches exactly the stations that the hub finds in it", async () => {
    await page.getByTestId("draw-polygon").click();
    const map = page.getByTestId("shape-map");
    const { width = 0, height = 0 } = (await map.boundingBox()) ?? {};
    const corners = [
      [0.15, 0.45],
      [0.5, 0.55],
      [0.9, 0.5],
      [0.9, 0.88],
      [0.15, 0.88],
    ] as const;
    for (const [x, y] of corners) await map.click({ position: { x: x * width, y: y * height } });
    const asked = page.waitForRequest((request) => request.url().endsWith("/alerts/rehearse"));
    await page.getByTestId("draw-done").click();
    const body = JSON.parse((await asked).postData() ?? "{}");
    expect(body.targets[0].polygon).toHaveLength(corners.length);
    await rehearsed(page);
    const counted = await reach();
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThan(STATIONS);
    expect(await page.getByTestId("rehearsal").getAttribute("data-stations")).toBe(String(counted));
    const alert = await operator.post("/alerts", { ...body, kind: "test", tone: "chime" });
    const ids = alert.stations.map(({ stationId }: Answer) => stationId).sort();
    expect(ids).toHaveLength(counted);
    await operator.post(`/alerts/${alert.id}/recall`, {});
  });

  test("a circle by numbers counts as the hub does; a wrong one is told", async () => {
    await page.getByRole("button", { name: vi["targets.none"] }).click();
    await page.getByTestId("by-numbers").click();
    await page.locator("#shape-centre").fill("Vinh");
    await page.locator("#shape-radius").fill("3");
    await page.getByTestId("shape-take").click();
    await page.getByText(vi["shape.circleWrong"]).waitFor();
    await page.locator("#shape-centre").fill("18.662, 105.676");
    await page.getByTestId("shape-take").click();
    await rehearsed(page);
    expect(await page.getByTestId("rehearsal").getAttribute("data-stations")).toBe(String(await reach()));
    expect(await reach()).toBeGreaterThan(0);
  });

  test("a choice is saved as a group, renamed, used, and removed with a way back", async () => {
    const counted = await reach();
    await page.getByTestId("save-group").click();
    await page.locator("#name-field").fill("Ven sông");
    await page.getByTestId("name-yes").click();
    await dashboard.message().getByText("Ven sông").first().waitFor();
    await page.getByRole("button", { name: vi["targets.none"] }).click();
    await page.getByTestId("way-groups").click();
    const group = page.getByTestId("group");
    await group.getByRole("checkbox").check();
    await expect.poll(reach).toBe(counted);
    await group.getByTestId("group-rename").click();
    await page.locator("#name-field").fill("Dưới đập");
    await page.getByTestId("name-yes").click();
    await group.getByText("Dưới đập").waitFor();
    await group.getByTestId("group-remove").click();
    await expect.poll(reach).toBe(0);
    await page.getByTestId("no-groups").waitFor();
    await page.getByTestId("undo").last().click();
    await group.getByText("Dưới đập").waitFor();
    expect((await operator.get("/groups")).items).toMatchObject([{ name: "Dưới đập", stations: counted }]);
  });
});

test("who only reads sees the list and the boards, and no console", async () => {
  const [alert] = await sent();
  const dashboard = await desk.open("kythuat");
  const { page } = dashboard;
  for (const path of ["/emergency", "/exercises"]) {
    await go(dashboard, path);
    await page.getByTestId("read-only").waitFor();
    expect(await page.getByTestId("hold-send").count()).toBe(0);
  }
  await go(dashboard, `/${alert.kind === "actual" ? "emergency" : "exercises"}/${alert.id}`);
  await page.getByTestId("alert-station").first().waitFor();
  expect(await page.locator("loa-hold-button").count()).toBe(0);
  await dashboard.close();
});

test("the history is filtered by kind and by words without accents", async () => {
  const body = { tone: "chime", targets: [{ areaId: "vinh-tan" }], expiresInSeconds: 60 };
  for (const [kind, headline] of [
    ["actual", "Vỡ đê"],
    ["test", "Kiểm tra sáng"],
    ["exercise", "Kiểm tra chiều"],
  ])
    await operator.post("/alerts", { ...body, kind, headline, text: headline });
  const dashboard = await desk.open("tinh");
  const { page } = dashboard;
  await go(dashboard, "/emergency");
  const rows = page.getByTestId("alert-row");
  await rows.first().waitFor();
  await page.getByTestId("history-actual").click();
  await expect
    .poll(() => rows.evaluateAll((all) => [...new Set(all.map((one) => (one as HTMLElement).dataset.kind))]))
    .toEqual(["actual"]);
  await page.getByTestId("history-all").click();
  await page.getByRole("searchbox", { name: vi["history.find"] }).fill("kiem tra");
  await expect.poll(() => rows.count()).toBe(2);
  await dashboard.close();
});

test("a recall gets through while no news comes to the page", async () => {
  const body = { tone: "chime", targets: [{ areaId: "vinh-tan" }], expiresInSeconds: 600 };
  const { id } = await operator.post("/alerts", { ...body, kind: "exercise", headline: "Không có tin" });
  const dashboard = await desk.open("tinh");
  const { page } = dashboard;
  await page.route("**/api/v1/events*", (route) => route.abort());
  await go(dashboard, `/exercises/${id}`);
  await page.locator("loa-link-banner .away").waitFor({ timeout: 30_000 });
  await hold(page, "hold-recall-now", () => state(page, "recalled"));
  await dashboard.close();
});

test("a hub that cannot rehearse is told to have a fault, and the alert is sent all the same; what is wrong in itself is not", async () => {
  const dashboard = await desk.open("tinh");
  const { page } = dashboard;
  const answer = (status: number, code: string) => (route: Route) =>
    route.fulfill({
      status,
      contentType: "application/problem+json",
      body: JSON.stringify({ status, code }),
    });
  await page.route("**/alerts/rehearse", answer(404, "NOT_FOUND"));
  await go(dashboard, "/emergency");
  await page.getByTestId("source-tone").click();
  await page.locator("#alert-headline").fill("Còi không lời");
  await page.locator("#alert-siren").selectOption("steady");
  await page.getByTestId("all-own").click();
  await page.getByTestId("rehearsal-failed").waitFor();
  expect(await page.getByTestId("hold-send").getAttribute("aria-disabled")).toBe("true");
  await page.route("**/alerts/rehearse", answer(500, "INTERNAL"));
  await page.getByTestId("rehearsal-failed").getByRole("button").click();
  await page.getByText(vi["rehearsal.sendAllTheSame"]).waitFor();
  await hold(page, "hold-send", () => page.waitForURL("**/emergency/*"));
  const [alert] = await sent();
  expect(alert).toMatchObject({ headline: "Còi không lời", tone: "siren", siren: "steady", spoken: false });
  await dashboard.close();
});

test("without the hub the console says that nothing can be sent", async () => {
  const dashboard = await desk.open("tinh");
  const { page } = dashboard;
  await go(dashboard, "/emergency");
  await write(page, "Lũ về");
  await page.getByTestId("all-own").click();
  await rehearsed(page);
  await desk.commune.part("hub").stop();
  await page.getByTestId("console-away").waitFor({ timeout: 30_000 });
  expect(await page.getByTestId("hold-send").getAttribute("aria-disabled")).toBe("true");
  await desk.commune.startHub();
  await page.getByTestId("rehearsal").waitFor({ timeout: 30_000 });
  expect(await page.locator("#alert-headline").inputValue()).toBe("Lũ về");
  await dashboard.close();
});

describe("with real stations", () => {
  const IDS = ["tram-cho-01", "tram-dinh-02"];
  let commune: Commune;
  beforeAll(async () => {
    commune = await new Commune(IDS.map((id) => ({ id }))).start();
  }, 150_000);
  afterAll(() => commune?.stop());

  test("the board follows an alert from sent to sounding, and the recall until all are silent", async () => {
    const dashboard = await Dashboard.enter(desk.browser, commune.hub.http ?? "", {
      ...{ username: "huyen", password: "thu-nghiem-2026" },
    });
    const { page } = dashboard;
    await page.goto(`${commune.hub.http}/emergency`);
    await write(page, "Lũ đang lên");
    await page.getByTestId("all-own").click();
    await page.locator("#alert-repeat").selectOption("0");
    await rehearsed(page);
    await hold(page, "hold-send", () => page.waitForURL("**/emergency/*"));
    for (const id of IDS)
      await page
        .locator(`[data-testid="alert-station"][data-station="${id}"][data-state="sounding"]`)
        .waitFor({ timeout: 30_000 });
    expect(await page.getByTestId("progress").textContent()).toContain(
      fill(vi["board.sounding"], { n: IDS.length, of: IDS.length }),
    );
    await hold(page, "hold-recall-now", () => state(page, "recalled"));
    await page.getByText(fill(vi["board.silencedAll"], { n: IDS.length })).waitFor({ timeout: 30_000 });
    const id = page.url().split("/").at(-1);
    const person = await commune.person("huyen");
    await until("the correction was spoken", 40_000, async () => {
      const { stations } = await person.get(`/alerts/${id}`);
      return stations.every((one: Answer) => one.state === "done") ? true : null;
    });
    await page.getByTestId("side-proof").click();
    await page.getByTestId("receipt").first().waitFor({ timeout: 30_000 });
    expect(dashboard.errors).toEqual([]);
    await dashboard.close();
  }, 150_000);
});
