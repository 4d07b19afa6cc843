import { LoaError } from "@loa/kernel/errors";
import type { FastifyRequest } from "fastify";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses writes that a browser sends on behalf of another site. Programs send neither header and pass; they hold no cookie.
 * @throws FORBIDDEN
 */
export async function refuseOtherOrigins(request: FastifyRequest): Promise<void> {
  if (READS.has(request.method)) return;
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
