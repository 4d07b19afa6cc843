import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Alert } from "@loa/protocol/alert";
import { sign } from "@loa/protocol/envelope";
import { timeReply } from "@loa/protocol/time";
import { AREA_PATH, enrolByHand } from "../harness/by-hand.ts";
import { Commune } from "../harness/commune.ts";
import { HostileHub } from "../harness/hostile-hub.ts";
import { envelope, keySetOf, type TestKeys, testKeys } from "../harness/test-keys.ts";
import { until } from "../harness/until.ts";
import type { Bench, Row } from "./bench.ts";
import { CardTap } from "./start/card-tap.ts";

const ID = "tram-do-bat-dau-01";
const RUNS = 5;
const ALERTS = 30;
const BAR_MS = 60;
const AREA = AREA_PATH[1] ?? "";
/** Relays that need no time, so that the way of the message and the sound is all there is. */
const AT_ONCE = { warmUpMs: 0, zoneLeadMs: 50, tailMs: 0, idleOffMs: 0 };

/** Alert handed to the broker → first audio block at the sound card of an idle station, a real controller with its audio process. */
export const start: Bench = {
  name: "start",
  async run(): Promise<Row[]> {
    const [keys, hub, commune] = [testKeys(), new HostileHub(), new Commune([{ id: ID }])];
    const tap = new CardTap(join(commune.folder, "tap.sock"), join(commune.simData, "sim", ID, "card.sock"));
    try {
      await begin(keys, hub, commune, tap);
      return await measure(keys, hub, tap);
    } finally {
      await commune.stop();
      await hub.close();
      await tap.close().catch(() => {});
    }
  },
};

async function begin(keys: TestKeys, hub: HostileHub, commune: Commune, tap: CardTap): Promise<void> {
  await Promise.all([hub.start(), commune.startSim(), tap.listen()]);
  const secret = enrolByHand(commune, ID, hub, keys, await keySetOf(keys, 2));
  const audio = { output: "socket", device: join(commune.folder, "tap.sock") };
  commune.writeStation(ID, { amplifier: AT_ONCE, audio });
  hub.answersTime = ({ nonce, t1 }) => {
    const now = performance.timeOrigin + performance.now();
    return [timeReply(secret, { nonce, t1, t2: now, t3: now })];
  };
  await commune.startStation(ID).ready;
  await until("birth", 10_000, () => hub.since(0, ID, "birth")[0]);
  // The card's stream settles, and both processes have run what they are about to run.
  await wait(5_000);
  for (let n = 0; n < 3; n++) await startMs(keys, hub, tap, `al-quen-${n}`);
}

async function measure(keys: TestKeys, hub: HostileHub, tap: CardTap): Promise<Row[]> {
  const [middle, late, worst]: number[][] = [[], [], []];
  for (let run = 0; run < RUNS; run++) {
    const taken: number[] = [];
    for (let n = 0; n < ALERTS; n++) taken.push(await startMs(keys, hub, tap, `al-${run}-${n}`));
    const sorted = taken.sort((a, b) => a - b);
    middle?.push(sorted[Math.floor(ALERTS * 0.5)] ?? Number.NaN);
    late?.push(sorted[Math.floor(ALERTS * 0.95)] ?? Number.NaN);
    worst?.push(sorted.at(-1) ?? Number.NaN);
  }
  const p95 = late?.toSorted((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
  return [
    { measure: "alert to the broker → first block at the card, p50", unit: "ms", values: middle ?? [] },
    { measure: "p95", unit: "ms", values: late ?? [], bar: `≤ ${BAR_MS}`, reached: p95 <= BAR_MS },
    { measure: "worst", unit: "ms", values: worst ?? [] },
  ];
}

/** One alert at an idle station; returns when the station is idle again. */
async function startMs(keys: TestKeys, hub: HostileHub, tap: CardTap, alertId: string): Promise<number> {
  const now = performance.timeOrigin + performance.now();
  const alert: Alert = {
    ...{ alertId, revision: 1, kind: "actual", action: "alert", supersedes: [] },
    ...{ sound: [{ kind: "tone", tone: "wail", durationMs: 600 }], repeat: 1, startAt: now },
    ...{ zones: [], headline: "Đo", language: "vi", expires: now + 60_000, maxSoundMinutes: 1, except: [] },
  };
  const compact = await sign("alert", keys.alert, envelope([AREA], alert));
  const [place, sounds] = [hub.heard.length, tap.nextSound()];
  const from = performance.now();
  await hub.send(`loa/1/area/${AREA}/alert`, compact);
  const took = (await sounds) - from;
  // The first block of what begins at once is missing: that is no whole alert.
  const over = (state: string) => state === "finished" || state === "failed";
  await hub.ack(place, ID, ({ id, state }) => id === alertId && over(state), 10_000);
  await wait(300 + 300 * Math.random());
  return took;
}
