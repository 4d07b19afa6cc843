import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { decodedWhole, opusPackets } from "@loa/controller/audio/opus-packets.fixture";
import { encodeLive, type LivePacket } from "@loa/protocol/live";
import type { LiveSession } from "@loa/protocol/live-session";

/** Sound of one packet of a speaker: three Opus frames. */
export const PACKET_MS = 60;

/** When packet `n`, which is spoken at Unix ms `at`, leaves for the stations; null: never. */
export type Fate = (n: number, at: number) => number | null;

/** What a speaker has in its hand: the session as stations are told of it, and its private key. */
export interface LiveSpeaker {
  readonly session: LiveSession;
  readonly key: KeyObject;
}

/** Somebody who is about to speak, from `startAt` on (Unix ms), to be heard `delayMs` later. */
export function liveSpeaker(
  given: Pick<LiveSession, "startAt" | "delayMs"> & Partial<LiveSession>,
): LiveSpeaker {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const session: LiveSession = {
    ...{ sessionId: randomBytes(16).toString("hex"), zones: [], by: "Người thử" },
    ...{ publicKey: publicKey.export({ format: "jwk" }).x ?? "", endsBy: given.startAt + 600_000 },
    ...given,
  };
  return { session, key: privateKey };
}

/** Speech as a speaker's browser cuts it: Opus frames of 20 ms, whole packets of them, and what they decode to. */
export async function spokenFrames(
  samples: Float32Array,
): Promise<{ frames: Uint8Array[]; sound: Float32Array }> {
  const all = await opusPackets(samples);
  const frames = all.slice(0, all.length - (all.length % 3));
  return { frames, sound: await decodedWhole(frames) };
}

/** Packet `n` of a speech, signed. `more`: what differs from an honest one. */
export function livePacket(
  { session, key }: LiveSpeaker,
  frames: readonly Uint8Array[],
  n: number,
  more: Partial<LivePacket> = {},
): Buffer {
  const packet: LivePacket = {
    ...{ session: session.sessionId, sequence: n, mediaTimeUs: n * PACKET_MS * 1_000 },
    ...{ last: 3 * (n + 1) >= frames.length, frames: frames.slice(3 * n, 3 * n + 3) },
    ...more,
  };
  return encodeLive(packet, key);
}

/** Speaks: each packet leaves when its last sample was said, or when its fate lets it. Resolves when the last has left. */
export async function speak(
  speaker: LiveSpeaker,
  frames: readonly Uint8Array[],
  send: (packet: Buffer, n: number) => unknown,
  fate: Fate = (_, at) => at,
): Promise<void> {
  const { startAt } = speaker.session;
  const leaving = Array.from({ length: frames.length / 3 }, (_, n) => n)
    .map((n) => ({ n, at: fate(n, startAt + (n + 1) * PACKET_MS) }))
    .filter((one): one is { n: number; at: number } => one.at !== null)
    .sort((a, b) => a.at - b.at || a.n - b.n);
  for (const { n, at } of leaving) {
    const early = at - Date.now();
    if (early > 0) await wait(early);
    await send(livePacket(speaker, frames, n), n);
  }
}

/** A network that holds everything back from `from` on for `ms` (Unix ms), then lets it all go at once. */
export const stalledAt =
  (from: number, ms: number): Fate =>
  (_, at) =>
    at > from && at < from + ms ? from + ms : at;

/** One fate after the other. */
export const fates =
  (...all: readonly Fate[]): Fate =>
  (n, at) =>
    all.reduce<number | null>((when, next) => (when === null ? null : next(n, when)), at);
