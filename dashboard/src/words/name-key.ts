import { folded } from "./folded.ts";

const keys = new Map<string, string>();

/** What a name is found and sorted by: no accents, and numbers of one width, so that xóm 2 stands before xóm 10. */
export function nameKey(name: string): string {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = folded(name).replace(/\d+/g, (digits) => digits.padStart(6, "0"));
  keys.set(name, key);
  return key;
}

/** The words of a search; each must be found somewhere. */
export const searchWords = (query: string): readonly string[] => folded(query).split(/\s+/).filter(Boolean);
