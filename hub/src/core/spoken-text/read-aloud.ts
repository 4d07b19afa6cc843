import type { LexiconEntry, Reading } from "@loa/protocol/http/speech";

/** How a Vietnamese text is read aloud. `lexicon`: nearest entries first. */
export function readAloud(text: string, _lexicon: readonly LexiconEntry[]): Reading {
  return { spoken: text, changes: [] };
}
