import jsQR from "jsqr";
import type { Browser, Locator, Page } from "playwright-core";

interface Pixels {
  readonly data: number[];
  readonly width: number;
  readonly height: number;
}

/** How near a camera is held, one after the other, as a hand does. */
const NEARNESS = [1, 2, 1.5, 3] as const;

/** What a camera reads off the screen or the paper in front of it: a QR code in a picture of the element. Null when it reads none. */
export async function readQr(browser: Browser, element: Locator): Promise<string | null> {
  const page = await browser.newPage();
  try {
    for (const nearness of NEARNESS) {
      const picture = (await element.screenshot({ type: "png" })).toString("base64");
      const { data, width, height } = await page.evaluate(pixelsOf, { picture, nearness });
      const read = decode(Uint8ClampedArray.from(data), width, height);
      if (read) return read.data;
    }
    return null;
  } finally {
    await page.close();
  }
}

const decode = jsQR as unknown as typeof jsQR.default;

/** Runs in the page. */
async function pixelsOf(taken: { picture: string; nearness: number }): Promise<Pixels> {
  const bytes = Uint8Array.from(atob(taken.picture), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const width = Math.round(bitmap.width * taken.nearness);
  const height = Math.round(bitmap.height * taken.nearness);
  const context = new OffscreenCanvas(width, height).getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return { data: [...data], width, height };
}

/** A4 at the 96 dots to the inch of a style sheet. */
const PAPER = { width: 794, height: 1_123 } as const;

/** Looks at the page as its printer lays it out, whatever the theme on the screen. */
export async function onPaper<T>(page: Page, look: () => Promise<T>): Promise<T> {
  const screen = page.viewportSize() ?? PAPER;
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.setViewportSize(PAPER);
  try {
    return await look();
  } finally {
    await page.setViewportSize(screen);
    await page.emulateMedia({ media: null, colorScheme: null });
  }
}

/** Pages of the paper that the page would print. */
export async function printedPages(page: Page): Promise<number> {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}
