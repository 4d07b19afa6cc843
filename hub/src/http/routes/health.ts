import type { FastifyInstance } from "fastify";
import type { Registry } from "prom-client";

/** What the routes for machines need. `ready`: stations may connect and plans are served. */
export interface HealthNeeds {
  readonly version: string;
  readonly metrics: Registry;
  ready(): boolean;
}

/** `/healthz`, `/readyz`, `/metrics`. */
export function healthRoutes(app: FastifyInstance, { version, metrics, ready }: HealthNeeds): void {
  app.get("/healthz", async () => ({ status: "ok", version }));
  app.get("/readyz", async (_, reply) => {
    const isReady = ready();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "starting" });
  });
  app.get("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
}
