import type { Announcement } from "@loa/protocol/http/announcements";
import type { Ask, DeskUnderTest } from "./desk-under-test.ts";

/** A form with a sound: fields that are undefined are left out. */
export function soundForm(
  audio: Uint8Array,
  fields: Record<string, string | number | undefined> = {},
): FormData {
  const data = new FormData();
  data.set("audio", new File([new Uint8Array(audio)], "thông báo.wav"));
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) data.set(name, String(value));
  return data;
}

/** Uploads a sound and waits until it is worked through. */
export async function uploaded(
  under: DeskUnderTest,
  author: Ask,
  audio: Uint8Array,
  fields: Record<string, string | number | undefined>,
): Promise<Announcement> {
  const answer = await author("POST", "/announcements", soundForm(audio, fields));
  if (answer.statusCode !== 201) throw new Error(answer.body);
  await under.desk.queue.idle();
  return (await author("GET", `/announcements/${answer.json().id}`)).json();
}

/** Submits it and has somebody else approve it. */
export async function approve(author: Ask, approver: Ask, id: string): Promise<Announcement> {
  await author("POST", `/announcements/${id}/submit`);
  const answer = await approver("POST", `/announcements/${id}/approve`);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json();
}
