import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What is measured beside the process itself. */
export interface Measured {
  ingestQueue(): number;
  listeners(): number;
}

/** The hub's metrics for Prometheus. A registry of its own, so that several hubs fit in one test process. */
export function makeMetrics(measured: Measured): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = { loa_ingest_queue: measured.ingestQueue, loa_event_listeners: measured.listeners };
  for (const [name, read] of Object.entries(gauges))
    new Gauge({
      name,
      help: name.replaceAll("_", " "),
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  return registry;
}

/** Times every request by route, method and status. */
export function timeRequests(app: FastifyInstance, registry: Registry): void {
  const histogram = new Histogram({
    name: "loa_http_request_seconds",
    help: "duration of requests",
    labelNames: ["route", "method", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  app.addHook("onResponse", async (request, reply) => {
    const labels = {
      route: request.routeOptions.url ?? "none",
      method: request.method,
      status: reply.statusCode,
    };
    histogram.observe(labels, reply.elapsedTime / 1_000);
  });
}
