import { execFile } from "node:child_process";
import { isAbsolute } from "node:path";
import { promisify } from "node:util";
import type { Voice } from "@loa/protocol/http/speech";
import { isExecutable, onPath } from "./programs.ts";
import { fill, type SpeechCommand } from "./speech-command.ts";

/** Words a minute of espeak-ng that are 100 percent: slower than its own 175, because horns echo. */
const WORDS_PER_MINUTE = 160;
const LIST_LIMIT_MS = 10_000;

/** Voices of espeak-ng that are offered, by their file of `espeak-ng --voices`; best first for each language. */
const ESPEAK_VOICES: readonly Omit<Voice, "engine">[] = [
  { id: "vi", name: "Giọng Bắc", language: "vi" },
  { id: "vi-vn-x-central", name: "Giọng Trung", language: "vi" },
  { id: "vi-vn-x-south", name: "Giọng Nam", language: "vi" },
  { id: "en-gb", name: "Tiếng Anh (Anh)", language: "en-GB" },
  { id: "en-us", name: "Tiếng Anh (Mỹ)", language: "en-US" },
];

/** Files that a run of a voice may use, beside its standard input and output. */
export interface VoiceFiles {
  readonly wav: string;
  readonly text: string;
}

/** A voice and how it is made to speak. */
export interface SpeakingVoice {
  readonly voice: Voice;
  readonly boundMemory: boolean;
  /** Whether its command names a file for the WAV; else it writes the WAV to its standard output. */
  readonly writesFile: boolean;
  readonly readsFile: boolean;
  command(speed: number, files: VoiceFiles): readonly string[];
}

/** Finds what can speak here: configured commands first, then espeak-ng. What is installed later is found later. */
export class Voices {
  readonly #espeak: string | undefined;
  readonly #commands: readonly SpeechCommand[];
  #espeakVoices: readonly SpeakingVoice[] = [];

  constructor(espeak: string | undefined, commands: readonly SpeechCommand[]) {
    this.#espeak = espeak;
    this.#commands = commands;
  }

  /** Best first; empty when nothing can speak. */
  async all(): Promise<readonly SpeakingVoice[]> {
    const configured = this.#commands.map(ofCommand).filter((voice) => voice !== null);
    return [...configured, ...(await this.#ofEspeak())];
  }

  /** Ids of configured voices whose program is not there. */
  missing(): readonly string[] {
    return this.#commands.filter((command) => ofCommand(command) === null).map(({ id }) => id);
  }

  async #ofEspeak(): Promise<readonly SpeakingVoice[]> {
    const program = this.#espeak ?? onPath("espeak-ng");
    if (program === null || !isExecutable(program)) return [];
    if (this.#espeakVoices.length === 0) this.#espeakVoices = await espeakVoices(program);
    return this.#espeakVoices;
  }
}

async function espeakVoices(program: string): Promise<readonly SpeakingVoice[]> {
  const { stdout } = await promisify(execFile)(program, ["--voices"], { timeout: LIST_LIMIT_MS }).catch(
    () => ({
      stdout: "",
    }),
  );
  const there = new Set([...stdout.matchAll(/^ *\d+ +(\S+)/gm)].map(([, language]) => language));
  return ESPEAK_VOICES.filter(({ id }) => there.has(id)).map((voice) => ofEspeak(program, voice));
}

function ofEspeak(program: string, voice: Omit<Voice, "engine">): SpeakingVoice {
  return {
    voice: { ...voice, engine: "espeak-ng" },
    ...{ boundMemory: true, writesFile: false, readsFile: false },
    command: (speed) => {
      const pace = String(Math.round((WORDS_PER_MINUTE * speed) / 100));
      return [program, "-v", voice.id, "-s", pace, "-b", "1", "--stdin", "--stdout"];
    },
  };
}

/** Null when its program is not there. */
function ofCommand({ command: template, ...voice }: SpeechCommand): SpeakingVoice | null {
  const [name = "", ...args] = template;
  const program = isAbsolute(name) ? name : onPath(name);
  if (program === null || !isExecutable(program)) return null;
  const names = (placeholder: string) => args.some((argument) => argument.includes(placeholder));
  return {
    voice: { ...voice, engine: voice.id },
    ...{ boundMemory: false, writesFile: names("{wav}"), readsFile: names("{text_file}") },
    command: (speed, files) => [program, ...args.map((argument) => fill(argument, speed, files))],
  };
}
