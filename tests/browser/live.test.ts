import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noSeriousFindings } from "../harness/accessibility.ts";
import type { Answer, Person } from "../harness/api.ts";
import { launchBrowser } from "../harness/browser.ts";
import { Commune } from "../harness/commune.ts";
import { misfits } from "../harness/layout.ts";
import { LiveDeskPage } from "../harness/live-desk.ts";
import { fitOf, microphoneFrom, spokenFile } from "../harness/microphone.ts";
import { recordingAt } from "../harness/recording-at.ts";
import { correlateNear, decode, RATE, rmsDb } from "../harness/sound.ts";
import { until } from "../harness/until.ts";

const STATION = "tram-noi-01";
const SPOKEN =
  "Ủy ban nhân dân xã thông báo. Nước sông đang lên nhanh, đề nghị bà con ven sông đưa người già và trẻ em lên nhà văn hóa ngay.";
/** A fake microphone of Chromium, a horn's own sound card: both drift, and a packet is 60 ms: the fit is looked for within 150 ms. */
const REACH = 0.15 * RATE;
/** A gate, a gain and two rounds of Opus, the second at 32 kbit/s: far from equal, far from chance. */
const LIKE = 0.6;

let commune: Commune;
let browser: Browser;
let spoken: string;
let staff: Person;

