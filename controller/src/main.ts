import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "@loa/kernel/errors";
import { SystemClock } from "@loa/kernel/system-clock";
import pino from "pino";
import { ChildAudioEngine } from "./audio/engine.ts";
import { readConfig, type StationConfig } from "./config.ts";
import { FirmataBoard } from "./hardware/firmata-board.ts";
import { type Identity, loadIdentity, saveIdentity } from "./link/identity.ts";
import { momentOfMachine } from "./link/machine.ts";
import { Station } from "./station.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Who this station is: kept from before, or learnt now by the label's one-time code. */
async function identify(config: StationConfig): Promise<Identity> {
  const kept = loadIdentity(config.data, config.station);
  if (kept) return kept;
  const { enrol, readLabel } = await import("./link/enrol.ts");
  if (!config.label)
    throw new Error(
      `${config.station} is not enrolled: give its label (LOA_LABEL or label: in station.yaml)`,
    );
  const identity = await enrol(readLabel(config.label));
  saveIdentity(config.data, identity);
  return identity;
}

async function main(): Promise<void> {
  const file = process.argv[2] ?? process.env.LOA_CONFIG ?? "station.yaml";
  const config = readConfig(file, process.env);
  const clock = new SystemClock();
  const log = pino({ level: config.logLevel, base: { station: config.station } }, pino.destination(2));
  const identity = await identify(config);
  const compileCache = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), "loa-compile-cache");
  const hardware = new FirmataBoard(config.board, clock, log);
  const audio = new ChildAudioEngine({ config: config.audio, clock, log, compileCache });
  const station = new Station({
    ...{ config, identity, software: `loa ${version}`, clock, log, hardware, audio },
    moment: momentOfMachine,
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => {
      void station.close().finally(() => process.exit(0));
    });
  await station.start();
  process.stdout.write(
    `${JSON.stringify({ event: "ready", station: config.station, planRevision: station.planRevision })}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${codeOf(error)}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
