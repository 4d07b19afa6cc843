import type { TextChange } from "@loa/protocol/http/announcements";
import { diffArrays } from "diff";

/** Words, stretches of white space, and single signs. */
const TOKENS = /\s+|[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;
/** Beyond this the two have little in common, and finding it would take seconds. */
const MOST_EDITS = 2_000;

/**
 * What changed between two texts, word by word: removed and same stretches make the old text, added and same ones the new. Texts that
 * have hardly anything in common are answered as one removed and one added.
 */
export function textChanges(before: string, after: string): TextChange[] {
  const parts = diffArrays(tokens(before), tokens(after), { maxEditLength: MOST_EDITS }) ?? [
    { value: [before], removed: true, added: false },
    { value: [after], removed: false, added: true },
  ];
  return parts
    .map(({ value, added, removed }) => ({
      change: added ? ("added" as const) : removed ? ("removed" as const) : ("same" as const),
      text: value.join(""),
    }))
    .filter(({ text }) => text !== "");
}

const tokens = (text: string): string[] => text.match(TOKENS) ?? [];
