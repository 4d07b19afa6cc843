/** A number in [0, 1) that depends on the text alone and looks drawn (FNV-1a, then mixed). */
export function unitOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** Exactly the share of `ids`, rounded; another `salt` chooses others. */
export function chosen(ids: readonly string[], share: number, salt: string): string[] {
  const count = Math.round(ids.length * share);
  if (count >= ids.length) return [...ids];
  return ids
    .map((id) => ({ id, rank: unitOf(`${salt} ${id}`) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ id }) => id);
}
