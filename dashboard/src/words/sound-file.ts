import type { ApiCode } from "../data/api-error.ts";

/** Same limit as the hub's AUDIO_TOO_LARGE: said before half a gigabyte has left the office. */
const LARGEST_BYTES = 500e6;
const LONGEST_TITLE = 200;
/** Endings of sound and video that computers often give no type to. */
const ENDINGS =
  /\.(wav|wave|mp3|m4a|m4b|aac|ogg|oga|opus|flac|webm|weba|wma|amr|3gp|3gpp|aif|aiff|mp4|mov|mkv|avi)$/i;

/** Why a chosen file cannot be an announcement, as far as its name and size tell; null when it can. */
export function refusalOf(file: Pick<File, "name" | "type" | "size">): ApiCode | null {
  if (file.size === 0) return "AUDIO_EMPTY";
  if (file.size > LARGEST_BYTES) return "AUDIO_TOO_LARGE";
  const sounds = ENDINGS.test(file.name) || /^(audio|video)\//.test(file.type);
  return sounds ? null : "AUDIO_NOT_AUDIO";
}

/** File name without its ending, as a first proposal for the title. */
export const titleOf = (name: string): string =>
  name
    .normalize("NFC")
    .replace(/\.[^.]+$/, "")
    .replace(/[_-]+/g, " ")
    .trim()
    .slice(0, LONGEST_TITLE);
