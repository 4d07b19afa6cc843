import type { Announcement } from "@loa/protocol/http/announcements";
import { address } from "./api.ts";
import { ApiError, problemToError } from "./api-error.ts";

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends a sound file as a new announcement. `onProgress` gets 0..1 while bytes leave; fetch cannot tell that. */
export function uploadAnnouncement(
  title: string,
  audio: File,
  onProgress: (fraction: number) => void,
): Promise<Announcement> {
  const form = new FormData();
  form.append("title", title);
  form.append("audio", audio, audio.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("/announcements"));
    request.setRequestHeader("Idempotency-Key", crypto.randomUUID());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new ApiError("HUB_AWAY", "the upload broke off", { status: 0 }));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 300) resolve(body as Announcement);
      else reject(problemToError(request.status, body, request.getResponseHeader("retry-after")));
    };
    request.send(form);
  });
}
