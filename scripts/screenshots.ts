import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LoaError } from "@loa/kernel/errors";
import { SystemClock } from "@loa/kernel/system-clock";
import { chromium, type Page } from "playwright-core";
import { Children } from "./children.ts";
import { startDemo } from "./demo.ts";
import { GUIDE_LANGUAGES, takeGuidePictures } from "./guide-pictures.ts";

/**
 * Takes the pictures of the README and of the user guides from a demo that runs: the overview while something is on air, the proof of
 * that broadcast, then every page of the guides in both languages.
 */

const IMAGES = path.resolve(import.meta.dirname, "../docs/images");
const GUIDE = path.resolve(import.meta.dirname, "../docs/guide/images");
const SCREEN = { width: 1440, height: 900 };
const MOST_BYTES = 200_000;
const ON_AIR_WITHIN_MS = 120_000;

const { ensureDashboard } = await import(path.join(import.meta.dirname, "setup/dashboard.mjs"));
ensureDashboard();
const data = mkdtempSync(path.join(tmpdir(), "loa-screenshots-"));
process.env.LOA_HTTP_PORT ??= "0";
process.env.LOA_MQTT_PORT ??= "0";
process.env.LOA_SIM_PORT ??= "0";
process.env.LOA_STATION_PORT ??= "0";
const children = new Children({
  clock: new SystemClock(),
  logFolder: path.join(data, "logs"),
  onUnexpectedEnd: (error) => process.stderr.write(`${error.message}\n`),
});
try {
  const { ready, library } = await startDemo(children, { data });
  const { http, password } = ready;
  await library;
  await takePictures(http, password);
} finally {
  await children.stop();
  rmSync(data, { recursive: true, force: true });
}

async function takePictures(http: string, password: string): Promise<void> {
  const executablePath = process.env.LOA_CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      `--use-file-for-fake-audio-capture=${somebodySpeaking()}`,
    ],
  });
  try {
    const page = await browser.newPage({ viewport: SCREEN, locale: "vi-VN", colorScheme: "light" });
    await logIn(page, http, password);
    const card = page.getByTestId("on-air");
    await card.waitFor({ timeout: ON_AIR_WITHIN_MS });
    await card.getByText(/Đang vang ở (\d+) trên \1 cụm loa/).waitFor();
    await page.getByTestId("stop-area").first().waitFor();
    await picture(page, "overview");
    await card.getByRole("link").click();
    await page.locator('[data-testid="broadcast"][data-state="done"]').waitFor({ timeout: ON_AIR_WITHIN_MS });
    await page.locator('[data-testid="delivery"]:has(.rendered)').first().waitFor();
    await picture(page, "broadcast");
    await page.context().close();
    for (const language of GUIDE_LANGUAGES) {
      mkdirSync(path.join(GUIDE, language), { recursive: true });
      const fileOf = (name: string) => path.join(GUIDE, language, `${name}.png`);
      await takeGuidePictures(browser, { http, password }, language, fileOf);
      for (const file of readdirSync(path.join(GUIDE, language))) keepSmall(fileOf(path.parse(file).name));
    }
  } finally {
    await browser.close();
  }
}

/** What the browser's microphone hears, over and over: a sound file. */
function somebodySpeaking(): string {
  const file = path.join(data, "spoken.wav");
  const words = "Bà con chú ý, nước sông đang lên nhanh. Đề nghị các hộ ven sông chuyển đồ đạc lên cao.";
  execFileSync("espeak-ng", ["-v", "vi", "-s", "150", "-a", "40", "-w", file, words]);
  return file;
}

async function logIn(page: Page, http: string, password: string): Promise<void> {
  await page.goto(http);
  await page.getByLabel("Tên đăng nhập").fill("tinh");
  await page.getByLabel("Mật khẩu", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Đăng nhập" }).click();
  await page.getByTestId("overview-sentence").waitFor();
}

async function picture(page: Page, name: string): Promise<void> {
  const file = path.join(IMAGES, `${name}.png`);
  await page.screenshot({ path: file, animations: "disabled" });
  keepSmall(file);
}

function keepSmall(file: string): void {
  const { size } = statSync(file);
  if (size >= MOST_BYTES) throw new LoaError("INTERNAL", `${file} has ${size} bytes; at most ${MOST_BYTES}`);
  process.stdout.write(`${path.relative(process.cwd(), file)} ${Math.round(size / 1_000)} kB\n`);
}
