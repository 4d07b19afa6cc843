import { existsSync } from "node:fs";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { noSuchPath, sendProblem } from "./problems.ts";

const HASHED = /-[\w-]{8,}\.\w+$/;
const YEAR_SECONDS = 31_536_000;

/**
 * Serves the built dashboard from `folder`. Files whose names hold a hash never change and are cached for a year; the page itself is
 * asked for again each time. Its own routes (`/stations/…`) all answer with the page.
 */
export async function serveDashboard(app: FastifyInstance, folder: string): Promise<void> {
  const built = existsSync(folder);
  if (built)
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header(
          "cache-control",
          HASHED.test(path) ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
        );
      },
    });
  app.setNotFoundHandler((request, reply) => {
    if (!wantsPage(request)) return sendProblem(reply, noSuchPath(request));
    return built ? reply.sendFile("index.html") : notBuilt(reply);
  });
}

function wantsPage(request: FastifyRequest): boolean {
  const html = request.headers.accept?.includes("text/html") ?? false;
  return (
    request.method === "GET" &&
    html &&
    !request.url.startsWith("/api/") &&
    !request.url.startsWith("/assets/")
  );
}

function notBuilt(reply: FastifyReply): FastifyReply {
  const page =
    "<!doctype html><title>Loa</title><p>The dashboard is not built. The API is at <a href=/api/docs>/api/docs</a>.";
  return reply.code(404).type("text/html; charset=utf-8").send(page);
}
