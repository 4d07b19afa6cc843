import type { Browser, BrowserContext, Page } from "playwright-core";
import { SCREENS } from "./browser.ts";
import { PASSWORD } from "./commune.ts";

/** What a speaker's browser is told before the page loads. */
export interface LiveDeskOptions {
  readonly username: string;
  readonly screen?: keyof typeof SCREENS;
  readonly language?: "vi" | "en";
  /** Takes the encoder of WebCodecs away, as browsers without one. */
  readonly withoutEncoder?: boolean;
  readonly theme?: "light" | "dark";
}

/** What a page keeps for its test: connections, microphones, bytes that wait, and the microphone's own samples. */
interface Kept {
  sockets: WebSocket[];
  tracks: MediaStreamTrack[];
  waiting: number;
  hesitatesMs: number;
  heard: { samples: number[]; rate: number; firstAt: number } | null;
}

/** Somebody at the page of live speech. */
export class LiveDeskPage {
  readonly page: Page;
  /** Errors that the page threw or the browser told of; must stay empty. */
  readonly errors: string[] = [];
  readonly #hub: string;

  private constructor(page: Page, hub: string) {
    this.page = page;
    this.#hub = hub;
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      const lost = /^(Failed to load resource|WebSocket connection)/.test(message.text());
      if (message.type() === "error" && !lost) this.errors.push(message.text());
    });
  }

  static async open(browser: Browser, hub: string, options: LiveDeskOptions): Promise<LiveDeskPage> {
    const context: BrowserContext = await browser.newContext({
      viewport: SCREENS[options.screen ?? "desk"],
      locale: "vi-VN",
    });
    await context.addInitScript(keepHold, {
      language: options.language ?? "vi",
      theme: options.theme ?? "light",
      withoutEncoder: options.withoutEncoder ?? false,
    });
    await context.request.post(`${hub}/api/v1/session`, {
      data: { username: options.username, password: PASSWORD },
    });
    const desk = new LiveDeskPage(await context.newPage(), hub);
    await desk.show("/live");
    return desk;
  }

  async show(path: string): Promise<void> {
    await this.page.goto(`${this.#hub}${path}`);
    await this.page.locator("main h1").first().waitFor();
  }

  /** Chooses everything in the user's area, once the microphone is there. */
  async chooseAll(): Promise<void> {
    await this.page.getByTestId("live-meters").waitFor();
    await this.page.locator("loa-target-chooser .tree input[type=checkbox]").first().check();
  }

  /** Opens live speech and waits until the button lets somebody talk; its id. */
  open(): Promise<string> {
    return this.#opened(() => this.page.getByTestId("live-open").click());
  }

  /** Opens the voice of a real alert, whose button has to be held, and waits until somebody may talk; the live speech's id. */
  openAlert(headline: string): Promise<string> {
    return this.#opened(async () => {
      await this.page.locator("#alert-headline").fill(headline);
      await this.page.getByTestId("live-open").hover();
      await this.page.mouse.down();
      await this.page.getByTestId("live-strip").waitFor();
      await this.page.mouse.up();
    });
  }

  async #opened(press: () => Promise<void>): Promise<string> {
    const made = this.page.waitForResponse(
      (response) => response.url().endsWith("/api/v1/live") && response.request().method() === "POST",
    );
    await press();
    const { id } = (await (await made).json()) as { id: string };
    await this.page.locator('[data-testid="talk"][aria-disabled="false"]').waitFor({ timeout: 15_000 });
    return id;
  }

  /** Whether the page says that what is spoken goes out. */
  async talking(): Promise<boolean> {
    return (await this.page.getByTestId("live-strip").getAttribute("data-talking")) === "true";
  }

  /** Ends it and waits for the word. */
  async end(): Promise<void> {
    await this.page.getByTestId("live-end").click();
    await this.page.getByTestId("live-over").waitFor();
  }

  /** Cuts the connection to the hub; the page may come back. */
  cut(): Promise<void> {
    return this.page.evaluate(() => {
      const { kept } = globalThis as unknown as { kept: Kept };
      for (const socket of kept.sockets) socket.close();
    });
  }

  /** Call what it answers: from then on the network swallows what goes either way on the connections that are there. To be asked for before they are made. */
  async swallowing(): Promise<() => void> {
    const there: { dead: boolean }[] = [];
    await this.page.routeWebSocket(/\/live\//, (page) => {
      const line = { dead: false };
      there.push(line);
      const hub = page.connectToServer();
      page.onMessage((message) => line.dead || hub.send(message));
      hub.onMessage((message) => line.dead || page.send(message));
      page.onClose((code, reason) => line.dead || void hub.close({ code, reason }));
    });
    return () => {
      for (const line of there) line.dead = true;
    };
  }

  /** Pretends that so many bytes wait in the connection. */
  congest(bytes: number): Promise<void> {
    return this.page.evaluate((bytes) => {
      (globalThis as unknown as { kept: Kept }).kept.waiting = bytes;
    }, bytes);
  }

  /** Whoever sits there takes as long to allow a microphone. */
  hesitate(ms: number): Promise<void> {
    return this.page.evaluate((ms) => {
      (globalThis as unknown as { kept: Kept }).kept.hesitatesMs = ms;
    }, ms);
  }

  /** Pulls the microphone's plug. */
  unplug(): Promise<void> {
    return this.page.evaluate(() => {
      for (const track of (globalThis as unknown as { kept: Kept }).kept.tracks)
        track.dispatchEvent(new Event("ended"));
    });
  }

  /** What the microphone gave since the page was loaded, mono, and when its first sample was there (Unix ms). */
  async microphone(): Promise<{ samples: Float32Array; rate: number; firstAt: number }> {
    const heard = await this.page.evaluate(() => (globalThis as unknown as { kept: Kept }).kept.heard);
    if (heard === null) throw new Error("the microphone was not listened to");
    return { ...heard, samples: Float32Array.from(heard.samples, (sample) => sample / 32_768) };
  }

  /** Keeps the microphone's samples from the next load of the page on. */
  async listen(): Promise<void> {
    await this.page.context().addInitScript(() => {
      (globalThis as unknown as { listens: boolean }).listens = true;
    });
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** Runs in the page before everything else. */
function keepHold(options: { language: string; theme: string; withoutEncoder: boolean }): void {
  localStorage.setItem("loa.language", options.language);
  localStorage.setItem("loa.theme", options.theme);
  const kept: Kept = { sockets: [], tracks: [], waiting: 0, hesitatesMs: 0, heard: null };
  Object.assign(globalThis, { kept });
  if (options.withoutEncoder) Reflect.deleteProperty(globalThis, "AudioEncoder");
  const Native = WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor(address: string | URL) {
      super(address);
      kept.sockets.push(this);
    }
    override get bufferedAmount(): number {
      return kept.waiting + super.bufferedAmount;
    }
  };
  const media = navigator.mediaDevices;
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = async (constraints) => {
    if (kept.hesitatesMs > 0) await new Promise((resolve) => setTimeout(resolve, kept.hesitatesMs));
    const stream = await ask(constraints);
    const [track] = stream.getAudioTracks();
    if (track) kept.tracks.push(track);
    if (track && (globalThis as unknown as { listens?: boolean }).listens) void follow(track.clone());
    return stream;
  };
  /** The earliest arrival, on the count of samples, is nearest to the truth: others were held up. */
  async function follow(track: MediaStreamTrack): Promise<void> {
    const processor = new (
      globalThis as unknown as {
        MediaStreamTrackProcessor: new (init: object) => { readable: ReadableStream<AudioData> };
      }
    ).MediaStreamTrackProcessor({ track, maxBufferSize: 3_000 });
    const reader = processor.readable.getReader();
    let began: number | null = null;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const data = next.value;
      const at = performance.timeOrigin + performance.now();
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      kept.heard ??= { samples: [], rate: data.sampleRate, firstAt: Number.POSITIVE_INFINITY };
      // What a busy page missed stays a gap: the samples after it keep their time.
      began ??= data.timestamp;
      const due = Math.round(((data.timestamp - began) / 1e6) * data.sampleRate);
      while (kept.heard.samples.length < due - data.numberOfFrames) kept.heard.samples.push(0);
      for (const sample of samples) kept.heard.samples.push(Math.round(sample * 32_767));
      const firstAt = at - (kept.heard.samples.length * 1_000) / data.sampleRate;
      kept.heard.firstAt = Math.min(kept.heard.firstAt, firstAt);
      data.close();
    }
  }
}
