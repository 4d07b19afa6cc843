import { LoaError } from "@loa/kernel/errors";
import { SystemClock } from "@loa/kernel/system-clock";
import pino from "pino";
import { loadConfig } from "./config.ts";
import { startHub } from "./hub.ts";
import { createLine } from "./line.ts";

try {
  const config = loadConfig(process.env);
  const log = pino({ level: config.logLevel, base: { part: "hub" } }, pino.destination(2));
  const hub = await startHub(config, new SystemClock(), log, createLine);
  console.log(JSON.stringify(hub.ready));
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
