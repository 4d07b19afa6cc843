import { chosenLanguage, type Language } from "../data/preferences.ts";
import { Signal, type Source } from "../data/signal.ts";
import { type MessageId, vi } from "./vi.ts";

export type { MessageId } from "./vi.ts";

/** Every text of the page in one language. */
export type Catalogue = Record<MessageId, string>;

/** Values for the places in a text. */
export type Facts = Record<string, string | number>;

const shown = new Signal<{ language: Language; catalogue: Catalogue }>({ language: "vi", catalogue: vi });

/** Changes when the page's texts do. */
export const texts: Source = shown;

/** Language that the texts have now. */
export const language = (): Language => shown.value.language;

/** Fills `{name}` with its value and `{n|station|stations}` with the first form for 1, else the second. */
export function fill(text: string, facts: Facts): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) =>
    one === undefined ? String(facts[name] ?? "") : Number(facts[name]) === 1 ? one : (many ?? ""),
  );
}

/** A text in the language of the page. */
export function t(id: MessageId, facts: Facts = {}): string {
  return fill(shown.value.catalogue[id], facts);
}

/** A text whose id is put together from a code; `otherwise` when there is none. */
export function tCode(prefix: string, code: string, otherwise = code): string {
  const id = `${prefix}.${code}`;
  return id in shown.value.catalogue ? t(id as MessageId) : otherwise;
}

/** Shows the chosen language, now and whenever it changes. English is fetched when first asked for. */
export async function applyLanguage(): Promise<void> {
  const show = async () => {
    const wanted = chosenLanguage.value;
    const catalogue = wanted === "vi" ? vi : (await import("./en.ts")).en;
    document.documentElement.lang = wanted;
    shown.set({ language: wanted, catalogue });
  };
  chosenLanguage.subscribe(() => void show());
  await show();
}
