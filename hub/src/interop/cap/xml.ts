import { LoaError } from "@loa/kernel/errors";
import { parseXml, XmlElement, XmlError } from "@rgrove/parse-xml";
import { guardMarkup } from "./markup-guard.ts";

/** Longest document that is read, bytes. */
export const MAX_XML_BYTES = 1_000_000;

/** An element with its namespace resolved. */
export interface Element {
  /** Namespace; empty for none. */
  readonly space: string;
  readonly name: string;
  /** By name as written, declarations of namespaces left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** Its own text, CDATA included, children's text left out. */
  readonly text: string;
}

/**
 * Reads a document from strangers: UTF-8 only, no DTD and so no entities but XML's own five, no processing instructions, bounded in
 * size and depth.
 * @throws CAP_TOO_LARGE over 1 MB · CAP_ENCODING not UTF-8 · CAP_FORBIDDEN_XML DTD, processing instruction or too deep ·
 * CAP_MALFORMED not well-formed
 */
export function readXml(xml: Uint8Array | string): Element {
  const text = decoded(xml);
  guardMarkup(text);
  return resolved(parsed(text), ROOT);
}

function decoded(xml: Uint8Array | string): string {
  const bytes = typeof xml === "string" ? Buffer.byteLength(xml) : xml.byteLength;
  if (bytes > MAX_XML_BYTES)
    throw new LoaError("CAP_TOO_LARGE", `the document has ${bytes} bytes`, { bytes, limit: MAX_XML_BYTES });
  const text = typeof xml === "string" ? xml.replace(/^\uFEFF/, "") : fromUtf8(xml);
  const declared = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1] ?? "UTF-8";
  if (declared.toUpperCase() !== "UTF-8")
    throw new LoaError("CAP_ENCODING", `the document declares the encoding ${declared}`, { declared });
  return text;
}

function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LoaError("CAP_ENCODING", "the document is not UTF-8", {}, { cause });
  }
}

function parsed(text: string): XmlElement {
  try {
    const { root } = parseXml(text);
    if (root) return root;
    throw new LoaError("CAP_MALFORMED", "the document has no element");
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    const { line, column } = cause;
    const [what] = cause.message.split("\n");
    throw new LoaError("CAP_MALFORMED", `the document is not XML: ${what}`, { line, column }, { cause });
  }
}

/** Prefixes declared at one element, and those around it. Chained, because copying would let many declarations cost much. */
interface Scope {
  readonly own: ReadonlyMap<string, string>;
  readonly outer: Scope | null;
}

const ROOT: Scope = { own: new Map([["xml", "http://www.w3.org/XML/1998/namespace"]]), outer: null };

function spaceOf(prefix: string, scope: Scope | null): string {
  return scope === null ? "" : (scope.own.get(prefix) ?? spaceOf(prefix, scope.outer));
}

function resolved(element: XmlElement, outer: Scope): Element {
  const written = Object.entries(element.attributes);
  const own = written.filter(([name]) => isDeclaration(name));
  const scope =
    own.length === 0 ? outer : { own: new Map(own.map(([name, value]) => [name.slice(6), value])), outer };
  const [prefix, name] = split(element.name);
  const space = spaceOf(prefix, scope);
  if (prefix !== "" && space === "")
    throw new LoaError("CAP_MALFORMED", `the prefix ${prefix} has no namespace`, { prefix });
  return {
    ...{ space, name, text: ownText(element) },
    attributes: new Map(written.filter(([one]) => !isDeclaration(one))),
    children: element.children
      .filter((child) => child instanceof XmlElement)
      .map((child) => resolved(child, scope)),
  };
}

const isDeclaration = (name: string) => name === "xmlns" || name.startsWith("xmlns:");

const ownText = (element: XmlElement) =>
  element.children
    .map((child) => ("text" in child && !(child instanceof XmlElement) ? child.text : ""))
    .join("");

function split(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(":");
  return colon < 0 ? ["", name] : [name.slice(0, colon), name.slice(colon + 1)];
}
