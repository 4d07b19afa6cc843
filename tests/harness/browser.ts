import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";

/** Nothing of a test may leave this machine. */
const CLOSED_NETWORK = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Sizes that the dashboard is made for. */
export const SCREENS = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** Starts Chromium without a window; `LOA_CHROMIUM` names another executable. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.LOA_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: CLOSED_NETWORK });
}

/** The dashboard as a person uses it, by the words on it (Vietnamese) or by stable test ids. */
export class Dashboard {
  readonly page: Page;
  /** Addresses outside the hub that the page asked for; must stay empty. */
  readonly foreign: string[] = [];
  /** Errors that the page threw; must stay empty. */
  readonly errors: string[] = [];

  private constructor(page: Page, hub: string) {
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(hub) && !/^(data|blob):/.test(url)) this.foreign.push(url);
    });
  }

  /** Opens the hub's first page in a fresh session. */
  static async open(
    browser: Browser,
    hub: string,
    screen: keyof typeof SCREENS = "desk",
  ): Promise<Dashboard> {
    const context: BrowserContext = await browser.newContext({ viewport: SCREENS[screen], locale: "vi-VN" });
    const dashboard = new Dashboard(await context.newPage(), hub);
    await dashboard.page.goto(hub);
    return dashboard;
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  async logIn(username: string, password: string): Promise<void> {
    await this.page.getByLabel("Tên đăng nhập").fill(username);
    await this.page.getByLabel("Mật khẩu").fill(password);
    await this.page.getByRole("button", { name: "Đăng nhập" }).click();
  }

  async logOut(): Promise<void> {
    await this.page.getByTestId("account").click();
    await this.page.getByTestId("log-out").click();
  }

  async goTo(name: "Tổng quan" | "Bản tin" | "Lịch phát"): Promise<void> {
    await this.page.getByRole("navigation").getByRole("link", { name, exact: true }).first().click();
  }

  /** The overview's one sentence. */
  sentence(): Locator {
    return this.page.getByTestId("overview-sentence");
  }

  /** A station on the wall; `data-status` and `data-on-air` tell its state. */
  tile(name: string): Locator {
    return this.page.getByTestId("station-tile").filter({ hasText: name });
  }

  /** Cards of what is on air now. */
  onAir(): Locator {
    return this.page.getByTestId("on-air");
  }

  /** Uploads a sound file and waits until it is worked through; the announcement is open then. */
  async upload(title: string, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.goTo("Bản tin");
    await this.page.getByTestId("upload").click();
    const sheet = this.page.getByRole("dialog", { name: "Tải bản tin lên" });
    await sheet.locator('input[type="file"]').setInputFiles(file);
    await sheet.getByLabel("Tên bản tin").fill(title);
    await sheet.getByTestId("upload-send").click();
    await this.announcement("ready").waitFor();
  }

  /** The announcement that is open, in a state of ingest. */
  announcement(ingest: "ready" | "failed" | "processing"): Locator {
    return this.page.locator(`[data-testid="announcement"][data-ingest="${ingest}"]`);
  }

  async openAnnouncement(title: string): Promise<void> {
    await this.goTo("Bản tin");
    await this.page.getByRole("link", { name: title }).first().click();
  }

  async submit(): Promise<void> {
    await this.page.getByTestId("submit").click();
    await this.page.locator('[data-testid="announcement"][data-state="submitted"]').waitFor();
  }

  async approve(): Promise<void> {
    await this.page.getByTestId("approve").click();
    await this.page.locator('[data-testid="announcement"][data-state="approved"]').waitFor();
  }

  async reject(reason: string): Promise<void> {
    await this.page.getByTestId("reject").click();
    await this.page.getByLabel("Lý do").fill(reason);
    await this.confirm();
  }

  /** Fills the schedule form up to the read-back; `save` stores it. `time` is HH:MM, `date` YYYY-MM-DD. */
  async draftSchedule(draft: {
    title: string;
    announcement: string;
    areas: readonly string[];
    date: string;
    time: string;
    repeat?: "Một lần" | "Mỗi ngày" | "Hằng tuần";
  }): Promise<void> {
    await this.goTo("Lịch phát");
    await this.page.getByTestId("new-schedule").click();
    await this.page.getByLabel("Tên lịch").fill(draft.title);
    await this.page.getByRole("button", { name: draft.announcement }).click();
    for (const area of draft.areas) await this.page.getByRole("checkbox", { name: area }).first().check();
    await this.page.getByLabel(/^(Ngày|Từ ngày)$/).fill(draft.date);
    await this.page.getByLabel("Giờ", { exact: true }).fill(draft.time);
    await this.page.getByLabel("Giờ", { exact: true }).press("Tab");
    if (draft.repeat) await this.page.getByRole("radio", { name: draft.repeat }).check();
  }

  /** "What will sound in the next 24 hours". */
  readBack(): Locator {
    return this.page.getByTestId("read-back");
  }

  /** Clashes that the read-back tells. */
  conflicts(): Locator {
    return this.page.getByTestId("conflicts");
  }

  async saveSchedule(): Promise<void> {
    await this.page.getByTestId("save-schedule").click();
    await this.page.waitForURL("**/schedules");
  }

  /** Stops the only broadcast on air: press, then confirm. */
  async stop(): Promise<void> {
    await this.page.getByTestId("stop").click();
    await this.confirm();
  }

  /** Says yes to the open question. */
  async confirm(): Promise<void> {
    await this.page.getByTestId("confirm-yes").click();
  }

  /** A station's row on the broadcast page; `data-outcome` tells what became of it. */
  delivery(stationId: string): Locator {
    return this.page.locator(`[data-testid="delivery"][data-station="${stationId}"]`);
  }

  /** Short messages, e.g. after Stop. */
  message(): Locator {
    return this.page.locator(".toast");
  }
}
