import { mkdirSync } from "node:fs";
import type { Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import type { HubConfig } from "./config.ts";
import { buildDesk, type Desk } from "./desk.ts";
import type { RouteSet } from "./http/api.ts";
import { buildServer } from "./http/build.ts";
import type { Line } from "./ports.ts";

/** What the line gives back: its port, its routes below `/api/v1`, and its life. */
export interface LineParts {
  readonly line: Line;
  readonly routes: readonly RouteSet[];
  /** Starts to listen; resolves with what the start-up line says of it, e.g. `{mqtt, stations, ca}`. */
  start(): Promise<Record<string, string>>;
  stop(): Promise<void>;
  /** Whether stations may connect and plans are served. */
  ready(): boolean;
}

/** Makes the line over the desk. */
export type BuildLine = (desk: Desk) => Promise<LineParts>;

/** A hub that listens. `ready` is the start-up line. */
export interface Hub {
  readonly ready: Record<string, string>;
  readonly demoPassword: string | null;
  close(): Promise<void>;
}

/** Opens the data folder, starts all parts and listens. @throws CONFIG_INVALID · INTERNAL */
export async function startHub(
  config: HubConfig,
  clock: Clock,
  log: Logger,
  buildLine?: BuildLine,
): Promise<Hub> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const desk = await buildDesk(config, clock, log);
  const line = await buildLine?.(desk);
  const server = await buildServer(desk, line);
  await desk.queue.resume();
  const addresses = await line?.start();
  await server.listen({ host: config.host, port: config.httpPort });
  const { port } = server.addresses()[0] as { port: number };
  const { demoPassword } = desk;
  const scheme = config.httpCert === undefined ? "http" : "https";
  const http = `${scheme}://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
  return {
    ready: { event: "ready", http, ...addresses, ...(demoPassword !== null && { demoPassword }) },
    demoPassword,
    async close() {
      desk.events.close();
      await server.close();
      await line?.stop();
      await desk.close();
    },
  };
}
