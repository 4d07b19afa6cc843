import { Language } from "@loa/protocol/http/speech";
import { type Static, Type } from "typebox";

/** Placeholders of a command and what they become. */
const PLACEHOLDERS = {
  "{wav}": "path of the WAV to write; without it the WAV is read from standard output",
  "{text_file}": "path of a file with the text; without it the text comes on standard input",
  "{speed}": "pace in percent",
  "{lengthScale}": "100 divided by the pace: 2 is half as fast",
};

/** A program of the operator's that speaks, e.g. Piper. See docs/speech.md. */
export const SpeechCommand = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9._-]{0,79}$" }),
    name: Type.String({ minLength: 1, maxLength: 80, description: "as people call the voice" }),
    language: Language,
    command: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: `program and arguments, started without a shell, once for each paragraph; ${Object.keys(PLACEHOLDERS).join(" ")}`,
    }),
  },
  { additionalProperties: false },
);
export type SpeechCommand = Static<typeof SpeechCommand>;

/** One argument with its placeholders filled in. */
export function fill(argument: string, speed: number, files: { wav: string; text: string }): string {
  const values: Record<string, string> = {
    "{wav}": files.wav,
    "{text_file}": files.text,
    "{speed}": String(speed),
    "{lengthScale}": String(Math.round(100_000 / speed) / 1_000),
  };
  return argument.replaceAll(/\{\w+\}/g, (placeholder) => values[placeholder] ?? placeholder);
}

/** What is wrong with configured commands, in words; null when nothing is. */
export function commandFault(commands: readonly SpeechCommand[]): string | null {
  const seen = new Set<string>();
  for (const { id, command } of commands) {
    if (seen.has(id)) return `ids that differ: ${id} stands twice`;
    seen.add(id);
    const [program = "", ...args] = command;
    if (/[{}]/.test(program)) return `a program without placeholders in ${id}`;
    const unknown = args
      .flatMap((argument) => argument.match(/\{\w+\}/g) ?? [])
      .find((one) => !(one in PLACEHOLDERS));
    if (unknown) return `the placeholders ${Object.keys(PLACEHOLDERS).join(" ")}; ${id} has ${unknown}`;
  }
  return null;
}
