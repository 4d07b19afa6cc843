import type { Announcement } from "@loa/protocol/http/announcements";
import { address } from "./api.ts";
import { ApiError, problemToError } from "./api-error.ts";

/** A sound on its way to the hub. */
export interface Upload {
  /** `/announcements`, or `/announcements/:id/revisions`. */
  readonly path: string;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly audio: Blob;
  readonly name: string;
  /** The same for every attempt, so that two attempts do not become two announcements. */
  readonly idempotencyKey: string;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Fields first: the hub reads the parts in their order. */
function formOf({ fields, audio, name }: Upload): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, String(value));
  form.append("audio", audio, name);
  return form;
}

/**
 * Sends a sound. `onProgress` gets 0..1 while bytes leave; fetch cannot tell that. Aborting `signal` rejects with an AbortError.
 * @throws ApiError, HUB_AWAY when the link broke
 */
export function sendSound(
  upload: Upload,
  onProgress: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<Announcement> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(upload.path));
    request.setRequestHeader("Idempotency-Key", upload.idempotencyKey);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new ApiError("HUB_AWAY", "the upload broke off", { status: 0 }));
    request.onabort = () => reject(new DOMException("the upload was cancelled", "AbortError"));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 300) resolve(body as Announcement);
      else reject(problemToError(request.status, body, request.getResponseHeader("retry-after")));
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(formOf(upload));
  });
}
