import { existsSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import { SystemClock } from "@loa/kernel/system-clock";
import pino from "pino";
import { loadConfig } from "./config.ts";

/** A hub that comes back has thousands of stations to answer first. */
const KEEP_COMPILED_AFTER_MS = 120_000;

try {
  const config = loadConfig(process.env);
  // A hub that comes back after a fault has thousands of stations waiting: what was compiled once is kept.
  const compiled = join(config.data, "compiled");
  const isFirst = !existsSync(compiled);
  enableCompileCache(compiled);
  const [{ startHub }, { createLine }] = await Promise.all([import("./hub.ts"), import("./line.ts")]);
  const log = pino({ level: config.logLevel, base: { part: "hub" } }, pino.destination(2));
  // What nobody waited for has failed; that must not silence a province.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "something failed unseen"));
  const hub = await startHub(config, new SystemClock(), log, createLine);
  console.log(JSON.stringify(hub.ready));
  if (isFirst) flushCompileCache();
  else setTimeout(flushCompileCache, KEEP_COMPILED_AFTER_MS).unref();
  if (hub.demoPassword !== null)
    log.info(`demo accounts: admin, tinh, huyen, huyen2, xa, xa2, kythuat; password ${hub.demoPassword}`);
  const stop = () => {
    hub.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
} catch (error) {
  const known = error instanceof LoaError;
  console.error(known ? `${error.code}: ${error.message}` : error);
  process.exit(1);
}
