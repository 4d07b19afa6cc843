import type { Template } from "./http/templates.ts";

const BLANK = /\{([a-z][A-Za-z0-9]{0,39})\}/g;

/** Names of the blanks in a text, each once, in their order. */
export function blanksOf(text: string): string[] {
  return [...new Set([...text.matchAll(BLANK)].map((match) => match[1] as string))];
}

/** Puts values into the blanks. A blank without a value stays as it is, so that nobody overlooks it. */
export function fillBlanks(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(BLANK, (blank, name: string) => values[name]?.trim() || blank);
}

/** Required fields that have no value yet. */
export function missingFields(
  template: Pick<Template, "fields">,
  values: Readonly<Record<string, string>>,
): string[] {
  return template.fields
    .filter(({ name, required }) => required && !values[name]?.trim())
    .map(({ name }) => name);
}
