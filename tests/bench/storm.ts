import type { Bench, Row } from "./bench.ts";
import { atMost, RUNS, rest, stationsOr } from "./fleet/figures.ts";
import { cpuSeconds, HubAndFleet } from "./fleet/hub-and-fleet.ts";
import { BareMosquitto, hasMosquitto } from "./fleet/mosquitto.ts";

const STATIONS = stationsOr(5_000);
const RESTED_MS = 5_000;

interface Storms {
  readonly seconds: number[];
  readonly cpu: number[];
}

/**
 * Everybody comes back at once: the hub is killed and started again, until each station has its plan confirmed. Processor time counts from
 * the hub's start. Beside it bare clients at a Mosquitto that is killed and started again, until each has had one message taken.
 */
export const storm: Bench = {
  name: "storm",
  async run(): Promise<Row[]> {
    const plain = await storms(() => HubAndFleet.start({ stations: STATIONS, tls: false }));
    const secured = await storms(() => HubAndFleet.start({ stations: STATIONS, tls: true }));
    const peer = hasMosquitto() ? await mosquittoStorms() : null;
    return [
      atMost(`${STATIONS} stations back with plan confirmed, plain`, "s", plain.seconds, 12),
      atMost("hub's processor time till then, plain", "s", plain.cpu, 6),
      atMost("the same, TLS", "s", secured.seconds),
      atMost("hub's processor time till then, TLS", "s", secured.cpu),
      ...(peer
        ? [
            atMost("bare clients back at Mosquitto, plain", "s", peer.seconds),
            atMost("Mosquitto's processor time till then", "s", peer.cpu),
          ]
        : [atMost("Mosquitto", "s", [], undefined, "not installed")]),
    ];
  },
};

async function storms(start: () => Promise<HubAndFleet>): Promise<Storms> {
  const both = await start();
  return measured(both, async () => {
    await both.restartHub();
    await both.settled();
    return cpuSeconds(both.hubPid);
  });
}

async function mosquittoStorms(): Promise<Storms> {
  const bare = await BareMosquitto.start(STATIONS);
  return measured(bare, async () => {
    await bare.restart();
    await bare.allBack();
    return bare.cpuSeconds;
  });
}

/** Storms after each other; `once` answers the processor time it took. */
async function measured(what: { stop(): Promise<void> }, once: () => Promise<number>): Promise<Storms> {
  const storms: Storms = { seconds: [], cpu: [] };
  try {
    for (let run = 0; run < RUNS; run++) {
      await rest(RESTED_MS);
      const from = performance.now();
      const cpu = await once();
      storms.seconds.push((performance.now() - from) / 1_000);
      storms.cpu.push(cpu);
    }
    return storms;
  } finally {
    await what.stop();
  }
}
