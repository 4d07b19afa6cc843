const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * A new identifier: prefix, dash, 10 characters of time and 16 of chance (Crockford base 32, lower case).
 * Ids of one prefix sort by the time they were made. `now` in Unix milliseconds.
 */
export function newId(prefix: string, now: number): string {
  let time = "";
  for (let rest = Math.floor(now), i = 0; i < 10; i++, rest = Math.floor(rest / 32))
    time = ALPHABET.charAt(rest % 32) + time;
  const chance = crypto.getRandomValues(new Uint8Array(16));
  return `${prefix}-${time}${Array.from(chance, (byte) => ALPHABET.charAt(byte % 32)).join("")}`;
}
