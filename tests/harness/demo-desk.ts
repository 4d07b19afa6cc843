import { join } from "node:path";
import type { Browser } from "playwright-core";
import { Dashboard, launchBrowser, type SCREENS } from "./browser.ts";
import { Commune } from "./commune.ts";

const PASSWORD = "thu-nghiem-2026";

/** A hub with registered stations that never connect, and browsers before it: for what pages show without any sound. */
export class DemoDesk {
  readonly commune: Commune;
  readonly browser: Browser;
  /** Every dashboard that was opened, also those that were closed since. */
  readonly opened: Dashboard[] = [];

  private constructor(commune: Commune, browser: Browser) {
    this.commune = commune;
    this.browser = browser;
  }

  /** Builds the dashboard where it changed and starts hub and browser; `hubEnv` as in hub.yaml's variables. */
  static async start(stations: number, hubEnv: Readonly<Record<string, string>> = {}): Promise<DemoDesk> {
    const { ensureDashboard } = await import(join(import.meta.dirname, "../../scripts/setup/dashboard.mjs"));
    ensureDashboard();
    const commune = new Commune([], {
      LOA_DEMO_STATIONS: String(stations),
      LOA_DEMO_ENVELOPE: "daytime",
      ...hubEnv,
    });
    const [browser] = await Promise.all([launchBrowser(), commune.startHub()]);
    return new DemoDesk(commune, browser);
  }

  /** The log-in page in a fresh session. */
  async visit(screen: keyof typeof SCREENS = "desk"): Promise<Dashboard> {
    const dashboard = await Dashboard.open(this.browser, this.commune.hub.http as string, screen);
    this.opened.push(dashboard);
    return dashboard;
  }

  /** Somebody logged in; `language` as if chosen before. */
  async open(
    username: string,
    screen: keyof typeof SCREENS = "desk",
    language: "vi" | "en" = "vi",
  ): Promise<Dashboard> {
    const who = { username, password: PASSWORD, screen, language };
    const dashboard = await Dashboard.enter(this.browser, this.commune.hub.http as string, who);
    this.opened.push(dashboard);
    await dashboard.sentence().waitFor();
    return dashboard;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.commune.stop();
  }
}
