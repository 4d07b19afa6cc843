import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../harness/browser.ts";
import { Commune } from "../harness/commune.ts";
import { LiveDeskPage } from "../harness/live-desk.ts";
import { microphoneFrom, spokenFile } from "../harness/microphone.ts";
import { recordingAt } from "../harness/recording-at.ts";
import type { Bench, Row } from "./bench.ts";
import { type Delays, delaysOf } from "./live/delays.ts";

const RUNS = 5;
const SPEAK_MS = 34_000;
/** The first seconds of a speech settle the hub's mapping and the station's clock. */
const SETTLE_MS = 2_000;
const BAR_MS = 400;
const STATION = "tram-do-noi";
const SPOKEN =
  "Ủy ban nhân dân xã thông báo. Sáng mai từ bảy giờ đến mười một giờ, toàn xã tạm ngừng cấp điện để sửa đường dây. Đề nghị bà con chủ động " +
  "bơm nước, sạc đèn và không đến gần nơi đang sửa. Nước sông đang lên nhanh, các hộ ven sông chuyển đồ đạc lên cao.";

/**
 * From a browser's microphone to a horn: Chromium with a WAV file as its microphone, hub, one real controller with its simulated sound card, all on
 * loopback. A sample counts as spoken when the browser hands it to the page; a horn's samples carry the simulator's own time.
 */
export const live: Bench = {
  name: "live",
  async run(): Promise<Row[]> {
    const { ensureDashboard } = await import(join(import.meta.dirname, "../../scripts/setup/dashboard.mjs"));
    ensureDashboard();
    const commune = new Commune([{ id: STATION }]);
    let browser: Browser | undefined;
    try {
      const wav = spokenFile(commune.folder, SPOKEN);
      [, browser] = await Promise.all([commune.start(), launchBrowser(microphoneFrom(wav))]);
      const runs: Delays[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await speech(commune, browser));
      return rows(runs);
    } finally {
      await browser?.close();
      await commune.stop();
    }
  },
};

async function speech(commune: Commune, browser: Browser): Promise<Delays> {
  const desk = await LiveDeskPage.open(browser, commune.hub.http ?? "", { username: "xa" });
  try {
    await desk.listen();
    await desk.show("/live");
    await desk.chooseAll();
    await desk.open();
    await desk.page.getByRole("switch").check();
    await desk.page.getByTestId("talk").click();
    const from = Date.now();
    await desk.page.waitForTimeout(SPEAK_MS);
    const until = Date.now();
    const microphone = await desk.microphone();
    await desk.end();
    const horn = await recordingAt(commune, STATION, "z1", from + SETTLE_MS);
    const sound = { samples: horn.samples, rate: horn.sampleRate, firstAt: horn.firstSampleAtUs / 1_000 };
    return delaysOf(microphone, sound, from + SETTLE_MS, until - 1_000);
  } finally {
    await desk.close();
  }
}

function rows(runs: readonly Delays[]): Row[] {
  const at = (share: number) => runs.map(({ found }) => quantile(found, share));
  const p95 = at(0.95);
  return [
    { measure: "microphone to horn p50", unit: "ms", values: at(0.5) },
    {
      measure: "microphone to horn p95",
      unit: "ms",
      values: p95,
      bar: `≤ ${BAR_MS}`,
      reached: quantile(p95, 0.5) <= BAR_MS,
    },
    {
      measure: "windows of 1 s not recognised at the horn",
      unit: "",
      values: runs.map(({ missing }) => missing),
    },
  ];
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ??
  Number.NaN;
