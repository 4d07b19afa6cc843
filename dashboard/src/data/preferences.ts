import { Signal } from "./signal.ts";

/** What this browser remembers; storage may be refused, then it lasts as long as the page. */
export function remembered<T extends string>(key: string, allowed: readonly T[], first: T): Signal<T> {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(key);
  } catch {}
  const signal = new Signal<T>(allowed.find((value) => value === stored) ?? first);
  signal.subscribe(() => {
    try {
      localStorage.setItem(key, signal.value);
    } catch {}
  });
  return signal;
}

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
/** Light or dark; `system` follows the device. */
export const theme = remembered<Theme>("loa.theme", THEMES, "system");

export const LANGUAGES = ["vi", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
/** Language of the page. */
export const chosenLanguage = remembered<Language>("loa.language", LANGUAGES, "vi");

/** Shows the theme, now and whenever it changes. */
export function applyTheme(): void {
  const show = () => {
    document.documentElement.dataset.theme = theme.value;
  };
  theme.subscribe(show);
  show();
}