beforeAll(async () => {
  const { ensureDashboard } = await import(join(import.meta.dirname, "../../scripts/setup/dashboard.mjs"));
  ensureDashboard();
  commune = new Commune([{ id: STATION }]);
  spoken = spokenFile(commune.folder, SPOKEN);
  [, browser] = await Promise.all([commune.start(), launchBrowser(microphoneFrom(spoken))]);
  staff = await commune.person("xa");
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

const hub = () => commune.hub.http as string;
const detail = (id: string): Promise<Answer> => staff.get(`/live/${id}`);
const recorded = (id: string): Promise<Answer> =>
  until("recording", 15_000, async () => {
    const live = await detail(id);
    return live.recording ? live : null;
  });

/** Best fit of three seconds of the hub's recording with what the station's horns gave at that time. */
async function heardAtHorn(live: Answer, sound: Float32Array, fromMs: number): Promise<number> {
  const due = live.startedAt + live.delayMs + fromMs;
  const { samples, firstSampleAtUs } = await recordingAt(commune, STATION, "z1", due);
  const where = Math.round((due - firstSampleAtUs / 1_000) * (RATE / 1_000));
  return correlateNear(samples, where, sound, Math.round(fromMs * (RATE / 1_000)), RATE, REACH);
}

describe.each([
  ["a desk, in Vietnamese, by WebCodecs", "xa", "desk", "vi", false, "Phát trực tiếp"],
  ["a phone, in English, by the browser's recorder", "xa2", "phone", "en", true, "Speak live"],
] as const)("at %s", (_, username, screen, language, withoutEncoder, title) => {
  let desk: LiveDeskPage;
  let id: string;

  beforeAll(async () => {
    desk = await LiveDeskPage.open(browser, hub(), { username, screen, language, withoutEncoder });
  });
  afterAll(() => desk?.close());

  test("the page says what opening does, and tries the microphone", async () => {
    const { page } = desk;
    expect(await page.locator("h1").textContent()).toBe(title);
    await desk.chooseAll();
    await page.getByTestId("interrupts").waitFor();
    await page.locator('[data-testid="live-hint"][data-hint="good"]').waitFor({ timeout: 15_000 });
    expect(await misfits(page, screen === "phone")).toEqual([]);
  });

  test("speech goes out while the space bar is held, and is told with its delay and who hears it", async () => {
    const { page } = desk;
    id = await desk.open();
    await page
      .locator(
        '[data-testid="listener"][data-state="ready"], [data-testid="listener"][data-state="sounding"]',
      )
      .waitFor();
    expect(await desk.talking()).toBe(false);
    await page.keyboard.down(" ");
    expect(await desk.talking()).toBe(true);
    await page.waitForTimeout(8_000);
    const delay = Number(await page.getByTestId("delay").getAttribute("data-ms"));
    expect(delay).toBeGreaterThan((await detail(id)).delayMs);
    expect(await misfits(page, screen === "phone")).toEqual([]);
    await noSeriousFindings(page, "speaking");
    await page.keyboard.up(" ");
    expect(await desk.talking()).toBe(false);
    await page.waitForTimeout(1_500);
    await desk.end();
  });

  test("what the hub recorded, and what the horns sounded, is what was spoken", async () => {
    const live = await recorded(id);
    const audio = await staff.bytes(`/live/${id}/audio`);
    const sound = decode(audio);
    const begins = sound.findIndex((sample) => Math.abs(sample) > 0.02) / RATE;
    const fits = [1, 2.5, 4].map((after) => fitOf(audio, readFileSync(spoken), begins + after));
    expect(Math.max(...fits)).toBeGreaterThan(LIKE);
    const loudest = (begins + 2) * 1_000;
    expect(await heardAtHorn(live, sound, loudest)).toBeGreaterThan(LIKE);
    expect(rmsDb(sound, sound.length - RATE / 2)).toBeLessThan(-60);
  });

  test("the archive plays it, keeps what was said, and proves that it sounded", async () => {
    const { page } = desk;
    await desk.show(`/live/${id}`);
    await page.locator(`[data-testid="live-proof"][data-station="${STATION}"]`).waitFor();
    await page.getByTestId("live-audio").waitFor();
    await page.locator("#transcript").fill("Nước sông đang lên nhanh.");
    await page.getByTestId("save-transcript").click();
    await expect.poll(async () => (await detail(id)).transcript).toBe("Nước sông đang lên nhanh.");
    expect(await misfits(page, screen === "phone")).toEqual([]);
    await noSeriousFindings(page, "archive");
    expect(desk.errors).toEqual([]);
  });
});

describe("while somebody speaks", () => {
  let desk: LiveDeskPage;
  let id: string;

  beforeAll(async () => {
    desk = await LiveDeskPage.open(browser, hub(), { username: "xa" });
    await desk.chooseAll();
    id = await desk.open();
  });
  afterAll(() => desk?.close());

  test("the latch keeps talking until the button is pressed again", async () => {
    const { page } = desk;
    await page.getByRole("switch").check();
    await page.getByTestId("talk").click();
    expect(await desk.talking()).toBe(true);
    await page.getByTestId("talk").click();
    expect(await desk.talking()).toBe(false);
    await page.getByTestId("talk").click();
  });

  test("somebody else is told who speaks there", async () => {
    const other = await LiveDeskPage.open(browser, hub(), { username: "xa2" });
    await other.chooseAll();
    await other.page.getByTestId("live-open").click();
    const refused = other.page.getByTestId("live-refused");
    await refused.waitFor();
    expect(await refused.getAttribute("data-code")).toBe("LIVE_HELD");
    const { name } = (await staff.get("/me")).user;
    expect(await refused.textContent()).toContain(name);
    await other.show("/");
    await other.page.getByTestId("live-on-air").waitFor();
    await other.close();
  });

  test("what cannot leave at once is left out, never late", async () => {
    await desk.congest(1_000_000);
    await desk.page.waitForTimeout(700);
    await desk.congest(0);
    const lost = desk.page.getByTestId("lost");
    await expect.poll(async () => Number(await lost.getAttribute("data-dropped"))).toBeGreaterThan(5);
    await expect.poll(async () => Number(await lost.getAttribute("data-lost"))).toBeGreaterThan(5);
    await desk.page.getByTestId("gaps").waitFor();
  });

  test("a connection that was cut is told in words and comes back to the same speech", async () => {
    await desk.cut();
    await desk.page.locator('[data-testid="live-strip"][data-joined="true"]').waitFor();
    await expect.poll(async () => (await detail(id)).state).toBe("speaking");
    expect(await desk.talking()).toBe(true);
  });

  test("one that died without a word is told too; what is latched can be let go meanwhile, and stays so when it is back", async () => {
    const { page } = desk;
    commune.part("hub").kill("SIGSTOP");
    try {
      await page.locator('[data-testid="live-strip"][data-joined="false"]').waitFor();
      await page.getByTestId("talk").click();
      expect(await desk.talking()).toBe(false);
    } finally {
      commune.part("hub").kill("SIGCONT");
    }
    await page.locator('[data-testid="live-strip"][data-joined="true"]').waitFor();
    await expect.poll(async () => (await detail(id)).state).toBe("speaking");
    expect(await desk.talking()).toBe(false);
    await page.getByTestId("talk").click();
    expect(await desk.talking()).toBe(true);
  });

  test("another microphone takes over though its permission is long in coming: silence goes out until then", async () => {
    const { page } = desk;
    const choice = page.locator("#live-microphone");
    const others = choice.locator("option:not([selected])");
    await desk.hesitate(6_000);
    await choice.selectOption((await others.last().getAttribute("value")) as string);
    await page.getByTestId("confirm-yes").click();
    await choice.waitFor({ state: "detached" });
    expect(await desk.talking()).toBe(false);
    await choice.waitFor();
    await desk.hesitate(0);
    expect((await detail(id)).state).toBe("speaking");
    await page.getByTestId("talk").click();
    expect(await desk.talking()).toBe(true);
  });

  test("a microphone that is unplugged silences the stations and says what to do", async () => {
    await desk.unplug();
    const problem = desk.page.locator('[data-testid="microphone-problem"][data-problem="gone"]');
    await problem.waitFor();
    expect(await desk.talking()).toBe(false);
    expect((await detail(id)).state).toBe("speaking");
    await problem.getByRole("button").click();
    await problem.waitFor({ state: "detached" });
  });

  test("leaving the page asks first, and ends it", async () => {
    const { page } = desk;
    const overview = page.getByRole("navigation").getByRole("link", { name: "Tổng quan" }).first();
    await overview.click();
    await page.locator("dialog[open] .facts").waitFor();
    await page.getByRole("button", { name: "Ở lại" }).click();
    expect(new URL(page.url()).pathname).toBe("/live");
    await overview.click();
    await page.getByTestId("confirm-yes").click();
    await expect.poll(async () => (await detail(id)).state).toBe("ended");
    expect((await detail(id)).end).toBe("speaker");
    expect(desk.errors).toEqual([]);
  });
});

describe("the voice of an alert", () => {
  let desk: LiveDeskPage;
  let other: LiveDeskPage;
  let live: Answer;

  beforeAll(async () => {
    desk = await LiveDeskPage.open(browser, hub(), { username: "huyen" });
    other = await LiveDeskPage.open(browser, hub(), { username: "xa" });
    await desk.show("/live?alert=1");
    await other.show("/announcements");
  });
  afterAll(async () => {
    await desk?.close();
    await other?.close();
  });

  const banner = ({ page }: LiveDeskPage) =>
    page.locator(`[data-testid="alert-banner"][data-alert="${live.alertId}"]`);

  test("is opened by holding, with a headline, and stands on every page of everybody", async () => {
    const { page } = desk;
    await desk.chooseAll();
    expect(await misfits(page, false)).toEqual([]);
    const before = (await staff.get("/live")).items.length;
    await page.locator("#alert-headline").fill("Vỡ đê Hữu Lam");
    await page.locator("#alert-siren").selectOption("pulse");
    await page.getByTestId("live-open").click();
    await page.getByTestId("live-open-how").getByText("chưa có gì được gửi").waitFor();
    expect((await staff.get("/live")).items).toHaveLength(before);
    live = await detail(await desk.openAlert("Vỡ đê Hữu Lam"));
    expect(await staff.get(`/alerts/${live.alertId}`)).toMatchObject({
      ...{ kind: "actual", state: "sent", headline: "Vỡ đê Hữu Lam", sessionId: live.id },
      ...{ tone: "siren", siren: "pulse" },
    });
    for (const one of [desk, other]) {
      await banner(one).waitFor();
      expect(await banner(one).textContent()).toContain("Vỡ đê Hữu Lam");
    }
    for (const path of ["/", "/schedules", "/emergency"]) {
      await other.show(path);
      await banner(other).waitFor();
    }
    await noSeriousFindings(page, "voice of an alert");
  });

  test("is heard after its siren, and when it has ended the alert is done and no page speaks of it", async () => {
    const { page } = desk;
    await page.getByRole("switch").check();
    await page.getByTestId("talk").click();
    await expect.poll(async () => (await detail(live.id)).counts.sounding, { timeout: 15_000 }).toBe(1);
    // Eight seconds of siren, then words.
    await page.waitForTimeout(14_000);
    expect(await banner(desk).count()).toBe(1);
    await desk.end();
    for (const one of [desk, other]) await banner(one).waitFor({ state: "detached" });
    expect(await staff.get(`/alerts/${live.alertId}`)).toMatchObject({ state: "done", counts: { done: 1 } });
    const kept = await recorded(live.id);
    const sound = decode(await staff.bytes(`/live/${live.id}/audio`));
    const fits = [10, 11.5, 13].map((s) => heardAtHorn(kept, sound, s * 1_000));
    expect(Math.max(...(await Promise.all(fits)))).toBeGreaterThan(LIKE);
    expect(desk.errors).toEqual([]);
    expect(other.errors).toEqual([]);
  });
});

test("an end that a dead connection swallowed is said again", async () => {
  const desk = await LiveDeskPage.open(browser, hub(), { username: "xa" });
  const swallow = await desk.swallowing();
  await desk.chooseAll();
  const id = await desk.open();
  swallow();
  await desk.end();
  expect((await detail(id)).state).toBe("ended");
  await desk.close();
});

test("who may not use the microphone is told where to allow it, and opens nothing", async () => {
  const closed = await launchBrowser(["--use-fake-device-for-media-stream", "--deny-permission-prompts"]);
  const desk = await LiveDeskPage.open(closed, hub(), { username: "xa" });
  await desk.page.locator('[data-testid="microphone-problem"][data-problem="denied"]').waitFor();
  await desk.page.locator("loa-target-chooser .tree input[type=checkbox]").first().check();
  expect(await desk.page.getByTestId("live-open").getAttribute("aria-disabled")).toBe("true");
  await closed.close();
});
