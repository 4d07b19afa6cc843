import { PAGES, type PageName } from "@loa/dashboard/router";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noSeriousFindings, seriousFindings } from "../harness/accessibility.ts";
import { approved, scheduled } from "../harness/announce.ts";
import type { Dashboard } from "../harness/browser.ts";
import { DemoDesk } from "../harness/demo-desk.ts";
import { speech } from "../harness/sound.ts";

const PASSWORD = "thu-nghiem-2026";
const THEMES = ["light", "dark"] as const;

let desk: DemoDesk;
let dashboard: Dashboard;
/** An address of each page, with something on it. */
let addresses: Record<PageName, string>;

beforeAll(async () => {
  desk = await DemoDesk.start(12, { LOA_DEMO_ENVELOPE: "always" });
  const { commune } = desk;
  const sound = speech(commune.folder, "thu.mp3", "Ủy ban nhân dân xã thông báo.");
  const { id } = await approved(commune, "Bản tin mẫu", sound, "thu.mp3");
  const person = await commune.person("xa");
  const { areaId } = (await person.get("/me")).user;
  const broadcast = await scheduled(person, id, [{ areaId }], 3_600_000, { title: "Buổi sáng" });
  const live = await person.post("/live", { targets: [{ areaId }] });
  await person.delete(`/live/${live.id}`);
  const [station] = (await person.get("/stations")).items;
  const operator = await commune.person("tinh");
  const send = (kind: string) =>
    operator.post("/alerts", {
      ...{ kind, headline: "Lũ đang lên", text: "Lũ đang lên.", tone: "chime", repeat: 1 },
      ...{ targets: [{ areaId }], expiresInSeconds: 3_600 },
    });
  const [alert, exercise] = await Promise.all([send("actual"), send("exercise")]);
  addresses = addressesOf({
    ...{ alert: alert.id, exercise: exercise.id },
    announcement: id,
    schedule: broadcast.scheduleId,
    live: live.id,
    broadcast: broadcast.id,
    station: station.id,
  });
  dashboard = await desk.visit();
}, 120_000);

afterAll(() => desk?.stop());

/** Fills the id into every page's address; a page of the router that is not known here is an error of this test's type. */
function addressesOf(
  ids: Record<"announcement" | "schedule" | "live" | "broadcast" | "station" | "alert" | "exercise", string>,
): Record<PageName, string> {
  return {
    overview: "/",
    announcements: "/announcements",
    announcement: `/announcements/${ids.announcement}`,
    schedules: "/schedules",
    schedule: `/schedules/${ids.schedule}`,
    live: "/live",
    liveSession: `/live/${ids.live}`,
    broadcast: `/broadcasts/${ids.broadcast}`,
    station: `/stations/${ids.station}`,
    emergency: "/emergency",
    alert: `/emergency/${ids.alert}`,
    exercises: "/exercises",
    exercise: `/exercises/${ids.exercise}`,
    incoming: "/emergency/incoming",
    account: "/account",
    adminAreas: "/admin/areas",
    adminStations: "/admin/stations",
    adminStation: `/admin/stations/${ids.station}`,
    adminLabels: `/admin/stations/labels?ids=${ids.station}`,
    adminUsers: "/admin/users",
    unknown: "/khong-co",
  };
}

const choose = async (theme: (typeof THEMES)[number]) => {
  await dashboard.page.evaluate((name) => localStorage.setItem("loa.theme", name), theme);
  await dashboard.page.reload();
};

async function show(address: string): Promise<void> {
  const { page } = dashboard;
  await page.goto(`${desk.commune.hub.http}${address}`);
  await page.locator("main :is(h1, h2):visible").first().waitFor();
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
  if (address === "/") await page.locator('[data-testid^="map-"]').first().waitFor();
}

test("a barrier is found where there is one", async () => {
  await dashboard.page.getByLabel("Tên đăng nhập").waitFor();
  await dashboard.page.evaluate(() =>
    document.querySelector("main")?.insertAdjacentHTML("beforeend", "<button></button>"),
  );
  expect((await seriousFindings(dashboard.page)).join()).toMatch(/^button-name/);
});

describe.each(THEMES)("in the %s theme", (theme) => {
  test("who is not logged in meets no barrier", async () => {
    await dashboard?.close();
    dashboard = await desk.visit();
    await choose(theme);
    await dashboard.page.getByLabel("Tên đăng nhập").waitFor();
    await noSeriousFindings(dashboard.page, "log-in");
  });

  test("no page has a serious barrier", async () => {
    await dashboard.logIn("xa", PASSWORD);
    await dashboard.sentence().waitFor();
    for (const name of PAGES.filter((one) => !one.startsWith("admin"))) {
      await show(addresses[name]);
      await noSeriousFindings(dashboard.page, `${name} (${addresses[name]})`);
    }
  });

  test("nor have the consoles of operators", async () => {
    const staff = dashboard;
    dashboard = await desk.visit();
    await choose(theme);
    await dashboard.logIn("tinh", PASSWORD);
    await dashboard.sentence().waitFor();
    for (const name of ["emergency", "exercises", "alert"] as const) {
      await show(addresses[name]);
      await noSeriousFindings(dashboard.page, `${name} of an operator`);
    }
    await dashboard.close();
    dashboard = staff;
  });

  test("nor has a page that only admins see", async () => {
    const staff = dashboard;
    dashboard = await desk.visit();
    await choose(theme);
    await dashboard.logIn("admin", PASSWORD);
    await dashboard.sentence().waitFor();
    for (const name of PAGES.filter((one) => one.startsWith("admin"))) {
      await show(addresses[name]);
      await noSeriousFindings(dashboard.page, `${name} (${addresses[name]})`);
    }
    await dashboard.close();
    dashboard = staff;
  });

  test("nor has a sheet that opens over it", async () => {
    const { page } = dashboard;
    await show("/");
    await dashboard.openAccount();
    await noSeriousFindings(page, "account");
    await page.getByTestId("open-keys").click();
    await noSeriousFindings(page, "shortcuts");
    await page.keyboard.press("Escape");
    await show("/schedules");
    await page
      .getByRole("button", { name: /^Xóa lịch/ })
      .first()
      .click();
    await noSeriousFindings(page, "confirm");
    await page.keyboard.press("Escape");
  });
});
