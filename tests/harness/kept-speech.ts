import { decodedWhole } from "@loa/controller/audio/opus-packets.fixture";
import { packetsOf } from "@loa/hub/live/live.fixture";
import { LIVE_FRAME_MS } from "@loa/protocol/live";
import { type Followed, followed } from "./followed.ts";
import type { Recording } from "./recordings.ts";

/** Live speech as the hub sent it to all stations, and kept it. */
export interface KeptSpeech {
  readonly sound: Float32Array;
  /** Which of the frames that were said each of its frames is: the hub leaves some out to sound no later than need be. */
  readonly said: readonly number[];
}

/** Takes the recording of live speech apart. Throws where it holds what was not said, or not in that order. */
export async function keptSpeech(recording: Uint8Array, frames: readonly Uint8Array[]): Promise<KeptSpeech> {
  const kept = packetsOf(Buffer.from(recording)).slice(2);
  let next = 0;
  const said = kept.map((frame, at) => {
    const found = frames.findIndex((one, n) => n >= next && Buffer.compare(one, frame) === 0);
    if (found < 0) throw new Error(`after ${at * LIVE_FRAME_MS} ms it holds what was not said then`);
    next = found + 1;
    return found;
  });
  return { sound: await decodedWhole(kept), said };
}

/**
 * Follows live speech through a recording from some ms of it on, to its end. `dueAt`: when its first word is due, Unix ms. What is
 * late is so against the moment at which it was said.
 */
export function speechFollowed(
  recording: Recording,
  { sound, said }: KeptSpeech,
  dueAt: number,
  fromMs: number,
): Followed {
  const leftOutBefore = (ms: number) => {
    const frame = Math.floor(ms / LIVE_FRAME_MS);
    return ((said[frame] ?? 0) - frame) * LIVE_FRAME_MS;
  };
  // The last of it is faded out.
  const toMs = sound.length / 48 - 100;
  const { worst, pieces } = followed(recording, sound, dueAt, { fromMs, toMs, lateMs: [-50, 250] });
  return {
    worst,
    pieces: pieces.map(({ atMs, lateMs }) => ({ atMs, lateMs: lateMs - leftOutBefore(atMs) })),
  };
}
