import { CAP_WORDS, type CapWord, instantOf, isCapTime } from "../../core/cap-alert.ts";
import type { Parser } from "./place.ts";

const shown = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** A value that a pattern describes; white space around it does not count. */
const like =
  (pattern: RegExp, what: string): Parser<string> =>
  (text, say) => {
    const value = text.trim();
    if (!pattern.test(value)) say.problem(`must be ${what}; it is ${shown(value)}`);
    return value;
  };

/** Free text that must say something. */
export const filled: Parser<string> = like(/\S/, "filled in");

/** Free text that may be empty. */
export const plain: Parser<string> = (text) => text.trim();

/** Identifier or sender. Source: OASIS CAP 1.2, 3.2.1: no spaces, commas, `<` or `&`. */
export const name: Parser<string> = (text, say) => {
  if (text === "") say.problem("is empty");
  if (/[\s,<&]/.test(text)) say.problem(`must not have spaces, commas, < or &; it is ${shown(text)}`);
  return text;
};

/** One of the words of a coded element, written as CAP writes it. */
export const word =
  <K extends keyof typeof CAP_WORDS>(kind: K): Parser<CapWord<K>> =>
  (text, say) => {
    const words: readonly string[] = CAP_WORDS[kind];
    if (!words.includes(text)) say.problem(`must be one of ${words.join(", ")}; it is ${shown(text)}`);
    return text as CapWord<K>;
  };

/** Certainty; CAP 1.0's "Very Likely" counts as Likely. Source: OASIS CAP 1.2, 3.2.2, certainty. */
export const certainty: Parser<CapWord<"certainty">> = (text, say) => {
  if (text !== "Very Likely") return word("certainty")(text, say);
  say.note('"Very Likely" is of CAP 1.0 and is taken for Likely');
  return "Likely";
};

/** A dateTime with its offset in digits. Source: OASIS CAP 1.2, 3.3.2. */
export const time: Parser<string> = (text, say) => {
  const value = text.trim();
  if (!isCapTime(value))
    say.problem(`must be a time such as 2026-09-18T14:00:00+07:00, UTC as -00:00; it is ${shown(value)}`);
  else if (value.endsWith("+00:00")) say.note("UTC is written -00:00 in CAP");
  return value;
};

/** Language tag. Source: RFC 3066. */
export const language = like(/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/, "a language such as vi-VN");

/** SHA-1 in hexadecimal digits. */
export const digest: Parser<string> = (text, say) =>
  like(/^[0-9A-Fa-f]{40}$/, "a SHA-1 of 40 hexadecimal digits")(text, say).toLowerCase();

/** A media type such as `audio/mpeg`, parameters included. Source: RFC 2046. */
export const mimeType = like(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;.*)?$/, "a media type such as audio/mpeg");

/** A number of bytes. */
export const size: Parser<number> = (text, say) =>
  Number(like(/^\+?\d{1,15}$/, "a number of bytes")(text, say));

/** A decimal number. */
export const decimal: Parser<number> = (text, say) =>
  Number(like(/^[+-]?(\d{1,15}(\.\d*)?|\.\d+)$/, "a number")(text, say));

/** A URI with its scheme. */
export const absoluteUri: Parser<string> = (text, say) => {
  const value = text.trim();
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/.test(value))
    say.problem(`must be a full address such as https://…; it is ${shown(value)}`);
  return value;
};

/** Like `absoluteUri`; an empty element counts as none. */
export const webPage: Parser<string | null> = (text, say) =>
  text.trim() === "" ? null : absoluteUri(text, say);

/** A URI, or a name that is part of one. */
export const anyUri = like(/^[^\s<>"{}|\\^`]+$/, "an address without spaces");

/** Base64; white space in it is left out. */
export const base64: Parser<string> = (text, say) => {
  const value = text.replace(/\s+/g, "");
  if (value === "" || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
    say.problem("must be base64");
  return value;
};

/** Values separated by spaces; one that has spaces stands in double quotes. Source: OASIS CAP 1.2, addresses, incidents. */
export const quotedList: Parser<string[]> = (text, say) => {
  if (/^\s*$/.test(text)) say.problem("is empty");
  const parts: readonly string[] = text.match(/"[^"]*"|[^\s"]+|"/g) ?? [];
  if (parts.includes('"')) say.problem("has a double quote without its partner");
  return parts.map((part) => part.replaceAll('"', "")).filter((part) => part !== "");
};

/** Messages as `sender,identifier,sent`, separated by spaces. */
export const references: Parser<{ sender: string; identifier: string; sent: string }[]> = (text, say) => {
  const parts = text.split(/\s+/).filter((part) => part !== "");
  if (parts.length === 0) say.problem("is empty");
  return parts.map((part) => {
    const [sender = "", identifier = "", sent = "", ...more] = part.split(",");
    if (
      sender === "" ||
      identifier === "" ||
      more.length > 0 ||
      Number.isNaN(instantOf(sent)) ||
      !isCapTime(sent)
    )
      say.problem(`must be sender,identifier,sent for each message; one is ${shown(part)}`);
    return { sender, identifier, sent };
  });
};
