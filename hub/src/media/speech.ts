import { createReadStream } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import { LoaError } from "@loa/kernel/errors";
import { minutes } from "@loa/kernel/units";
import type { LexiconEntry, Reading, SpeechSettings, VoiceList } from "@loa/protocol/http/speech";
import type { AreaId } from "@loa/protocol/identity";
import { readAloud } from "../core/spoken-text/read-aloud.ts";
import { runSpeech } from "./speech-program.ts";
import { Turns } from "./turns.ts";
import type { SpeakingVoice, Voices } from "./voices.ts";
import { WavReader, WavWriter } from "./wav.ts";

const DEFAULT_SPEED = 100;
const DEFAULT_PAUSE_MS = 600;
/** One text, all paragraphs. */
const LONGEST_WORK_MS = minutes(10);
/** An hour of mono at 24 kHz. */
const MOST_BYTES = 3_600 * 24_000 * 2;

/** Texts as people write them, read aloud. */
export interface Speech {
  voices(): Promise<VoiceList>;
  /** How a text is read here, without sound. `language`: Vietnamese unless told. */
  reading(text: string, areaId: AreaId, language?: string): Promise<Reading>;
  /**
   * Speaks into a WAV file (16-bit PCM). Answers the settings that were used. Leaves no file when it fails.
   * @throws SPEECH_UNAVAILABLE · SPEECH_FAILED · VOICE_UNKNOWN · the signal's reason when it was aborted
   */
  speak(
    request: { text: string; areaId: AreaId } & SpeechSettings,
    file: string,
    signal?: AbortSignal,
  ): Promise<Spoken>;
}

/** What was said, and how. */
export interface Spoken {
  readonly spoken: string;
  readonly voice: string;
  readonly language: string;
  readonly speed: number;
  readonly pauseMs: number;
}

/** What speech lives on. */
export interface SpeechNeeds {
  readonly voices: Voices;
  /** Entries that hold in an area, nearest first. */
  readonly lexicon: (areaId: AreaId) => Promise<readonly LexiconEntry[]>;
  /** How many texts are spoken at once; the others wait. */
  readonly atOnce: number;
  readonly longestWorkMs?: number;
  readonly mostBytes?: number;
}

/** Speech by programs of this machine. */
export class ProgramSpeech implements Speech {
  readonly #needs: SpeechNeeds;
  readonly #turns: Turns;
  readonly #closed = new AbortController();

  constructor(needs: SpeechNeeds) {
    this.#needs = needs;
    this.#turns = new Turns(needs.atOnce);
  }

  async voices(): Promise<VoiceList> {
    const items = (await this.#needs.voices.all()).map(({ voice }) => voice);
    const best = items.find(({ language }) => language.startsWith("vi")) ?? items[0];
    return { items, next: null, default: best?.id ?? null };
  }

  async reading(text: string, areaId: AreaId, language = "vi"): Promise<Reading> {
    if (!isVietnamese(language)) return { spoken: text, changes: [] };
    return readAloud(text, await this.#needs.lexicon(areaId));
  }

  async speak(
    request: { text: string; areaId: AreaId } & SpeechSettings,
    file: string,
    signal?: AbortSignal,
  ): Promise<Spoken> {
    const voice = await this.#choose(request);
    const { speed = DEFAULT_SPEED, pauseMs = DEFAULT_PAUSE_MS, language = voice.voice.language } = request;
    const { spoken } = await this.reading(request.text, request.areaId, language);
    const ends = AbortSignal.any([this.#closed.signal, ...(signal ? [signal] : [])]);
    const script = { paragraphs: paragraphs(spoken), voice, speed, pauseMs, file, signal: ends };
    await this.#turns.take(() => this.#perform(script), ends);
    return { spoken, voice: voice.voice.id, language, speed, pauseMs };
  }

  /** Ends what is being spoken, with all programs. */
  close(): void {
    this.#closed.abort(new LoaError("SPEECH_UNAVAILABLE", "the hub is stopping"));
  }

  async #choose({ voice: id, language = "vi" }: SpeechSettings): Promise<SpeakingVoice> {
    const all = await this.#needs.voices.all();
    if (all.length === 0) throw new LoaError("SPEECH_UNAVAILABLE", "nothing here can speak");
    const fits = id === undefined ? speaks(language) : ({ voice }: SpeakingVoice) => voice.id === id;
    const found = all.find(fits);
    if (!found)
      throw new LoaError("VOICE_UNKNOWN", `there is no voice ${id ?? `for ${language}`}`, { id, language });
    return found;
  }

  async #perform(script: Script): Promise<void> {
    const { longestWorkMs = LONGEST_WORK_MS, mostBytes = MOST_BYTES } = this.#needs;
    const late = AbortSignal.timeout(longestWorkMs);
    const signal = AbortSignal.any([late, script.signal]);
    const handle = await open(script.file, "w", 0o600);
    try {
      const writer = new WavWriter(handle, mostBytes);
      for (const text of script.paragraphs) {
        await writer.silence(script.pauseMs);
        await paragraph({ ...script, signal }, text, writer, longestWorkMs);
      }
      await writer.end();
      await handle.close();
    } catch (error) {
      await handle.close();
      await rm(script.file, { force: true });
      script.signal.throwIfAborted();
      if (!late.aborted) throw error;
      throw new LoaError("SPEECH_FAILED", `speaking took more than ${Math.round(longestWorkMs / 1_000)} s`);
    }
  }
}

interface Script {
  readonly paragraphs: readonly string[];
  readonly voice: SpeakingVoice;
  readonly speed: number;
  readonly pauseMs: number;
  readonly file: string;
  readonly signal: AbortSignal;
}

async function paragraph(script: Script, text: string, writer: WavWriter, limitMs: number): Promise<void> {
  const { voice, speed, file, signal } = script;
  const files = { wav: `${file}.part`, text: `${file}.txt` };
  const command = voice.command(speed, files);
  const run = { command, limitMs, boundMemory: voice.boundMemory, signal };
  const take = intoWriter(writer);
  try {
    if (voice.readsFile) await writeFile(files.text, text, { mode: 0o600 });
    const onOutput = voice.writesFile ? () => {} : take;
    await runSpeech({ ...run, text: voice.readsFile ? "" : text, onOutput });
    if (voice.writesFile) for await (const chunk of createReadStream(files.wav)) await take(chunk as Buffer);
  } finally {
    await Promise.all(Object.values(files).map((path) => rm(path, { force: true })));
  }
}

function intoWriter(writer: WavWriter): (chunk: Buffer) => Promise<void> {
  const pieces: [Buffer, Parameters<WavWriter["samples"]>[1]][] = [];
  const reader = new WavReader((pcm, format) => pieces.push([pcm, format]));
  return async (chunk) => {
    reader.add(chunk);
    for (const [pcm, format] of pieces.splice(0)) await writer.samples(pcm, format);
  };
}

/** Control characters and private ones are commands to espeak-ng, and so are double brackets. */
const COMMANDS = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}[\]]/gu;

function paragraphs(spoken: string): string[] {
  return spoken
    .split(/[\n\r\u2028\u2029]+/)
    .map((line) => line.replaceAll(COMMANDS, " ").trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line));
}

const isVietnamese = (language: string) => /^vi(-|$)/i.test(language);

function speaks(language: string): (voice: SpeakingVoice) => boolean {
  const primary = language.split("-")[0]?.toLowerCase();
  return ({ voice }) => voice.language.split("-")[0]?.toLowerCase() === primary;
}
