import type { Template } from "@loa/protocol/http/templates";

/** What templates are about, in the order in which the desk shows them. */
export const CATEGORIES: readonly Template["category"][] = [
  "powerCut",
  "meeting",
  "vaccination",
  "stormPreparation",
  "lostChild",
  "other",
];
