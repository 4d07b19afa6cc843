import type { UnixMs } from "@loa/kernel/clock";
import { type CapAlert, type CapInfo, type CapResource, instantOf } from "./cap-alert.ts";

/** What may be played of the files that go with an alert. */
export interface AudioLimits {
  readonly maxBytes: number;
  /** Media types without parameters, lower case. */
  readonly types: readonly string[];
}

/** Formats that the hub's ingest reads, and what an announcement may weigh when it comes from outside. */
export const AUDIO_LIMITS: AudioLimits = {
  maxBytes: 20_000_000,
  types: [
    ...["audio/mpeg", "audio/mp3", "audio/mp4", "audio/x-m4a", "audio/aac", "audio/ogg", "audio/opus"],
    ...["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/flac", "audio/webm"],
  ],
};

/** One audio file of an alert: where it is, and why it cannot be played, or null. */
export interface CapAudio {
  readonly resource: CapResource;
  readonly from: "inline" | "link";
  readonly fault: AudioFault | null;
}

/** `no-source`: neither a link nor the file itself. `size` counts what is inline, else what the message claims. */
export type AudioFault = "type" | "size" | "no-source";

/**
 * The info blocks of the first wanted language that the alert has; without any, those of its first block. `vi` finds `vi-VN` and
 * `vi-VN` finds `vi`. Empty for an alert without info.
 */
export function infoFor(alert: CapAlert, languages: readonly string[]): CapInfo[] {
  const wanted = [...languages, alert.infos[0]?.language ?? ""];
  const exact = (tag: string) => alert.infos.filter(({ language }) => isSameTag(language, tag));
  const near = (tag: string) => alert.infos.filter(({ language }) => mainTag(language) === mainTag(tag));
  const found = wanted.map((tag) => [exact(tag), near(tag)].find(({ length }) => length > 0) ?? []);
  return found.find(({ length }) => length > 0) ?? [];
}

/** Leaves out blocks that are over or not yet effective. */
export function currentInfos(infos: readonly CapInfo[], now: UnixMs): CapInfo[] {
  return infos.filter(
    ({ effective, expires }) =>
      (effective === null || instantOf(effective) <= now) && (expires === null || now < instantOf(expires)),
  );
}

/**
 * What is said of an info block, a sentence a line: who says it, what happens, where, what is known, what to do. Addresses of pages are
 * left out; what a sentence before has already said is not said again.
 */
export function spokenText(info: CapInfo): string {
  const words = mainTag(info.language) === "vi" ? VIETNAMESE : ENGLISH;
  const places = info.areas.map(({ areaDesc }) => sayable(areaDesc)).filter((text) => text !== "");
  const parts = [
    info.senderName && words.from(sayable(info.senderName)),
    sayable(info.headline ?? "") || info.event,
    places.length > 0 && words.where([...new Set(places)].join(", ")),
    info.description,
    info.instruction,
  ];
  const sentences = parts.map((part) => sentence(sayable(part || ""))).filter((text) => text !== "");
  const isNew = (text: string, i: number) => !sentences.some((other, k) => repeats(text, i, other, k));
  return sentences.filter(isNew).join("\n");
}

/** Audio files of an info block, those that can be played first. */
export function audioOf(info: CapInfo, limits: AudioLimits = AUDIO_LIMITS): CapAudio[] {
  return info.resources
    .filter(({ mimeType }) => /^audio\//i.test(mimeType))
    .map(
      (resource): CapAudio => ({
        ...{ resource, from: resource.derefUri === null ? "link" : "inline" },
        fault: audioFault(resource, limits),
      }),
    )
    .sort((a, b) => Number(a.fault !== null) - Number(b.fault !== null));
}

/** Why an audio file cannot be played, as far as the message tells; null when nothing speaks against it. */
export function audioFault(resource: CapResource, limits: AudioLimits = AUDIO_LIMITS): AudioFault | null {
  const type = resource.mimeType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!limits.types.includes(type)) return "type";
  if (resource.derefUri === null && resource.uri === null) return "no-source";
  const bytes = resource.derefUri === null ? (resource.size ?? 0) : bytesOf(resource.derefUri);
  return bytes > limits.maxBytes ? "size" : null;
}

const bytesOf = (base64: string) => Math.floor((base64.replace(/=+$/, "").length * 3) / 4);

interface Words {
  readonly from: (who: string) => string;
  readonly where: (places: string) => string;
}

const VIETNAMESE: Words = {
  from: (who) => `Thông báo của ${who}`,
  where: (places) => `Khu vực: ${places}`,
};

const ENGLISH: Words = {
  from: (who) => `Message from ${who}`,
  where: (places) => `Area: ${places}`,
};

const mainTag = (tag: string) => tag.toLowerCase().split("-")[0];
const isSameTag = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** One line, without addresses of pages. */
const sayable = (text: string) =>
  text
    .replace(/\b(https?:\/\/|www\.)\S+/gi, " ")
    .replace(/\s+/g, " ")
    .replace(/\s+([.,;:!?])/g, "$1")
    .trim();

/** Closed by a sign at which a voice pauses. */
const sentence = (text: string) =>
  text === "" || /[.!?…]$/.test(text) ? text : `${text.replace(/[,;:]$/, "")}.`;

/** Whether another part starts with this one, or said the same before. */
function repeats(text: string, i: number, other: string, k: number): boolean {
  const bare = (one: string) => one.toLowerCase().replace(/[.!?…]+$/, "");
  return bare(text) === bare(other) ? k < i : i !== k && bare(other).startsWith(`${bare(text)}.`);
}
