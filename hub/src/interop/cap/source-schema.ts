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

/** What is wrong with sources that a schema cannot tell; null when nothing is. */
export function sourceFault(sources: readonly CapSource[]): string | null {
  const names = sources.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return `one source of the name ${twice}`;
  const inner = sources.find(({ url, allowPrivate }) => !allowPrivate && !isPublicAddress(url));
  return inner ? `allowPrivate: true with ${inner.name}, whose address is not of the public internet` : null;
}
