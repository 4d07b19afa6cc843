import { remembered } from "../data/preferences.ts";
import { go } from "../router.ts";
import { KeySequence, type Shortcut } from "../words/key-sequence.ts";
import { whenThere } from "./guide.ts";
import { undoLatest } from "./toast.ts";

/** What a key can do. */
export type ShortcutName = "help" | "overview" | "announcements" | "schedules" | "new" | "search" | "undo";

/** Every shortcut, in the order of the sheet. */
export const SHORTCUTS: readonly Shortcut<ShortcutName>[] = [
  { keys: "g o", name: "overview" },
  { keys: "g a", name: "announcements" },
  { keys: "g s", name: "schedules" },
  { keys: "n", name: "new" },
  { keys: "/", name: "search" },
  { keys: "z", name: "undo" },
  { keys: "?", name: "help" },
];

/** Whether single keys do anything: who dictates or has a tremor turns them off (WCAG 2.1.4). */
export const singleKeys = remembered("loa.keys", ["on", "off"], "on");

const NEW_ANNOUNCEMENT = '[data-testid="new-announcement"], [data-testid="upload"]';

async function begin(): Promise<void> {
  go("/announcements");
  (await whenThere(NEW_ANNOUNCEMENT))?.click();
}

function search(): void {
  const fields = [...document.querySelectorAll<HTMLInputElement>('main input[type="search"]')];
  const field = fields.find((one) => one.checkVisibility?.() ?? one.offsetParent !== null);
  field?.focus();
  field?.select();
}

const ACTS: Record<ShortcutName, (openSheet: () => void) => void> = {
  help: (openSheet) => openSheet(),
  overview: () => go("/"),
  announcements: () => go("/announcements"),
  schedules: () => go("/schedules"),
  new: () => void begin(),
  search,
  undo: () => void undoLatest(),
};

/** Whether the keys belong to something else: a field, an open sheet, a slider. */
function busy({ target }: KeyboardEvent): boolean {
  const typing = "input, textarea, select, [contenteditable], [role=slider], [role=listbox]";
  return (
    (target instanceof Element && target.closest(typing) !== null) ||
    document.querySelector("dialog[open]") !== null
  );
}

/** Listens to keys; `openSheet` shows what they do. The answer ends it. */
export function followKeys(openSheet: () => void): () => void {
  const sequence = new KeySequence(SHORTCUTS);
  const take = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey, repeat, defaultPrevented, isComposing } = event;
    if (ctrlKey || metaKey || altKey || repeat || defaultPrevented || isComposing) return;
    if (singleKeys.value === "off" || busy(event)) return;
    const name = sequence.press(key.length === 1 ? key.toLowerCase() : key, event.timeStamp);
    if (name === null) return;
    event.preventDefault();
    ACTS[name](openSheet);
  };
  addEventListener("keydown", take);
  return () => removeEventListener("keydown", take);
}
