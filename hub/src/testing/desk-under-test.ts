import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { type HubConfig, loadConfig } from "../config.ts";
import { buildDesk, type Desk } from "../desk.ts";
import { buildServer } from "../http/build.ts";
import type { LineParts } from "../hub.ts";

/** Password of all demo accounts under test. */
export const PASSWORD = "loa-under-test";

/** A whole desk over a real store in a folder of its own, asked by `inject`; the clock stands. */
export interface DeskUnderTest {
  readonly clock: ManualClock;
  readonly config: HubConfig;
  readonly desk: Desk;
  readonly server: FastifyInstance;
  /** Logs in and returns a function that asks as that user, below `/api/v1`. */
  as(username: string): Promise<Ask>;
  /** Ends this run and begins another over the same data folder. */
  restart(): Promise<DeskUnderTest>;
  close(): Promise<void>;
}

/** Asks the API: method, path below `/api/v1`, JSON body or a form, headers. */
export type Ask = (
  method: NonNullable<InjectOptions["method"]>,
  path: string,
  body?: object | FormData,
  headers?: Record<string, string>,
) => Promise<LightMyRequestResponse>;

/** Starts one. `given` are environment variables. */
export async function deskUnderTest(
  given: Record<string, string> = {},
  makeLine?: (desk: Desk) => LineParts,
  data = mkdtempSync(join(tmpdir(), "loa-desk-")),
  clock = new ManualClock(Date.UTC(2026, 4, 4, 1)),
): Promise<DeskUnderTest> {
  const environment = {
    LOA_DATA: data,
    LOA_DEMO: "true",
    LOA_DEMO_PASSWORD: PASSWORD,
    LOA_DEMO_STATIONS: "8",
    ...given,
  };
  const config = loadConfig(environment);
  const desk = await buildDesk(config, clock, silentLog);
  const server = await buildServer(desk, makeLine?.(desk));
  await desk.queue.resume();
  const end = async () => {
    desk.events.close();
    await server.close();
    await desk.close();
  };
  return {
    ...{ clock, config, desk, server },
    as: (username) => logIn(server, username),
    async restart() {
      await end();
      return deskUnderTest(given, makeLine, data, clock);
    },
    async close() {
      await end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function logIn(server: FastifyInstance, username: string): Promise<Ask> {
  const body = { username, password: PASSWORD };
  const answer = await server.inject({ method: "POST", url: "/api/v1/session", payload: body });
  const cookie = `${answer.cookies[0]?.name}=${answer.cookies[0]?.value}`;
  return async (method, path, sent, headers = {}) => {
    const request: InjectOptions = { method, url: `/api/v1${path}`, headers: { cookie, ...headers } };
    if (sent) request.payload = sent as NonNullable<InjectOptions["payload"]>;
    return server.inject(request);
  };
}
