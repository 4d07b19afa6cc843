import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { renderTone } from "@loa/controller/audio/alert-tones";
import type { AlertSound } from "@loa/protocol/alert";
import type { Answer } from "./api.ts";
import type { Commune } from "./commune.ts";
import { type Followed, followed } from "./followed.ts";
import { judged } from "./recording-at.ts";
import type { Recording } from "./recordings.ts";
import { decodeOpus, RATE } from "./sound.ts";

/** What the hub signed last of an alert, as its store keeps it: `issue` holds `sound` and `correction`. */
export function keptAlert(commune: Commune, id: string): Answer {
  const store = new DatabaseSync(join(commune.hubData, "hub.db"), { readOnly: true });
  try {
    const row = store.prepare("SELECT body_json FROM alerts WHERE id = ?").get(id) as { body_json: string };
    return JSON.parse(row.body_json);
  } finally {
    store.close();
  }
}

/** Sounds of an alert as samples: tones as stations make them, speech as it was sent. */
export function samplesOf(sounds: readonly AlertSound[]): Float32Array {
  const parts = sounds.map((sound) => {
    const samples = new Float32Array(Math.round((sound.durationMs * RATE) / 1_000));
    if (sound.kind === "tone") renderTone(sound.tone, 0, samples.length, samples);
    else if (sound.kind === "opus")
      samples.set(decodeOpus(Buffer.from(sound.data, "base64")).subarray(0, samples.length));
    else if (sound.kind === "asset") throw new Error("the speech of this test is meant to be short");
    return samples;
  });
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** How well the words of a round are heard, each with its lateness; tones are too alike over time to be aligned by. */
export function wordsHeard(recording: Recording, sounds: readonly AlertSound[], startAt: number) {
  let at = startAt;
  return sounds.flatMap((sound) => {
    const due = at;
    at += sound.durationMs;
    return sound.kind === "opus" ? [judged(recording, samplesOf([sound]), due)] : [];
  });
}

/** Follows an alert that sounds round after round, between two moments (Unix ms). */
export function roundsFollowed(
  recording: Recording,
  { startAt, sound }: { readonly startAt: number; readonly sound: readonly AlertSound[] },
  from: number,
  to: number,
): Followed {
  const round = samplesOf(sound);
  const roundMs = (round.length * 1_000) / RATE;
  const first = startAt + Math.floor((from - startAt) / roundMs) * roundMs;
  const rounds = new Float32Array(Math.ceil((to - first) / roundMs) * round.length);
  for (let at = 0; at < rounds.length; at += round.length) rounds.set(round, at);
  return followed(recording, rounds, first, { fromMs: from - first, toMs: to - first });
}
