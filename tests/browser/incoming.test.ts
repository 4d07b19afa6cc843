import { capTime } from "@loa/hub/core/cap-alert";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noSeriousFindings } from "../harness/accessibility.ts";
import type { Person } from "../harness/api.ts";
import { CAP_PLACES, stormMessage, writeCap } from "../harness/cap-messages.ts";
import { DemoDesk } from "../harness/demo-desk.ts";
import { misfits } from "../harness/layout.ts";

let desk: DemoDesk;
let operator: Person;

beforeAll(async () => {
  const sources = [
    { name: "Đài tỉnh", url: "http://127.0.0.1:9/feed?key=secret", areaId: "nghe-an", allowPrivate: true },
  ];
  desk = await DemoDesk.start(12, {
    LOA_CAP_INBOX: JSON.stringify(CAP_PLACES),
    LOA_CAP_SOURCES: JSON.stringify(sources),
  });
  operator = await desk.commune.person("tinh");
  await operator.postCap("<alert/>").catch(() => {});
}, 120_000);

afterAll(() => desk?.stop());

const waiting = (headline: string, status: "Actual" | "Exercise" = "Actual") =>
  operator.postCap(writeCap(stormMessage({ status }, { headline })));

async function opened(screen: "desk" | "phone", language: "vi" | "en") {
  const dashboard = await desk.open("tinh", screen, language);
  await dashboard.page.goto(`${desk.commune.hub.http}/emergency/incoming`);
  await dashboard.page.locator("loa-incoming-page section").first().waitFor();
  return dashboard;
}

describe.each(["desk", "phone"] as const)("on a %s", (screen) => {
  test.each(["vi", "en"] as const)("what waits in %s fits, and is told in words", async (language) => {
    const headline = `Bão ${screen} ${language}`;
    await waiting(headline);
    await waiting(`Diễn tập ${screen} ${language}`, "Exercise");
    const dashboard = await opened(screen, language);
    const { page } = dashboard;
    const card = page.getByTestId("incoming").filter({ hasText: headline });
    const text = await card.textContent();
    const words = {
      vi: ["Nghiêm trọng", "Phường Vinh Tân", "4 cụm loa"],
      en: ["Severe", "Phường Vinh Tân", "4 stations"],
    };
    for (const word of words[language]) expect(text).toContain(word);
    await page.locator('[data-testid="source"][data-state="failing"]').waitFor();
    expect(await page.getByTestId("source").textContent()).not.toContain("secret");
    expect(await misfits(page, screen === "phone")).toEqual([]);
    await noSeriousFindings(page);
    if (process.env.LOA_PICTURES)
      await page.screenshot({
        path: `${process.env.LOA_PICTURES}/incoming-${screen}-${language}.png`,
        fullPage: true,
      });
    await dashboard.close();
  });
});

test("a message that comes in appears by itself, is taken up, and another is dismissed with a reason", async () => {
  const dashboard = await opened("desk", "vi");
  const { page } = dashboard;
  await waiting("Lũ quét");
  const card = (headline: string) => page.getByTestId("incoming").filter({ hasText: headline });
  await card("Lũ quét").getByTestId("take-up").click();
  await page.getByTestId("confirm-yes").click();
  const row = (headline: string) => page.getByTestId("received").filter({ hasText: headline });
  await row("Lũ quét").and(page.locator('[data-state="aired"]')).waitFor();
  await waiting("Động đất");
  await card("Động đất").getByTestId("dismiss").click();
  await page.locator("#confirm-reason").fill("Không đúng địa bàn");
  await page.getByTestId("confirm-yes").click();
  await row("Động đất").and(page.locator('[data-state="ignored"]')).waitFor();
  expect(await row("Động đất").textContent()).toContain("Không đúng địa bàn");
  expect(await row("Bản tin không đọc được").count()).toBe(1);
  await dashboard.close();
});

describe("a message that becomes effective later", () => {
  const later = (headline: string) =>
    operator.postCap(writeCap(stormMessage({}, { headline, effective: capTime(Date.now() + 300_000, 420) })));

  test.each(["desk", "phone"] as const)(
    "says on a %s when it will be aired once it is confirmed",
    async (screen) => {
      const headline = `Bão sau ${screen}`;
      await later(headline);
      const dashboard = await opened(screen, "vi");
      const { page } = dashboard;
      const card = page.getByTestId("incoming").filter({ hasText: headline });
      await card.locator('[data-airs="asked"]').waitFor();
      expect(await card.textContent()).toContain("đưa vào bằng tay");
      await card.getByTestId("confirm").click();
      await page.getByTestId("confirm-yes").click();
      await card.locator('[data-airs="confirmed"]').waitFor();
      expect(await card.getByTestId("starts").textContent()).toMatch(/Sẽ phát lúc \d\d:\d\d/);
      expect(await card.getByTestId("confirm").count()).toBe(0);
      expect(await misfits(page, screen === "phone")).toEqual([]);
      await noSeriousFindings(page);
      await dashboard.close();
    },
  );

  test("is withheld with a reason, in English", async () => {
    await later("Withheld storm");
    const dashboard = await opened("desk", "en");
    const { page } = dashboard;
    const card = page.getByTestId("incoming").filter({ hasText: "Withheld storm" });
    await card.getByTestId("withhold").click();
    await page.locator("#confirm-reason").fill("The storm has gone");
    await page.getByTestId("confirm-yes").click();
    const row = page.getByTestId("received").filter({ hasText: "Withheld storm" });
    await row.and(page.locator('[data-state="ignored"]')).waitFor();
    expect(await row.textContent()).toContain("The storm has gone");
    await dashboard.close();
  });
});

test("nothing was asked for outside, and no page threw an error", () => {
  for (const { foreign, errors } of desk.opened) expect([foreign, errors]).toEqual([[], []]);
});
