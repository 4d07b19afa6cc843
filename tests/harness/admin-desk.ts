import { en } from "@loa/dashboard/locales/en";
import { fill } from "@loa/dashboard/locales/translate";
import { type MessageId, vi } from "@loa/dashboard/locales/vi";
import type { Browser, Locator, Page } from "playwright-core";
import { Dashboard, type SCREENS } from "./browser.ts";

/** A busy machine is slow, but a page that has not come by then will not come. */
const PATIENCE_MS = 15_000;
const CATALOGUES = { vi, en } as const;

/** Somebody at the administration pages, in one language on one screen. */
export class AdminDesk {
  readonly dashboard: Dashboard;
  readonly #catalogue: Record<MessageId, string>;
  readonly #hub: string;

  private constructor(dashboard: Dashboard, hub: string, language: keyof typeof CATALOGUES) {
    this.dashboard = dashboard;
    this.#hub = hub;
    this.#catalogue = CATALOGUES[language];
  }

  static async open(
    browser: Browser,
    hub: string,
    language: keyof typeof CATALOGUES,
    screen: keyof typeof SCREENS,
  ): Promise<AdminDesk> {
    const dashboard = await Dashboard.open(browser, hub, screen);
    await dashboard.page.evaluate((chosen) => localStorage.setItem("loa.language", chosen), language);
    await dashboard.page.reload();
    dashboard.page.setDefaultTimeout(PATIENCE_MS);
    return new AdminDesk(dashboard, hub, language);
  }

  get page(): Page {
    return this.dashboard.page;
  }

  /** A text of the page in this desk's language. */
  t(id: MessageId, facts: Record<string, string | number> = {}): string {
    return fill(this.#catalogue[id], facts);
  }

  /** Fills in the first step; `submit` afterwards waits for nothing. */
  async giveName(username: string, password: string): Promise<void> {
    await this.page.locator("#username").fill(username);
    await this.page.locator("#password").fill(password);
    await this.page.getByRole("button", { name: this.t("login.submit"), exact: true }).click();
  }

  async logIn(username: string, password: string): Promise<void> {
    await this.giveName(username, password);
    await this.page.locator(".shell").waitFor();
  }

  /** Gives digits or a recovery code in the second step. */
  async giveCode(code: string): Promise<void> {
    await this.page.locator("#login-code").fill(code);
    await this.page.getByRole("button", { name: this.t("login.confirm"), exact: true }).click();
  }

  async logOut(): Promise<void> {
    await this.dashboard.logOut();
    await this.page.locator("#username").waitFor();
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.#hub}${path}`);
    await this.page.locator("main :is(h1, h2):visible").first().waitFor();
  }

  id(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** The card of the area that is open. */
  area(id: string): Locator {
    return this.page.locator(`[data-testid="area"][data-area="${id}"]`);
  }

  /** Finds an area in the open dialog by words without accents, and chooses it. */
  async pick(words: string, areaId: string): Promise<void> {
    const dialog = this.page.locator("dialog[open].picker");
    await dialog.getByRole("searchbox").fill(words);
    await dialog.locator(`[data-area="${areaId}"]`).click();
  }

  async confirmPick(): Promise<void> {
    await this.id("picker-yes").click();
  }

  /** Waits for a short message that holds these words. */
  async told(words: string): Promise<void> {
    await this.dashboard.message().getByText(words).first().waitFor();
  }

  async undo(): Promise<void> {
    await this.id("undo").last().click();
    await this.told(this.t("undo.done"));
  }
}
