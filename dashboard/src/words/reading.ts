import type { ReadingChange } from "@loa/protocol/http/speech";

/** A stretch of a text as it will be read. */
export interface ReadPart {
  readonly spoken: string;
  /** As it was written, where that differs. */
  readonly change?: ReadingChange;
}

/** The text cut into what is read as written and what is read otherwise. Changes that overlap an earlier one are left out. */
export function readParts(text: string, changes: readonly ReadingChange[]): ReadPart[] {
  const parts: ReadPart[] = [];
  let at = 0;
  for (const change of [...changes].sort((a, b) => a.start - b.start)) {
    if (change.start < at) continue;
    if (change.start > at) parts.push({ spoken: text.slice(at, change.start) });
    parts.push({ spoken: change.spoken, change });
    at = change.end;
  }
  if (at < text.length) parts.push({ spoken: text.slice(at) });
  return parts;
}

/** Vietnamese is written with a space between syllables; the voice says about so many a second at its own pace. */
const SYLLABLES_PER_SECOND = 3.55;
const DEFAULT_PAUSE_MS = 600;

/** About how long a text takes to read, ms. */
export function readingMs(spoken: string, { speed = 100, pauseMs = DEFAULT_PAUSE_MS } = {}): number {
  const syllables = spoken.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const paragraphs = spoken.split(/\n+/).filter((paragraph) => paragraph.trim() !== "").length;
  return (syllables / SYLLABLES_PER_SECOND) * (100 / speed) * 1_000 + Math.max(0, paragraphs - 1) * pauseMs;
}
