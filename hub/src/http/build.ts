import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import type { MapTiles } from "@loa/protocol/http/session";
import type { FastifyInstance } from "fastify";
import type { HubConfig } from "../config.ts";
import { NEVER_SEEN } from "../core/station-view.ts";
import type { Desk } from "../desk.ts";
import type { LineParts } from "../hub.ts";
import type { Line } from "../ports.ts";
import { StationBulk } from "../station-bulk.ts";
import { Stations } from "../stations.ts";
import { serveDashboard } from "./dashboard.ts";
import { makeMetrics, timeRequests } from "./metrics.ts";
import { describe } from "./openapi.ts";
import { announcementDraftRoutes } from "./routes/announcement-drafts.ts";
import { announcementRoutes } from "./routes/announcements.ts";
import { areaRoutes } from "./routes/areas.ts";
import { auditRoutes } from "./routes/audit.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { meRoutes } from "./routes/me.ts";
import { sessionRoutes } from "./routes/session.ts";
import { speechRoutes } from "./routes/speech.ts";
import { stationBulkRoutes } from "./routes/station-bulk.ts";
import { stationRoutes } from "./routes/stations.ts";
import { templateRoutes } from "./routes/templates.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { userRoutes } from "./routes/users.ts";
import { createServer } from "./server.ts";

const VERSION: string = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
).version;

/** The hub's server with all routes of desk and line; it does not listen yet. */
export async function buildServer(desk: Desk, parts?: LineParts): Promise<FastifyInstance> {
  const { config, clock, log, registry, events, audit, sessions, idempotency } = desk;
  const line = parts?.line ?? NO_LINE;
  const metrics = makeMetrics({ ingestQueue: () => desk.queue.length, listeners: () => events.size });
  const work = join(config.data, "uploads");
  const map = tilesOf(config);
  return createServer({
    clock,
    log,
    images: map === undefined ? [] : [new URL(map.url).origin],
    https: certificate(config.httpCert, config.httpKey),
    site: [
      (app) => timeRequests(app, metrics),
      (app) => describe(app, VERSION),
      (app) => healthRoutes(app, { version: VERSION, metrics, ready: () => parts?.ready() ?? false }),
      (app) => serveDashboard(app, dashboardFolder(config.dashboard)),
    ],
    api: [
      (app) => sessions.guard(app),
      (app) => idempotency.guard(app),
      (app) => sessionRoutes(app, { sessions, audit, map }),
      (app) => meRoutes(app, { ...desk, map }),
      (app) => tokenRoutes(app, { tokens: desk.tokens }),
      (app) => areaRoutes(app, { areas: desk.areas }),
      (app) => stationRoutes(app, { stations: new Stations({ ...desk, line }) }),
      (app) => stationBulkRoutes(app, { bulk: new StationBulk({ ...desk, line }) }),
      (app) => announcementRoutes(app, desk),
      (app) => announcementDraftRoutes(app, { ...desk, work }),
      (app) => templateRoutes(app, desk),
      (app) => speechRoutes(app, { ...desk, work, now: () => clock.now() }),
      (app) => userRoutes(app, { ...desk, now: () => clock.now() }),
      (app) => eventRoutes(app, { events }),
      (app) => auditRoutes(app, { audit, registry }),
      ...(parts?.routes ?? []),
    ],
  });
}

/** Without a line, stations are what is registered of them. */
const NO_LINE: Line = {
  glance: () => NEVER_SEEN,
  live: async () => NEVER_SEEN,
  enrolmentLabel: async () => Promise.reject(noLine()),
  enrolmentLabels: async () => Promise.reject(noLine()),
};

const noLine = () => new LoaError("INTERNAL", "this hub was started without its line to stations");

function tilesOf({ tileUrl: url, tileAttribution: attribution }: HubConfig): MapTiles | undefined {
  return url === undefined || attribution === undefined ? undefined : { url, attribution };
}

function certificate(cert: string | undefined, key: string | undefined) {
  if (cert === undefined || key === undefined) return undefined;
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}

function dashboardFolder(configured: string | undefined): string {
  return resolve(configured ?? join(import.meta.dirname, "../../../dashboard/dist"));
}
