import { LoaError } from "@loa/kernel/errors";
import type { FastifyRequest } from "fastify";
import { bearerOf } from "./bearer.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses writes that a browser sends on behalf of another site: it would add the cookie. What names a token is judged by that alone,
 * and no cookie counts.
 * @throws FORBIDDEN
 */
export async function refuseOtherOrigins(request: FastifyRequest): Promise<void> {
  if (READS.has(request.method) || bearerOf(request) !== undefined) return;
  const site = request.headers["sec-fetch-site"];
  const { origin } = request.headers;
  const foreignSite = site !== undefined && site !== "same-origin" && site !== "none";
  const foreignOrigin =
    origin !== undefined && hostOf(origin) !== hostOf(`${request.protocol}://${request.host}`);
  if (foreignSite || foreignOrigin)
    throw new LoaError("FORBIDDEN", "this request was started by another web site", { origin, site });
}

/** Without the port that the scheme implies. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
