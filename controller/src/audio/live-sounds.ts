import type { LiveHealth, LiveSpeech } from "../ports.ts";
import type { LiveItem } from "./cue-voice.ts";
import { SAMPLE_RATE } from "./frames.ts";
import { LiveSound } from "./live-sound.ts";
import type { StationTime } from "./station-time.ts";

/** A session that was not heard of for this long is forgotten; its next packet begins it anew. */
const FORGOTTEN_AFTER = 60 * SAMPLE_RATE;

interface Held {
  readonly sound: LiveSound;
  usedAt: number;
}

/** The speech of all live sessions that the station was told of, whether or not a cue sounds them now. */
export class LiveSounds {
  readonly #time: StationTime;
  readonly #held = new Map<string, Held>();
  #now = 0;

  constructor(time: StationTime) {
    this.#time = time;
  }

  /** The speech of a cue's item: always what is held now, also after it was forgotten. */
  readonly of = (item: LiveItem): Pick<LiveSound, "covers" | "read"> => ({
    covers: (frame) => this.#find(item).covers(frame),
    read: (from, into) => this.#find(item).read(from, into),
  });

  /** The media frames [from, to) of a packet. */
  placeOf(speech: LiveSpeech): { from: number; to: number } {
    return this.#find(speech).placeOf(speech.mediaTimeUs, speech.frames.length);
  }

  /** Takes a packet in. `changesFrom`: the first media frame that can still be changed. */
  take(speech: LiveSpeech, changesFrom: number): void {
    const sound = this.#find(speech);
    const frames = speech.frames.map((frame) => Buffer.from(frame, "base64"));
    sound.take(speech.mediaTimeUs, frames, changesFrom);
    sound.endBy(this.#time.frameOf(speech.endsAt));
    if (speech.last) sound.endAfter(speech.mediaTimeUs + frames.length * 20_000, changesFrom);
  }

  /** Media frame `now` is due: what lies before it has sounded. */
  pass(now: number): void {
    this.#now = now;
    for (const [id, { sound, usedAt }] of this.#held) {
      sound.pass(now);
      if (now - usedAt < FORGOTTEN_AFTER) continue;
      sound.close();
      this.#held.delete(id);
    }
  }

  /** How each session goes, with media frame `now` at the horns. */
  health(now: number): LiveHealth[] {
    return [...this.#held].map(([sessionId, { sound }]) => ({
      sessionId,
      ...sound.counts,
      bufferMs: sound.aheadOf(now),
    }));
  }

  #find({ sessionId, soundsFrom }: Pick<LiveItem, "sessionId" | "soundsFrom">): LiveSound {
    const held = this.#held.get(sessionId) ?? {
      sound: new LiveSound(this.#time.frameOf(soundsFrom)),
      usedAt: this.#now,
    };
    held.usedAt = this.#now;
    this.#held.set(sessionId, held);
    return held.sound;
  }
}
