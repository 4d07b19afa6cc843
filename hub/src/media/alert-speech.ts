import { randomUUID } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf, LoaError } from "@loa/kernel/errors";
import { seconds } from "@loa/kernel/units";
import { type AlertSound, INLINE_LIMIT_BYTES, type InlineItem } from "@loa/protocol/alert";
import type { AreaId, Sha256 } from "@loa/protocol/identity";
import type { Ffmpeg } from "./ffmpeg.ts";
import { ingest } from "./ingest.ts";
import type { Speech } from "./speech.ts";
import { type AssetStore, discard } from "./store.ts";

/** Speech at this rate is well understood from a horn, and twenty seconds of it travel inside a message. */
const BITRATE = "18k";
const MOST_KEPT = 64;
/** An alert does not wait longer for its words. */
const LONGEST_MS = seconds(10);

/** What speaking alerts needs. */
export interface AlertSpeechNeeds {
  readonly speech: Pick<Speech, "speak" | "reading">;
  readonly assets: Pick<AssetStore, "path" | "put">;
  readonly ffmpeg: () => Ffmpeg;
  /** Data folder; work files lie in its `uploads`, or in the system's folder when the disk takes nothing. */
  readonly data: string;
}

/** What is to be said, and by the pronunciations of which area. */
export interface Saying {
  readonly text: string;
  readonly areaId: AreaId;
  readonly language: string;
}

/** Words of alerts as sounds: Ogg Opus within the message where it is short enough, else an asset. What was said lately is ready at once. */
export class AlertSpeech {
  readonly #needs: AlertSpeechNeeds;
  readonly #said = new Map<string, Promise<AlertSound>>();

  constructor(needs: AlertSpeechNeeds) {
    this.#needs = needs;
  }

  /** @throws SPEECH_UNAVAILABLE · SPEECH_FAILED · VOICE_UNKNOWN · FFMPEG_MISSING · INGEST_FAILED · STORAGE_FULL */
  async say(saying: Saying): Promise<AlertSound> {
    const { spoken } = await this.#needs.speech.reading(saying.text, saying.areaId, saying.language);
    const key = `${saying.language} ${spoken}`;
    const known = this.#said.get(key);
    if (known) return inTime(known);
    const making = this.#make(saying);
    this.#said.set(key, making);
    making.catch(() => this.#said.delete(key));
    const oldest = this.#said.size > MOST_KEPT ? this.#said.keys().next().value : undefined;
    if (oldest !== undefined) this.#said.delete(oldest);
    return inTime(making);
  }

  /** Stored audio: within the message where it is short enough. */
  async stored(asset: { sha256: Sha256; bytes: number; durationMs: number }): Promise<AlertSound> {
    const { sha256, bytes, durationMs } = asset;
    if (bytes > INLINE_LIMIT_BYTES) return { kind: "asset", sha256, bytes, durationMs };
    const data = await readFile(this.#needs.assets.path(sha256)).catch(() => null);
    if (data === null) return { kind: "asset", sha256, bytes, durationMs };
    return { kind: "opus", data: data.toString("base64"), durationMs };
  }

  /**
   * The same with no more inside the message than may be in all: the longest parts become assets, which stations fetch while the siren sounds.
   * Where the disk takes none, what is inside stays there.
   */
  async fitted(sounds: readonly AlertSound[]): Promise<AlertSound[]> {
    const fitted = [...sounds];
    for (;;) {
      const inside = fitted.filter((sound) => sound.kind === "opus");
      const [longest] = inside.toSorted((a, b) => b.data.length - a.data.length);
      if (!longest || inside.reduce((sum, one) => sum + bytesOf(one), 0) <= INLINE_LIMIT_BYTES) return fitted;
      const asset = await this.#laidDown(longest).catch(() => null);
      if (asset === null) return fitted;
      fitted[fitted.indexOf(longest)] = asset;
    }
  }

  /** A recording from outside, brought to the loudness of speech. @throws what `ingest` throws · FFMPEG_MISSING */
  recorded(bytes: Uint8Array, signal: AbortSignal): Promise<AlertSound> {
    return this.#somewhere((source) => writeFile(source, bytes, { mode: 0o600 }), signal);
  }

  async #laidDown({ data, durationMs }: InlineItem): Promise<AlertSound> {
    const uploads = join(this.#needs.data, "uploads");
    const file = join(uploads, `alert-${randomUUID()}.ogg`);
    try {
      await mkdir(uploads, { recursive: true, mode: 0o700 });
      await writeFile(file, Buffer.from(data, "base64"), { mode: 0o600 });
      return { kind: "asset", ...(await this.#needs.assets.put(file)), durationMs };
    } finally {
      await discard(file);
    }
  }

  #make(saying: Saying): Promise<AlertSound> {
    return this.#somewhere((source) => this.#needs.speech.speak(saying, source));
  }

  async #somewhere(write: (source: string) => Promise<unknown>, signal?: AbortSignal): Promise<AlertSound> {
    const uploads = join(this.#needs.data, "uploads");
    try {
      await mkdir(uploads, { recursive: true, mode: 0o700 });
      return await this.#makeIn(uploads, write, signal);
    } catch (error) {
      if (!["STORAGE_FULL", "INTERNAL"].includes(codeOf(error))) throw error;
      return this.#makeIn(tmpdir(), write, signal);
    }
  }

  async #makeIn(
    base: string,
    write: (source: string) => Promise<unknown>,
    signal?: AbortSignal,
  ): Promise<AlertSound> {
    const { ffmpeg } = this.#needs;
    const name = join(base, `alert-${randomUUID()}`);
    const [source, target] = [`${name}.wav`, `${name}.ogg`];
    try {
      await write(source);
      const work = { ffmpeg: ffmpeg(), source, target, bitrate: BITRATE, onProgress: () => {}, signal };
      const { durationMs } = await ingest(work);
      return await this.#packed(target, durationMs);
    } finally {
      await Promise.all([discard(source), discard(target)]);
    }
  }

  async #packed(file: string, durationMs: number): Promise<AlertSound> {
    if ((await stat(file)).size > INLINE_LIMIT_BYTES)
      return { kind: "asset", ...(await this.#needs.assets.put(file)), durationMs };
    return { kind: "opus", data: (await readFile(file)).toString("base64"), durationMs };
  }
}

const bytesOf = ({ data }: InlineItem) => Buffer.byteLength(data, "base64");

/** What comes too late for one alert is made all the same, and ready for the next. */
function inTime(making: Promise<AlertSound>): Promise<AlertSound> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(
    () => reject(new LoaError("SPEECH_FAILED", `speaking took more than ${LONGEST_MS / 1_000} s`)),
    LONGEST_MS,
  );
  return Promise.race([making, promise]).finally(() => clearTimeout(late));
}
