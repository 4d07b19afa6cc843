import { LoaError } from "@loa/kernel/errors";
import type { Static, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";

/** Keeps nothing between texts. */
const UTF_8 = new TextDecoder("utf-8", { fatal: true });

const compiled = new WeakMap<TSchema, Validator>();

function validator(schema: TSchema): Validator {
  const found = compiled.get(schema) ?? Compile(schema);
  compiled.set(schema, found);
  return found;
}

/** The values that are allowed, where a message keeps them to itself. */
function allowed(params: object): string {
  const { allowedValues, allowedValue } = params as { allowedValues?: unknown[]; allowedValue?: unknown };
  const values = allowedValues ?? (allowedValue === undefined ? [] : [allowedValue]);
  return values.length > 0 ? ` (${values.map((value) => JSON.stringify(value)).join(", ")})` : "";
}

/**
 * Checks a value at an edge and gives it its type; unknown fields are left as they are.
 * @throws SCHEMA_INVALID with `problems`: a list of `{path, message}`, at most 20.
 */
export function check<Schema extends TSchema>(schema: Schema, value: unknown, what: string): Static<Schema> {
  const validate = validator(schema);
  if (validate.Check(value)) return value as Static<Schema>;
  const problems = validate
    .Errors(value)
    .slice(0, 20)
    .map((error) => ({ path: error.instancePath || "/", message: error.message + allowed(error.params) }));
  const first = problems[0];
  throw new LoaError(
    "SCHEMA_INVALID",
    `${what} ${first ? `${first.path} ${first.message}` : "is malformed"}`,
    { problems },
  );
}

/**
 * Reads UTF-8 JSON and checks it.
 * @throws SCHEMA_INVALID when it is no JSON or does not fit.
 */
export function parseJson<Schema extends TSchema>(
  schema: Schema,
  text: string | Uint8Array,
  what: string,
): Static<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(typeof text === "string" ? text : UTF_8.decode(text));
  } catch (cause) {
    throw new LoaError("SCHEMA_INVALID", `${what} is not JSON`, {}, { cause });
  }
  return check(schema, value, what);
}
