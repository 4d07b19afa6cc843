import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, get as httpsGet } from "node:https";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Cancel, Clock } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { backoffMs } from "@loa/kernel/retry";
import { syncFolder } from "./durable-file.ts";

/** Who names assets. */
type Owner = "plan" | "alerts";

/** Memory that looks like a disk, for when the disk is full or can only be read. */
const SHARED_MEMORY = "/dev/shm";

/** Where assets come from and how the station proves itself there. */
export interface AssetSource {
  readonly url: string;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Audio by content hash on local disk. Downloads resume, are verified before they count, and are tried again for ever; what the
 * plan no longer names is removed by `keepOnly`.
 */
export class AssetCache {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #verified = new Set<string>();
  readonly #wantedBy = new Map<Owner, ReadonlySet<string>>();
  /** Where what the disk did not take lies instead. */
  readonly #elsewhere = new Map<string, string>();
  #source: AssetSource | null = null;
  #agent: HttpAgent | HttpsAgent | null = null;
  #fetching = false;
  #attempt = 0;
  #retry: Cancel = () => {};
  #changed: () => void = () => {};

  constructor(folder: string, clock: Clock, log: Logger) {
    this.#folder = join(folder, "assets");
    this.#clock = clock;
    this.#log = log;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** Called whenever an asset arrives or is lost. */
  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  connect(source: AssetSource): void {
    this.#source = source;
    this.#agent?.destroy();
    this.#agent = source.tls
      ? new HttpsAgent({ ...source.tls, keepAlive: true, maxSockets: 1 })
      : new HttpAgent({ keepAlive: true });
    this.kick();
  }

  close(): void {
    this.#retry();
    for (const path of this.#elsewhere.values()) rmSync(path, { force: true });
    this.#source = null;
    this.#agent?.destroy();
  }

  has(sha256: string): boolean {
    return this.#verified.has(sha256);
  }

  path(sha256: string): string {
    return this.#elsewhere.get(sha256) ?? join(this.#folder, sha256);
  }

  missing(): string[] {
    return [...this.#wanted()].filter((sha256) => !this.#verified.has(sha256));
  }

  /**
   * Puts in what came within a message, and answers its hash. It can be played at once: whether it outlives a power cut does not matter
   * as much, and a disk that is full must not silence it.
   */
  put(bytes: Uint8Array): string {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (this.#verified.has(sha256)) return sha256;
    try {
      writeFileSync(join(this.#folder, sha256), bytes, { mode: 0o600 });
    } catch (error) {
      this.#log.error({ sha256, error: String(error) }, "the disk takes nothing; memory serves");
      const path = join(SHARED_MEMORY, `loa-${process.pid}-${sha256}`);
      writeFileSync(path, bytes, { mode: 0o600 });
      this.#elsewhere.set(sha256, path);
    }
    this.#verified.add(sha256);
    return sha256;
  }

  /** Names all that `owner` needs, verifies what is already here, fetches the rest, and removes what nobody names. */
  async keepOnly(hashes: Iterable<string>, owner: Owner = "plan"): Promise<void> {
    this.#wantedBy.set(owner, new Set(hashes));
    // After a start nothing is removed before the plan, which names most, has been taken up.
    if (this.#wantedBy.has("plan")) this.#removeUnwanted();
    for (const sha256 of this.missing()) if (existsSync(this.path(sha256))) await this.verify(sha256);
    this.kick();
  }

  #removeUnwanted(): void {
    const wanted = this.#wanted();
    for (const file of readdirSync(this.#folder))
      if (!wanted.has(file.replace(/\.part$/, ""))) {
        this.#remove(join(this.#folder, file));
        this.#verified.delete(file);
      }
    for (const [sha256, path] of this.#elsewhere)
      if (!wanted.has(sha256)) {
        rmSync(path, { force: true });
        this.#elsewhere.delete(sha256);
        this.#verified.delete(sha256);
      }
  }

  /** A disk that can only be read keeps it; that must not keep anything from sounding. */
  #remove(path: string): void {
    try {
      rmSync(path, { force: true, recursive: true });
    } catch (error) {
      this.#log.warn({ path, error: String(error) }, "an asset was not removed");
    }
  }

  #wanted(): ReadonlySet<string> {
    return new Set([...this.#wantedBy.values()].flatMap((hashes) => [...hashes]));
  }

  /** Reads an asset again and compares its hash; a damaged or unreadable one is removed and fetched anew. Never throws on either. */
  async verify(sha256: string): Promise<boolean> {
    const sound = (await hashOf(this.path(sha256)).catch(() => null)) === sha256;
    if (sound) this.#verified.add(sha256);
    else {
      this.#verified.delete(sha256);
      this.#remove(this.path(sha256));
      this.kick();
    }
    this.#changed();
    return sound;
  }

  /** Fetches now what is missing, without waiting for the next retry. */
  kick(): void {
    this.#retry();
    this.#attempt = 0;
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#fetching || !this.#source) return;
    this.#fetching = true;
    const failed = new Set<string>();
    const next = () => this.missing().find((sha256) => !failed.has(sha256));
    for (let sha256 = next(); sha256 && this.#source; sha256 = next()) {
      try {
        await this.#download(sha256, this.#source);
        this.#attempt = 0;
        this.#changed();
      } catch (error) {
        failed.add(sha256);
        this.#log.warn({ code: codeOf(error), error: String(error) }, "an asset could not be fetched");
        if (codeOf(error) === "HUB_UNREACHABLE") break;
      }
    }
    this.#fetching = false;
    if (failed.size > 0 && this.#source) this.#retryLater();
  }

  #retryLater(): void {
    const wait = backoffMs(this.#attempt++, 0.5 + Math.random() / 2, { baseMs: 1_000, capMs: 30_000 });
    this.#retry();
    this.#retry = this.#clock.at("fetch-assets", this.#clock.now() + wait, () => void this.#run());
  }

  async #download(sha256: string, source: AssetSource): Promise<void> {
    const part = `${this.path(sha256)}.part`;
    const from = existsSync(part) ? statSync(part).size : 0;
    const response = await this.#get(new URL(`/assets/${sha256}`, source.url), source, from);
    if (response.statusCode === 416) {
      rmSync(part, { force: true });
      throw new LoaError("ASSET_CORRUPT", `${sha256} was cut off in a wrong place`, { sha256 });
    }
    if (response.statusCode !== 200 && response.statusCode !== 206) {
      response.resume();
      throw new LoaError("ASSET_MISSING", `the hub answers ${response.statusCode} for ${sha256}`, {
        sha256,
        status: response.statusCode,
      });
    }
    await pipeline(
      response,
      createWriteStream(part, { flags: response.statusCode === 206 ? "a" : "w", mode: 0o600 }),
    );
    await this.#accept(sha256, part);
  }

  async #accept(sha256: string, part: string): Promise<void> {
    if ((await hashOf(part)) !== sha256) {
      rmSync(part, { force: true });
      throw new LoaError("ASSET_CORRUPT", `what came for ${sha256} has another hash`, { sha256 });
    }
    const file = await open(part, "r+");
    await file.sync();
    await file.close();
    renameSync(part, this.path(sha256));
    syncFolder(this.#folder);
    this.#verified.add(sha256);
  }

  #get(url: URL, { tls, headers }: AssetSource, from: number): Promise<IncomingMessage> {
    const get = tls ? httpsGet : httpGet;
    const range = from > 0 ? { range: `bytes=${from}-` } : {};
    return new Promise((resolve, reject) => {
      const call = get(
        url,
        { agent: this.#agent ?? undefined, headers: { ...headers, ...range }, timeout: 15_000 },
        resolve,
      );
      call.on("timeout", () => call.destroy(new Error("time-out")));
      call.on("error", (cause) =>
        reject(new LoaError("HUB_UNREACHABLE", `${url.host} does not give assets`, {}, { cause })),
      );
    });
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
