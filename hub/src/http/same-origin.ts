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
  if (!foreignOrigin(request)) return;
  const { origin, "sec-fetch-site": site } = request.headers;
  throw new LoaError("FORBIDDEN", "this request was started by another web site", { origin, site });
}

/** Whether a browser says that another site started the request. */
export function foreignOrigin(request: Pick<FastifyRequest, "headers" | "protocol" | "host">): boolean {
  const { origin, "sec-fetch-site": site } = request.headers;
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  return origin !== undefined && hostOf(origin) !== hostOf(`${request.protocol}://${request.host}`);
}

/** Without the port that the scheme implies. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
