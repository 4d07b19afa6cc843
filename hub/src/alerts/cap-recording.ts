import { createHash } from "node:crypto";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { seconds } from "@loa/kernel/units";
import type { AlertSound } from "@loa/protocol/alert";
import type { CapInfo, CapResource } from "../core/cap-alert.ts";
import { AUDIO_LIMITS, audioOf } from "../core/cap-speech.ts";
import type { carefulGet, GetLimits } from "../interop/cap/careful-get.ts";
import type { AlertSpeech } from "../media/alert-speech.ts";

/** An alert waits no longer for its recording; it goes out with speech then. */
export const LONGEST_WAIT_MS = seconds(4);

/** What getting recordings needs. */
export interface CapRecordingParts {
  readonly get: typeof carefulGet;
  readonly speech: Pick<AlertSpeech, "recorded">;
  readonly log: Logger;
}

/**
 * The recording that goes with info blocks, brought to the loudness of speech: inside the message, or behind a link that is asked under the
 * limits of its source. Null when there is none, or none in time: never fails.
 */
export async function capRecording(
  { get, speech, log }: CapRecordingParts,
  infos: readonly CapInfo[],
  limits: Pick<GetLimits, "allowPrivate" | "tlsOnly">,
): Promise<AlertSound | null> {
  const found = infos.flatMap((info) => audioOf(info)).find(({ fault }) => fault === null);
  if (!found) return null;
  const { resource } = found;
  const late = AbortSignal.timeout(LONGEST_WAIT_MS);
  const { promise: never, resolve: giveUp } = Promise.withResolvers<null>();
  late.addEventListener("abort", () => giveUp(null), { once: true });
  const made = bytesOf(resource, get, limits)
    .then((bytes) => speech.recorded(bytes, late))
    .catch((error) => {
      log.warn({ resource: resource.resourceDesc, err: error }, "a recording of an alert cannot be used");
      return null;
    });
  return Promise.race([made, never]);
}

async function bytesOf(
  { derefUri, uri, digest }: CapResource,
  get: typeof carefulGet,
  { allowPrivate, tlsOnly = false }: Pick<GetLimits, "allowPrivate" | "tlsOnly">,
): Promise<Uint8Array> {
  if (derefUri !== null) return Buffer.from(derefUri, "base64");
  const limits = { maxBytes: AUDIO_LIMITS.maxBytes, timeoutMs: LONGEST_WAIT_MS, allowPrivate, tlsOnly };
  const { body } = await get(uri ?? "", limits);
  if (digest !== null && createHash("sha1").update(body).digest("hex") !== digest)
    throw new LoaError("INGEST_FAILED", "the recording is not the one of its digest");
  return body;
}
