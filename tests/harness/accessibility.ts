import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules of WCAG 2.2 AA, and what is good practice besides. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SERIOUS = ["serious", "critical"];

/** Expects a page without serious barriers; the message names each with its place and what is wrong. */
export async function noSeriousFindings(page: Page, where = page.url()): Promise<void> {
  expect(await seriousFindings(page), where).toEqual([]);
}

/** Serious and critical findings of axe-core, one line each: rule, what is wrong, place. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Run by the debugger's way: the content policy of the page admits no script of another origin.
  await page.evaluate(AXE);
  await page.evaluate(standStill);
  const { violations } = await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        runOnly: { type: "tag", values: tags },
        rules: { "label-content-name-mismatch": { enabled: true } },
        resultTypes: ["violations"],
      }),
    TAGS,
  );
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact ?? ""))
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) =>
          `${id} ${target.join(" ")}: ${failureSummary?.split("\n")[1]?.trim()}`,
      ),
    );
}

/** A colour on its way to another is neither; what moves for ever is judged as it is. */
async function standStill(): Promise<void> {
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map((animation) => animation.finished));
}
