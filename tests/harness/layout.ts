import type { Page } from "playwright-core";

/** WCAG 2.2 AA, 2.5.8: least size of a target, CSS pixels. */
const LEAST_TARGET = 24;
/** What a thumb hits without looking; for buttons and navigation on a phone. */
const LEAST_THUMB = 40;

/** What of a page does not fit its screen: a page wider than the screen, text cut off, targets too small to hit. */
export function misfits(page: Page, touch: boolean): Promise<string[]> {
  return page.evaluate(findMisfits, { target: LEAST_TARGET, thumb: touch ? LEAST_THUMB : LEAST_TARGET });
}

/** Runs in the page. */
function findMisfits({ target, thumb }: { target: number; thumb: number }): string[] {
  const root = document.documentElement;
  const shown = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && getComputedStyle(element).visibility !== "hidden";
  };
  const tell = (what: string, element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    const text = element.textContent?.trim().slice(0, 30);
    return `${what}: ${element.localName}.${element.className} "${text}" ${Math.round(width)}×${Math.round(height)}`;
  };
  const all = (selector: string) => [...document.querySelectorAll(selector)].filter(shown);
  const wide = root.scrollWidth > root.clientWidth ? [`page is ${root.scrollWidth} wide`] : [];
  const targets = all("button, a[href], label:has(input), select, textarea");
  const small = targets.filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    const least = element.matches("button, .button, nav a, .check") ? thumb : target;
    return Math.min(width, height) < least;
  });
  return [...wide, ...small.map((element) => tell("small", element))];
}
