import type { TSchema } from "typebox";
import { table } from "./table.ts";

/** A schema under its exported name. */
export interface Named {
  readonly name: string;
  readonly doc: string;
  readonly schema: TSchema;
}

/** The part of JSON Schema that TypeBox writes and the pages show. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape | readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Units by the endings of field names. Source: the naming rule for JSON edges. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Lufs$/, "LUFS"],
  [/Db$/, "dB"],
  [/Ppm$/, "ppm"],
  [/Ms$/, "ms"],
  [/^(volts|.*Volts)$/, "V"],
  [/^(amps|.*Amps)$/, "A"],
  [/^(ohms|.*Ohms)$/, "Ω"],
  [/^(bytes|.*Bytes)$/, "bytes"],
  [/Seconds$/, "s"],
  [/Minutes(PerDay)?$/, "min"],
  [/^temperature$/, "°C"],
  [/^(lat|lon)$/, "°"],
];

/** Renders schemas as Markdown; a field whose schema is one of the named ones links to it. */
export class SchemaTables {
  readonly #names = new Map<string, string>();

  constructor(named: readonly Named[]) {
    for (const { name, schema } of named) {
      const key = JSON.stringify(schema);
      if (hasFace(schema as Shape) && !this.#names.has(key)) this.#names.set(key, name);
    }
  }

  /** Heading, docstring and fields of one schema. */
  section({ name, doc, schema }: Named): string {
    const shape = schema as Shape;
    const parts = [`#### ${name}`, doc];
    const variants = shape.anyOf?.filter((one) => one.properties);
    if (shape.properties) parts.push(this.#fields(shape));
    else if (variants && variants.length === shape.anyOf?.length) parts.push(...this.#variants(variants));
    else parts.push(`${this.#typeOf(shape, true)}${shape.description ? ` (${shape.description})` : ""}`);
    return parts.filter(Boolean).join("\n\n");
  }

  #variants(variants: readonly Shape[]): string[] {
    return [
      "One of:",
      ...variants.flatMap((one) => (this.#name(one) ? `* ${this.#type(one)}` : this.#fields(one))),
    ];
  }

  #fields(shape: Shape): string {
    const rows = this.#rows(shape, "");
    return rows.length > 0 ? table(["field", "type", "needed", "unit", "meaning"], rows) : "No fields.";
  }

  #rows(shape: Shape, prefix: string): string[][] {
    return Object.entries(shape.properties ?? {}).flatMap(([field, value]) => {
      const name = prefix + field;
      const needed = shape.required?.includes(field) ? "yes" : "no";
      const row = [`\`${name}\``, this.#type(value), needed, this.#unit(field, value), this.#meaning(value)];
      return [row, ...this.#rowsWithin(value, name)];
    });
  }

  /** Fields of an object that has no name of its own, also as an element of a list. */
  #rowsWithin(shape: Shape, name: string): string[][] {
    if (this.#name(shape)) return [];
    if (shape.properties) return this.#rows(shape, `${name}.`);
    const { items } = shape;
    return items && !isList(items) ? this.#rowsWithin(items, `${name}[]`) : [];
  }

  /** What the field adds to the schema it links to. */
  #meaning(shape: Shape): string {
    return this.#name(shape) ? "" : (shape.description ?? "");
  }

  #unit(field: string, shape: Shape): string {
    const name = this.#name(shape) ?? this.#name(shape.anyOf?.[0]);
    if (name === "Instant") return "Unix ms";
    const numeric = [shape, ...(shape.anyOf ?? [])].some(
      ({ type }) => type === "number" || type === "integer",
    );
    const measured = name === "Measured" || shape.patternProperties !== undefined;
    return numeric || measured ? (UNITS.find(([ending]) => ending.test(field))?.[1] ?? "") : "";
  }

  #name(shape: Shape | undefined): string | undefined {
    return shape && this.#names.get(JSON.stringify(shape));
  }

  #type(shape: Shape): string {
    const name = this.#name(shape);
    return name ? `[${name}](#${name.toLowerCase()})` : this.#typeOf(shape, false);
  }

  #typeOf(shape: Shape, inFull: boolean): string {
    if ("const" in shape) return code(shape.const);
    if (shape.enum) return shape.enum.map(code).join(" · ");
    if (shape.anyOf) return shape.anyOf.map((one) => this.#type(one)).join(" or ");
    if (shape.patternProperties) return `record of ${this.#elements(Object.values(shape.patternProperties))}`;
    if (isList(shape.items))
      return `[${shape.items.map((one) => one.description ?? this.#type(one)).join("; ")}]`;
    if (shape.items)
      return `list of ${this.#elements([shape.items])}${range(shape.minItems, shape.maxItems, " elements")}`;
    if (shape.type === "string")
      return `string${range(shape.minLength, shape.maxLength, " characters")}${pattern(shape, inFull)}`;
    return `${shape.type ?? "anything"}${range(shape.minimum, shape.maximum)}`;
  }

  #elements(shapes: readonly Shape[]): string {
    return shapes.map((one) => this.#type(one)).join(" or ");
  }
}

/** Whether a schema says enough to be told by its name: not a bare string, number, or a union of such. */
function hasFace(shape: Shape): boolean {
  if (shape.anyOf) return shape.anyOf.some(hasFace);
  const { type, properties, enum: values, pattern: form, description, minLength, items } = shape;
  return type === "object" || [properties, values, form, description, minLength, items].some(Boolean);
}

const isList = (items: Shape["items"]): items is readonly Shape[] => Array.isArray(items);
const code = (value: unknown) => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
const pattern = (shape: Shape, inFull: boolean) => (inFull && shape.pattern ? `, \`${shape.pattern}\`` : "");

function range(low: number | undefined, high: number | undefined, unit = ""): string {
  if (low === undefined && high === undefined) return "";
  if (low === undefined) return ` (≤ ${high}${unit})`;
  return high === undefined ? ` (≥ ${low}${unit})` : ` (${low} … ${high}${unit})`;
}
