import { join } from "node:path";
import type { Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { Fleet } from "./fleet.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { FleetServer } from "./fleet-server.ts";
import { muster } from "./muster.ts";

const SUMMARY_EVERY_MS = 10_000;

/** What a running fleet is given by the composition root. */
export interface FleetNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  /** Prints one JSON line on standard output. */
  print(line: object): void;
  /** The fleet cannot go on, or its time is over. */
  ended(error: Error | null): void;
}

/** Musters a fleet, has it connect, serves its counts and scripts, and returns what ends it. */
export async function startFleet(config: FleetConfig, needs: FleetNeeds): Promise<() => Promise<void>> {
  const { clock, log, print, ended } = needs;
  const { count, data, desk, port, script, seconds } = config;
  const file = join(data, "fleet", "identities.json");
  const began = clock.now();
  const kept = await muster({ count, file, desk, log, now: () => clock.now() });
  const musteredMs = Math.round(clock.now() - began);
  const fleet = new Fleet(kept, config, log, ended);
  const server = new FleetServer(fleet, log);
  const sim = await server.listen(port);
  const started = clock.now();
  fleet.start();
  const { workers, verify, assets } = config;
  print({
    event: "ready",
    sim,
    fleet: fleet.size,
    workers,
    verify,
    assets,
    session: kept.session,
    musteredMs,
  });
  const say = (event: string) => print({ event, atMs: Math.round(clock.now() - started), ...fleet.view() });
  const timers = [
    clock.every("summary", SUMMARY_EVERY_MS, () => say("summary")),
    ...script.map(({ atMs, deed, whom }) =>
      clock.at(`script ${deed.do}`, started + atMs, () => {
        print({ event: "script", ...deed, stations: fleet.do(deed, whom).length });
      }),
    ),
    ...(seconds === null ? [] : [clock.at("time is over", started + seconds * 1_000, () => ended(null))]),
  ];
  return async () => {
    for (const cancel of timers) cancel();
    say("ended");
    await server.close();
    await fleet.stop();
  };
}
