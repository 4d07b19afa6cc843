import type { Answer } from "./api.ts";
import type { Commune } from "./commune.ts";
import { type Recording, recordingsOf } from "./recordings.ts";
import { type Comparison, compare } from "./sound.ts";
import { until } from "./until.ts";

/** Unix ms at which a recording's last sample is over. */
export const endsAt = ({ firstSampleAtUs, samples, sampleRate }: Recording): number =>
  firstSampleAtUs / 1_000 + (samples.length * 1_000) / sampleRate;

/** The finished recording of a zone that holds a moment (Unix ms). */
export function recordingAt(commune: Commune, id: string, zone: string, at: number): Promise<Recording> {
  return until(`recording of ${id}/${zone}`, 15_000, () =>
    recordingsOf(commune.simData, id, zone).find(
      (one) => one.firstSampleAtUs / 1_000 <= at && endsAt(one) > at,
    ),
  );
}

/** How a recording compares with an asset that was due at `startAt`; `lateMs` by the simulator's clock. */
export function judged(
  recording: Recording,
  asset: Float32Array,
  startAt: number,
): Comparison & { lateMs: number; worst: number } {
  const expected = ((startAt * 1_000 - recording.firstSampleAtUs) / 1e6) * recording.sampleRate;
  const heard = compare(recording.samples, asset, Math.round(expected));
  const worst = Math.min(...heard.windows.filter((correlation) => !Number.isNaN(correlation)));
  return { ...heard, worst, lateMs: (heard.offset - expected) / (recording.sampleRate / 1_000) };
}

/** Asserting helper for scenarios: a zone's whole broadcast, judged. */
export async function heardAt(
  commune: Commune,
  id: string,
  zone: string,
  broadcast: Answer,
  asset: Float32Array,
) {
  return judged(await recordingAt(commune, id, zone, broadcast.startAt), asset, broadcast.startAt);
}
