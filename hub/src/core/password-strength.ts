import { COMMON_PASSWORDS } from "./common-passwords.ts";
import { plainText } from "./plain-text.ts";

const SHORTEST = 8;
/** Dates and telephone numbers have no more digits. */
const MOST_LONE_DIGITS = 11;
const SHORTEST_NAME = 4;
const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "1qaz2wsx3edc4rfv",
];
const LOOKALIKES: Readonly<Record<string, string>> = {
  "@": "a",
  "4": "a",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  $: "s",
  "5": "s",
  "7": "t",
};

/**
 * Why a new password is too easy to guess; null when it is not. Length and what others use count, not kinds of characters.
 * Source: NIST SP 800-63B, 5.1.1.2
 */
export function weakness(password: string, owner: { username: string; name: string }): string | null {
  const plain = plainText(password.normalize("NFC")).replaceAll(/\s/g, "");
  if ([...password].length < SHORTEST) return `it has fewer than ${SHORTEST} characters`;
  if (/^\d*$/.test(plain) && plain.length <= MOST_LONE_DIGITS) return "it is a mere number";
  if (/^(.{1,4})\1+.?$/.test(plain)) return "it repeats a few characters";
  if (isRow(plain)) return "it runs along the keyboard or the alphabet";
  if (stems(plain).some((stem) => COMMON_PASSWORDS.has(stem))) return "many others use it";
  const names = [owner.username, owner.name].map((name) => plainText(name).replaceAll(/[^a-z0-9]/g, ""));
  const bare = plain.replaceAll(/[^a-z0-9]/g, "");
  if (names.some((name) => name.length >= SHORTEST_NAME && bare.includes(name)))
    return "it holds the name or user name";
  return null;
}

/** The words in it: without what is put before and after them, and with letters for what looks like one. */
function stems(plain: string): string[] {
  const word = plain.replace(/^[^a-z]+/, "").replace(/[^a-z]+$/, "");
  return [plain, word, plain.replace(/[\d!.]+$/, "")].flatMap((text) => [text, spelled(text)]);
}

const spelled = (text: string) =>
  [...text]
    .map((letter) => LOOKALIKES[letter] ?? letter)
    .join("")
    .replaceAll(/[^a-z0-9]/g, "");

function isRow(plain: string): boolean {
  return ROWS.some((row) => {
    const there = row.repeat(2);
    return there.includes(plain) || [...there].reverse().join("").includes(plain);
  });
}
