import { codeOf } from "@loa/kernel/errors";
import { SystemClock } from "@loa/kernel/system-clock";
import { readConfig, type SimConfig } from "./config.ts";
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

try {
  const stop = await start(readConfig(process.env, process.argv.slice(2)));
  const end = () => {
    void stop().then(() => process.exit(0));
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
} catch (error) {
  stderrLog.error({ code: codeOf(error), error }, "the simulator did not start");
  process.exit(1);
}
