import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, SCREENS } from "../harness/browser.ts";
import type { Bench, Row } from "./bench.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const RUNS = 5;
const STATIONS = 5_000;
const BURST_MS = 10_000;
const SCRIPT_KB = 160;
const PAINT_S = 1;
const TASK_MS = 50;

/** The production build in Chromium before a stand-in hub with 5,000 stations, 500 of which change each second. */
export const dashboard: Bench = {
  name: "dashboard",
  async run(): Promise<Row[]> {
    const { ensureDashboard } = await import(join(ROOT, "scripts/setup/dashboard.mjs"));
    ensureDashboard();
    const env = { ...process.env, MOCK_PORT: "0", MOCK_USER: "tinh", MOCK_STATIONS: String(STATIONS) };
    const stdio = ["ignore", "pipe", "inherit"] as const;
    const hub = spawn(process.execPath, [join(ROOT, "dashboard/dev/mock-hub.ts")], {
      env,
      stdio: [...stdio],
    });
    const browser = await launchBrowser();
    try {
      const [line] = (await once(hub.stdout, "data")) as [Buffer];
      return await measure(browser, `http://127.0.0.1:${JSON.parse(line.toString()).port}/`);
    } finally {
      await browser.close();
      hub.kill();
      await once(hub, "exit");
    }
  },
};

/** What one visit of the overview took. */
interface Visit {
  readonly scriptKb: number;
  readonly paintS: number;
  readonly loadTaskMs: number;
  readonly longestMs: number;
  readonly changesPerS: number;
}

async function measure(browser: Browser, url: string): Promise<Row[]> {
  const visits: Visit[] = [];
  for (let run = 0; run < RUNS; run++) visits.push(await visit(browser, url));
  const of = (key: keyof Visit) => visits.map((one) => one[key]);
  return [
    atMost("script of the first load, gzip", "kB", of("scriptKb"), SCRIPT_KB),
    atMost(`largest contentful paint, ${STATIONS} stations`, "s", of("paintS"), PAINT_S),
    { measure: "longest task of the first load", unit: "ms", values: of("loadTaskMs") },
    {
      ...atMost("longest task while stations change", "ms", of("longestMs"), TASK_MS),
      note: "browsers report tasks from 50 ms on; 0: none",
    },
    { measure: "changes that arrived", unit: "1/s", values: of("changesPerS") },
  ];
}

function atMost(measure: string, unit: string, values: readonly number[], bar: number): Row {
  const median = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  return { measure, unit, values, bar: `≤ ${bar}`, reached: median <= bar };
}

/** Opens the overview with an empty cache, lets it settle, then watches its main thread. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: SCREENS.desk, locale: "vi-VN" });
  const page = await context.newPage();
  const scripts = new Set<string>();
  page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.add(new URL(request.url()).pathname);
  });
  await page.addInitScript(watch);
  await page.goto(url);
  await page.getByTestId("station-tile").first().waitFor();
  await page.getByRole("button", { name: `Tất cả ${STATIONS}` }).waitFor();
  await page.getByTestId("map-cluster").first().waitFor();
  await page.evaluate(settled);
  const first = [...scripts];
  const { paintMs, longestMs: loadTaskMs } = await page.evaluate(() => globalThis.measured);
  const burst = await watchBurst(page);
  await context.close();
  return { scriptKb: gzipKb(first), paintS: paintMs / 1_000, loadTaskMs, ...burst };
}

async function watchBurst(page: Page): Promise<Pick<Visit, "longestMs" | "changesPerS">> {
  return page.evaluate(async (ms) => {
    globalThis.measured.longestMs = 0;
    const stream = new EventSource("/api/v1/events");
    let changes = 0;
    stream.addEventListener("station", () => changes++);
    await new Promise((done) => setTimeout(done, ms));
    stream.close();
    return { longestMs: globalThis.measured.longestMs, changesPerS: changes / (ms / 1_000) };
  }, BURST_MS);
}

const gzipKb = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(ROOT, "dashboard/dist", path))).length, 0) /
  1_000;

declare global {
  /** Kept by `watch` in the page; ms since navigation, and of one task. */
  var measured: { paintMs: number; longestMs: number };
}

/** Runs in the page before its own scripts. Tasks under 50 ms are not reported by the browser: 0 then. */
function watch(): void {
  globalThis.measured = { paintMs: 0, longestMs: 0 };
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) globalThis.measured.paintMs = startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      globalThis.measured.longestMs = Math.max(globalThis.measured.longestMs, duration);
  }).observe({ type: "longtask", buffered: true });
}

/** Runs in the page: resolves once the main thread had 2 s for itself. */
function settled(): Promise<void> {
  return new Promise((done) => setTimeout(done, 2_000));
}
