import { open } from "node:fs/promises";
import type { ErrorCode } from "@loa/kernel/error-codes";
import { hours } from "@loa/kernel/units";
import type { Ended } from "./ffmpeg.ts";
import { type Trim, trimmedSeconds } from "./trim.ts";

/** Containers that are opened. Playlists, concat scripts, pictures and network formats are not among them. */
export const CONTAINERS =
  "wav,w64,aiff,caf,au,mp3,aac,mov,mp4,m4a,3gp,3g2,ogg,flac,matroska,webm,amr,asf,avi,flv,mpegts";

export const LONGEST_MS = hours(2);
const SHORTEST_MS = 500;
/** Decoded less than the header says by more than this: the end is missing. */
const MISSING_SECONDS = 0.1;
/** Junk beside an MP3's frames costs a frame; more means damage. */
const MP3_ERRORS_ALLOWED = 2;
const TAIL_BYTES = 262_144;

/** Signs of damage in ffmpeg's log, over several of its releases. */
const DAMAGE =
  /error while decoding|error submitting packet|packet corrupt|corrupt input packet|partial file|ended prematurely|moov atom not found|truncated/gi;

/**
 * Why a file that was decoded (with `-map 0:a:0`) is refused, from how the decoding ended; null when it is sound.
 * `tailCut`: its last frame or page is incomplete. `trim`: what of it was decoded.
 */
export function verdict({ code, log, mediaSeconds }: Ended, tailCut: boolean, trim?: Trim): ErrorCode | null {
  const container = /^Input #0, ([\w,]+), from/m.exec(log)?.[1];
  if (container === undefined) return /moov atom not found/.test(log) ? "AUDIO_TRUNCATED" : "AUDIO_NOT_AUDIO";
  if (/detected only with low score/.test(log)) return "AUDIO_NOT_AUDIO";
  if (/matches no streams/.test(log)) return "AUDIO_NO_SOUND_TRACK";
  if (mediaSeconds * 1_000 > LONGEST_MS || declaresTooLong(log)) return "AUDIO_TOO_LONG";
  const damage = [...log.matchAll(DAMAGE)].length;
  if (damage > (container === "mp3" ? MP3_ERRORS_ALLOWED : 0)) return "AUDIO_TRUNCATED";
  const promised = trimmedSeconds(declaredSeconds(log), trim);
  const missing = SOUND_ONLY.has(container) && mediaSeconds < promised - MISSING_SECONDS;
  if (tailCut || missing) return "AUDIO_TRUNCATED";
  if (mediaSeconds * 1_000 < SHORTEST_MS) return "AUDIO_TOO_SHORT";
  return code === 0 ? null : "INGEST_FAILED";
}

/** Whether a header names more than two hours; then decoding it can be spared. */
export function declaresTooLong(log: string): boolean {
  return declaredSeconds(log) * 1_000 > LONGEST_MS;
}

/** Containers whose length is that of the sound; others may hold longer pictures. */
const SOUND_ONLY = new Set(["mp3", "flac", "wav", "aiff", "w64"]);

/** Length by the header, 0 where the header does not know it. */
function declaredSeconds(log: string): number {
  if (/Estimating duration from bitrate/.test(log)) return 0;
  const [, h, m, s] = /^ *Duration: (\d+):(\d\d):([\d.]+)/m.exec(log) ?? [];
  return s === undefined ? 0 : Number(h) * 3_600 + Number(m) * 60 + Number(s);
}

/** Whether the last MP3 frame or Ogg page of a file goes beyond its end. */
export async function hasCutTail(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const head = Buffer.alloc(Math.min(size, 4));
    await handle.read(head, 0, head.length, 0);
    const { buffer: tail } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    if (head.toString("latin1") === "OggS") return cutOgg(tail);
    const mp3 = head.toString("latin1", 0, 3) === "ID3" || frameBytes(head, 0) > 0;
    return mp3 && cutMp3(tail);
  } finally {
    await handle.close();
  }
}

/** RFC 3533 §6: header of 27 bytes, table of segments, segments. */
function cutOgg(tail: Buffer): boolean {
  const page = tail.lastIndexOf("OggS");
  if (page < 0) return false;
  const segments = tail[page + 26];
  if (segments === undefined || page + 27 + segments > tail.length) return true;
  let end = page + 27 + segments;
  for (const bytes of tail.subarray(page + 27, page + 27 + segments)) end += bytes;
  return end > tail.length;
}

/** Follows the frames from the first place where three follow each other to the end. */
function cutMp3(tail: Buffer): boolean {
  for (let start = 0; start < tail.length - 4; start++) {
    let at = start;
    let frames = 0;
    for (let bytes = frameBytes(tail, at); bytes > 0; bytes = frameBytes(tail, at)) {
      at += bytes;
      frames++;
    }
    if (frames >= 3) return at > tail.length;
  }
  return false;
}

const KBITS_MPEG1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KBITS_MPEG2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const HERTZ = [44_100, 48_000, 32_000];

/** Length of the layer III frame whose header is at `at`, 0 when there is none. Source: ISO/IEC 11172-3 §2.4.1.3, 13818-3. */
function frameBytes(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) return 0;
  const header = bytes.readUInt32BE(at);
  const version = (header >>> 19) & 3;
  const layer3 = ((header >>> 17) & 3) === 1;
  if (header >>> 21 !== 0x7ff || version === 1 || !layer3) return 0;
  const kbits = (version === 3 ? KBITS_MPEG1 : KBITS_MPEG2)[(header >>> 12) & 15];
  const hertz = HERTZ[(header >>> 10) & 3];
  if (!kbits || !hertz) return 0;
  const divisor = version === 3 ? 1 : version === 2 ? 2 : 4;
  const scale = version === 3 ? 144_000 : 72_000;
  return Math.floor((scale * kbits) / (hertz / divisor)) + ((header >>> 9) & 1);
}
