import { LoaError } from "@loa/kernel/errors";

/** Deepest nesting that is read. */
export const MAX_DEPTH = 32;

const STYLESHEET = /<\?xml-stylesheet\s/y;
const DECLARATION = /<\?xml\s/y;

/**
 * Looks through the markup before any parser does: a DTD, a processing instruction or deep nesting ends it at the first such place.
 * `xml-stylesheet`, which warning services put before messages for browsers, is passed over: nothing here acts on it.
 * @throws CAP_FORBIDDEN_XML
 */
export function guardMarkup(xml: string): void {
  let depth = 0;
  for (let at = xml.indexOf("<"); at >= 0; at = xml.indexOf("<", at)) {
    if (xml.startsWith("<!--", at)) at = after(xml, "-->", at + 4);
    else if (xml.startsWith("<![CDATA[", at)) at = after(xml, "]]>", at + 9);
    else if (xml.startsWith("<!", at)) forbid("a document type declaration", at);
    else if (xml.startsWith("<?", at)) at = afterInstruction(xml, at, depth);
    else if (xml.startsWith("</", at)) [at, depth] = [after(xml, ">", at), depth - 1];
    else {
      at = afterTag(xml, at + 1);
      if (xml[at - 2] !== "/") depth += 1;
      if (depth > MAX_DEPTH) forbid(`more than ${MAX_DEPTH} levels`, at);
    }
  }
}

function forbid(what: string, at: number): never {
  throw new LoaError("CAP_FORBIDDEN_XML", `the document has ${what}`, { what, at });
}

/** Where to go on behind the next `end`; what is never closed is left to the parser to refuse. */
function after(xml: string, end: string, from: number): number {
  const found = xml.indexOf(end, from);
  return found < 0 ? xml.length : found + end.length;
}

function afterInstruction(xml: string, at: number, depth: number): number {
  const isHarmless =
    (at === 0 && startsAt(DECLARATION, xml, at)) || (depth === 0 && startsAt(STYLESHEET, xml, at));
  if (!isHarmless) forbid("a processing instruction", at);
  return after(xml, "?>", at);
}

function startsAt(pattern: RegExp, xml: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(xml);
}

/** Behind the `>` of a start tag; values of attributes may hold that sign too. */
function afterTag(xml: string, from: number): number {
  let quote = "";
  for (let at = from; at < xml.length; at += 1) {
    const sign = xml[at] ?? "";
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === ">") return at + 1;
  }
  return xml.length;
}
