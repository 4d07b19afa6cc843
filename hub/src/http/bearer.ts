import type { FastifyRequest } from "fastify";

/** What follows `Bearer` in a request's `Authorization`; undefined where there is none, or one of another kind. */
export function bearerOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S*)$/i.exec(headers.authorization ?? "")?.[1];
}
