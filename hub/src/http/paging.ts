import { LoaError } from "@loa/kernel/errors";

/** Default number of items of a page. */
export const PAGE = 100;

/** A cursor as clients see it: opaque, made of the last item's key. */
export const cursorOf = (key: string): string => Buffer.from(key).toString("base64url");

/** The key a page goes on after, undefined for the first page. @throws BAD_REQUEST for a cursor nobody gave out */
export function keyOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, "base64url").toString();
  if (cursorOf(key) !== cursor) throw new LoaError("BAD_REQUEST", "this cursor is not one of ours");
  return key;
}

/** Makes a page of `limit` items from up to `limit + 1` that were read. */
export function pageOf<Item>(
  read: readonly Item[],
  limit: number,
  key: (item: Item) => string,
): { items: Item[]; next: string | null } {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return { items, next: read.length > limit && last !== undefined ? cursorOf(key(last)) : null };
}
