import { codeOf } from "@loa/kernel/errors";
import { SystemClock } from "@loa/kernel/system-clock";
import { readConfig, readPlace, type SimConfig } from "./config.ts";
import { readFleetConfig } from "./fleet/fleet-config.ts";
import { startFleet } from "./fleet/start-fleet.ts";
import { SimServer } from "./sim-server.ts";
import { StallGuard } from "./stall-guard.ts";
import { Station } from "./station.ts";
import { stderrLog } from "./stderr-log.ts";

/** One tick for all stations: the sound cards' STATUS period. */
const TICK_MS = 10;

/** Starts the simulated stations and returns what ends them. */
async function start({ data, port, stations: options }: SimConfig): Promise<() => Promise<void>> {
  const clock = new SystemClock();
  const guard = new StallGuard(() => clock.now());
  const surroundings = { data, log: stderrLog, now: () => guard.now(), chance: Math.random };
  const stations = options.map((station) => new Station(station, surroundings));
  const server = new SimServer(stations, stderrLog);
  await Promise.all(stations.map((station) => station.start()));
  const sim = await server.listen(port);
  const stopTicking = clock.every("tick", TICK_MS, () =>
    guard.tick(() => {
      for (const station of stations) station.tick();
    }),
  );
  printReady(sim, stations);
  return async () => {
    stopTicking();
    await server.close();
    await Promise.all(stations.map((station) => station.close()));
  };
}

function printReady(sim: string, stations: readonly Station[]): void {
  const list = stations.map(({ options, boardLink, cardPath }) => ({
    stationId: options.stationId,
    board: boardLink,
    card: cardPath,
  }));
  process.stdout.write(`${JSON.stringify({ event: "ready", sim, stations: list })}\n`);
}

/** Starts a fleet of light stations; it ends by itself when its time is over. */
function startLight(args: readonly string[]): Promise<() => Promise<void>> {
  const config = readFleetConfig(args, process.env, readPlace(process.env));
  return startFleet(config, {
    clock: new SystemClock(),
    log: stderrLog,
    print: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
    ended: (error) => {
      if (error) stderrLog.error({ error }, "the fleet cannot go on");
      end(error ? 1 : 0);
    },
  });
}

let stop: () => Promise<void> = async () => {};
let ending = false;

function end(code: number): void {
  if (ending) return;
  ending = true;
  void stop().finally(() => process.exit(code));
}

process.on("SIGTERM", () => end(0));
process.on("SIGINT", () => end(0));
try {
  const args = process.argv.slice(2);
  const isFleet = args.some((one) => one === "--fleet" || one.startsWith("--fleet="));
  stop = isFleet ? await startLight(args) : await start(readConfig(process.env, args));
} catch (error) {
  stderrLog.error({ code: codeOf(error), error }, "the simulator did not start");
  process.exit(1);
}
