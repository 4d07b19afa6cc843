import { type Static, Type } from "typebox";
import { isPublicAddress } from "./public-address.ts";
import { CapSettings } from "./rules-schema.ts";

/** A feed that is asked for messages, with the rules that hold for what it gives. */
export const CapSource = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: "as people know it" }),
    url: Type.String({ pattern: "^https?://[^@\\s]+$", description: "of an Atom or RSS feed" }),
    everySeconds: Type.Integer({
      minimum: 1,
      maximum: 60,
      default: 60,
      description: "how often it is asked",
    }),
    areaId: Type.String({ minLength: 1, description: "its messages sound within this area only" }),
    allowPrivate: Type.Boolean({
      default: false,
      description: "also at addresses that are not of the public internet",
    }),
    ...CapSettings.properties,
  },
  { additionalProperties: false },
);
export type CapSource = Static<typeof CapSource>;

/** A program that posts messages, with the rules that hold for them. It is known by its token: anybody may give a token any name. */
export const CapProgram = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: "as people know it" }),
    tokenId: Type.String({
      pattern: "^token-[0-9a-z]{26}$",
      description: "id of the token it posts with: GET /tokens",
    }),
    areaId: Type.String({ minLength: 1, description: "its messages sound within this area only" }),
    ...CapSettings.properties,
  },
  { additionalProperties: false },
);
export type CapProgram = Static<typeof CapProgram>;

/** What is wrong with programs that a schema cannot tell; null when nothing is. */
export function programFault(programs: readonly CapProgram[]): string | null {
  for (const key of ["name", "tokenId"] as const) {
    const twice = twiceIn(programs.map((one) => one[key]));
    if (twice !== undefined) return `one program of the ${key} ${twice}`;
  }
  return null;
}

/** Rules that air among those for what people post by hand: whoever posts can write any sender. Null when there are none. */
export function inboxFault(inbox: unknown): string | null {
  const { rules } = (inbox ?? {}) as { rules?: unknown };
  const airs = Array.isArray(rules) && rules.some((rule) => rule?.verdict === "air");
  return airs
    ? "rules that wait or ignore: whoever posts can write any sender. Move rules that air to capPrograms, which names a program by the id of its token (docs/cap.md)"
    : null;
}

/** What is wrong with sources that a schema cannot tell; null when nothing is. */
export function sourceFault(sources: readonly CapSource[]): string | null {
  const twice = twiceIn(sources.map(({ name }) => name));
  if (twice !== undefined) return `one source of the name ${twice}`;
  const inner = sources.find(({ url, allowPrivate }) => !allowPrivate && !isPublicAddress(url));
  if (inner) return `allowPrivate: true with ${inner.name}, whose address is not of the public internet`;
  const open = sources.find((source) => needsTls(source) && source.url.startsWith("http:"));
  return open
    ? `https with ${open.name}, or no rule that airs: over http anybody on the way can write what it says`
    : null;
}

/** Whether what a source says may sound unasked, and comes over networks that others share. */
export const needsTls = ({ rules, allowPrivate }: Pick<CapSource, "rules" | "allowPrivate">): boolean =>
  !allowPrivate && rules.some(({ verdict }) => verdict === "air");

const twiceIn = (names: readonly string[]) => names.find((name, i) => names.indexOf(name) !== i);
