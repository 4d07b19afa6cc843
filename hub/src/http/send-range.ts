import { createReadStream, statSync } from "node:fs";
import type { FastifyReply, FastifyRequest } from "fastify";

/** How a file is offered. `etag` is its hash: content under one address never changes. */
export interface Offer {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/** Sends a file, or the one range of it that is asked for (RFC 9110 §14). An unsatisfiable range answers 416. */
export function sendRange(request: FastifyRequest, reply: FastifyReply, offer: Offer): FastifyReply {
  const { size } = statSync(offer.path);
  const tag = `"${offer.etag}"`;
  reply.headers({
    "accept-ranges": "bytes",
    etag: tag,
    "cache-control": offer.cacheControl,
    "content-type": offer.type,
  });
  if (request.headers["if-none-match"] === tag) return reply.code(304).send();
  const ifRange = request.headers["if-range"];
  const asked = ifRange === undefined || ifRange === tag ? request.headers.range : undefined;
  const range = rangeOf(asked, size);
  if (range === "none") return reply.code(416).header("content-range", `bytes */${size}`).send();
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) reply.code(206).header("content-range", `bytes ${start}-${end}/${size}`);
  reply.header("content-length", end - start + 1);
  if (request.method === "HEAD") return reply.send();
  return reply.send(createReadStream(offer.path, { start, end }));
}

/** The bytes that a Range header asks for; null for the whole file (no header, or a form that may be ignored). */
export function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | "none" | null {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!parts || (parts[1] === "" && parts[2] === "")) return null;
  const [from, to] = [parts[1], parts[2]];
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (start >= size) return "none";
  return start <= end ? { start, end } : null;
}
