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

/** A file that is put into the upload sheet. */
export interface UploadFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Starts Chromium without a window, with further switches; `LOA_CHROMIUM` names another executable. */
export function launchBrowser(switches: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env.LOA_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: [...CLOSED_NETWORK, ...switches] });
}

/** How Chromium begins its word on an answer that is an error or never came; `refused` tells of the former. */
const RESOURCE_LOST = "Failed to load resource";

/** The dashboard as a person uses it, by the words on it (Vietnamese) or by stable test ids. */
export class Dashboard {
  readonly page: Page;
  /** Addresses outside the hub that the page asked for; must stay empty. */
  readonly foreign: string[] = [];
  /** Errors that the page threw or the browser told of (content policy, scripts); must stay empty. */
  readonly errors: string[] = [];
  /** Requests that the hub refused: status and path. */
  readonly refused: string[] = [];

  private constructor(page: Page, hub: string) {
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      const lost = message.text().startsWith(RESOURCE_LOST);
      if (message.type() === "error" && !lost) this.errors.push(message.text());
    });
    page.on("response", (response) => {
      if (response.status() >= 400)
        this.refused.push(`${response.status()} ${new URL(response.url()).pathname}`);
    });
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

  /** Opens the hub's first page as somebody who is logged in already, in one of the languages. */
  static async enter(
    browser: Browser,
    hub: string,
    who: { username: string; password: string; screen?: keyof typeof SCREENS; language?: "vi" | "en" },
  ): Promise<Dashboard> {
    const { username, password, screen = "desk", language = "vi" } = who;
    const context = await browser.newContext({ viewport: SCREENS[screen], locale: "vi-VN" });
    await context.addInitScript((language) => localStorage.setItem("loa.language", language), language);
    await context.request.post(`${hub}/api/v1/session`, { data: { username, password } });
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

  /** Opens the sheet with language, appearance and log-out. */
  async openAccount(): Promise<void> {
    await this.page.locator('[data-testid="account"]:visible').click();
  }

  async logOut(): Promise<void> {
    await this.openAccount();
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

  /** Opens one of the four ways to a new announcement. */
  async newAnnouncement(way: "record" | "upload" | "text" | "template"): Promise<void> {
    await this.goTo("Bản tin");
    await this.page.getByTestId("new-announcement").click();
    await this.page.getByTestId(`way-${way}`).click();
  }

  /** Uploads a file by the file picker; the announcement is open once it is worked through. */
  async upload(title: string, file: UploadFile): Promise<void> {
    await this.newAnnouncement("upload");
    await this.page.getByTestId("upload-file").setInputFiles(file);
    await this.#sendUpload(title);
  }

  /** Uploads a file by dropping it on the page. */
  async drop(title: string, file: UploadFile): Promise<void> {
    await this.goTo("Bản tin");
    await this.dropFiles([file]);
    await this.#sendUpload(title);
  }

  /** Drops files on the page of announcements. */
  async dropFiles(files: readonly UploadFile[]): Promise<void> {
    const packed = files.map(({ name, mimeType, buffer }) => ({
      name,
      type: mimeType,
      bytes: buffer.toString("base64"),
    }));
    const dataTransfer = await this.page.evaluateHandle((packed) => {
      const transfer = new DataTransfer();
      for (const { name, type, bytes } of packed) {
        const raw = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([raw], name, { type }));
      }
      return transfer;
    }, packed);
    await this.page.locator(".announcements").dispatchEvent("drop", { dataTransfer });
  }

  async #sendUpload(title: string): Promise<void> {
    const row = this.page.getByTestId("upload-row");
    await row.getByRole("textbox").fill(title);
    await this.page.getByTestId("upload-send").click();
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
