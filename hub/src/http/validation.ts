import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";

/**
 * Checks requests by TypeBox. Query and path are text and are converted; a body must fit as it is. Defaults are filled in. Forms are
 * checked by who reads them, part by part.
 */
export const checkRequests: FastifySchemaCompiler<TSchema> = ({ schema, httpPart, contentType }) => {
  if (contentType === "multipart/form-data") return (value: unknown) => ({ value });
  const validator = Compile(schema);
  return (raw: unknown) => {
    const given = raw ?? (httpPart === "body" ? undefined : {});
    const converted = httpPart === "body" ? given : Value.Convert(schema, given);
    const value = Value.Default(schema, converted);
    return validator.Check(value) ? { value } : { error: validator.Errors(value) as never };
  };
};
