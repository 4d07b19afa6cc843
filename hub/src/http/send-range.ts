import { createReadStream, statSync } from "node:fs";
import type { FastifyReply, FastifyRequest } from "fastify";
import { byteRange } from "./byte-range.ts";

/** How a file is offered. `etag` is its hash: content under one address never changes. */
export interface Offer {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/** Sends a file, or the one range of it that is asked for (RFC 9110 §14). An unsatisfiable range answers 416. */
export function sendRange(
  request: Pick<FastifyRequest, "method" | "raw">,
  reply: FastifyReply,
  offer: Offer,
): FastifyReply {
  const { size } = statSync(offer.path);
  const tag = `"${offer.etag}"`;
  reply.headers({
    "accept-ranges": "bytes",
    etag: tag,
    "cache-control": offer.cacheControl,
    "content-type": offer.type,
  });
  if (request.raw.headers["if-none-match"] === tag) return reply.code(304).send();
  const ifRange = request.raw.headers["if-range"];
  const asked = ifRange === undefined || ifRange === tag ? request.raw.headers.range : undefined;
  const range = byteRange(asked, size);
  if (range === "unsatisfiable") return reply.code(416).header("content-range", `bytes */${size}`).send();
  const [start, end] = range ?? [0, size - 1];
  if (range) reply.code(206).header("content-range", `bytes ${start}-${end}/${size}`);
  reply.header("content-length", end - start + 1);
  if (request.method === "HEAD") return reply.send();
  return reply.send(createReadStream(offer.path, { start, end }));
}
