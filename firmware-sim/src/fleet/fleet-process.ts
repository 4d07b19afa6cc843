import { SystemClock } from "@loa/kernel/system-clock";
import { stderrLog } from "../stderr-log.ts";
import { Crew } from "./crew.ts";
import type { CrewReport, ToCrew } from "./fleet-messages.ts";
import { LightStation } from "./light-station.ts";
import { Reception } from "./reception.ts";
import { Sampler } from "./sampler.ts";

const TICK_MS = 10;
const REPORT_EVERY_MS = 500;
/** Goodbyes get this long to go out. */
const END_AFTER_MS = 300;

const clock = new SystemClock();
const stations = new Map<string, LightStation>();
let crew: Crew | null = null;

process.on("message", (message: ToCrew) => {
  switch (message.say) {
    case "crew": {
      const { hub, session, verify } = message;
      const reception = new Reception(new Sampler(verify));
      crew = new Crew({ clock, log: stderrLog, hub, session, reception });
      return;
    }
    case "stations":
      for (const { fetches, ...identity } of message.stations)
        if (crew) stations.set(identity.station, new LightStation(identity, crew, fetches));
      return;
    case "start":
      for (const station of stations.values()) station.start(message.withinMs);
      clock.every("tick", TICK_MS, () => crew?.tick());
      clock.every("report", REPORT_EVERY_MS, report);
      report();
      return;
    case "deed":
      for (const id of message.stations) stations.get(id)?.do(message.deed);
      report();
      return;
    case "end":
      for (const station of stations.values()) station.end();
      report();
      clock.at("end", clock.now() + END_AFTER_MS, () => process.exit(0));
  }
});
// The parent ended without a word: there is nobody left to stand for.
process.on("disconnect", () => process.exit(0));
// The terminal's Ctrl-C reaches the whole group; the parent says when to end.
process.on("SIGINT", () => {});

function report(): void {
  if (!crew) return;
  const states: Record<string, number> = {};
  let [confirmed, onAir, alerting, receiptsUnsent] = [0, 0, 0, 0];
  for (const { state } of stations.values()) {
    const how =
      state.behaviour.kind === "freeze" ? "frozen" : state.behaviour.kind === "away" ? "away" : state.link;
    states[how] = (states[how] ?? 0) + 1;
    if (state.confirmed) confirmed++;
    if (state.onAir || state.alertOnAir !== null) onAir++;
    if (state.alertOnAir !== null) alerting++;
    receiptsUnsent += state.unsent.length;
  }
  const { user, system } = process.cpuUsage();
  process.send?.({
    say: "report",
    ...{ states, confirmed, onAir, alerting, receiptsUnsent },
    counts: crew.counts,
    latencies: crew.latencies,
    verified: crew.reception.verified,
    rssBytes: process.memoryUsage.rss(),
    cpuMs: Math.round((user + system) / 1_000),
  } satisfies CrewReport);
}
