import type { SpeechSettings } from "@loa/protocol/http/speech";

/** A text that is being written. */
export interface TextDraft {
  readonly title: string;
  readonly text: string;
  readonly settings: SpeechSettings;
  readonly savedAt: number;
}

const PREFIX = "loa.draft.";
const keyOf = (owner: string, subject: string) => `${PREFIX}${owner}.${subject}`;

/** What this user was writing; `subject`: `new`, or the announcement that gets a new version. */
export function textDraft(owner: string, subject: string): TextDraft | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(owner, subject)) ?? "null") as TextDraft | null;
  } catch {
    return null;
  }
}

/** Keeps what is being written, or forgets it (null). Nothing is kept for nobody (`owner` empty), nor where storage is refused. */
export function keepTextDraft(owner: string, subject: string, draft: TextDraft | null): void {
  if (owner === "") return;
  try {
    if (draft === null) localStorage.removeItem(keyOf(owner, subject));
    else localStorage.setItem(keyOf(owner, subject), JSON.stringify(draft));
  } catch {}
}

/** Forgets every text that was being written on this computer. */
export function forgetTextDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {}
}
