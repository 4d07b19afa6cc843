import type { Answer, Person } from "../harness/api.ts";
import { until } from "../harness/until.ts";
import type { Bench, Row } from "./bench.ts";
import { atMost, RUNS, stationsOr } from "./fleet/figures.ts";
import { HubAndFleet } from "./fleet/hub-and-fleet.ts";

const STATIONS = stationsOr(1_000);
const WITHIN_MS = 60_000;

/** An alert that sounds everywhere is called back: from asking to silence at the last station, and until the hub knows it of all. */
export const recall: Bench = {
  name: "recall",
  async run(): Promise<Row[]> {
    const both = await HubAndFleet.start({ stations: STATIONS, tls: false });
    const [last, p99, acked]: [number[], number[], number[]] = [[], [], []];
    try {
      const admin = await both.commune.person("admin");
      for (let run = 0; run < RUNS; run++) {
        const before = (await both.fleet.view()).latencies.silent.count;
        const id = await sounding(admin);
        const [from, asked] = [performance.now(), Date.now()];
        await admin.post(`/alerts/${id}/recall`, {});
        await acknowledged(admin, id, asked);
        acked.push((performance.now() - from) / 1_000);
        const { latencies } = await until("all are silent", WITHIN_MS, async () => {
          const view = await both.fleet.view();
          return view.latencies.silent.count >= before + STATIONS ? view : null;
        });
        last.push(latencies.silent.maxMs / 1_000);
        p99.push(latencies.silent.p99Ms / 1_000);
      }
    } finally {
      await both.stop();
    }
    const sofar = "over all runs so far";
    return [
      atMost(`recall signed → silent at the last of ${STATIONS} stations`, "s", last, 1, sofar),
      atMost("recall signed → silent, 99th percentile", "s", p99, undefined, sofar),
      atMost("recall asked for → every station said that it is silent, stored", "s", acked),
    ];
  },
};

/** Has an alert sound everywhere; answers its id. */
async function sounding(admin: Person): Promise<string> {
  const { areaId } = (await admin.get("/me")).user;
  const { id }: Answer = await admin.post("/alerts", {
    ...{ kind: "actual", headline: "Đo", text: "Lũ đang lên.", targets: [{ areaId }] },
    ...{ repeat: 0, expiresInSeconds: 300 },
  });
  await until("all sound", WITHIN_MS, async () =>
    (await admin.get(`/alerts/${id}`)).counts.sounding === STATIONS ? true : null,
  );
  return id;
}

/** What a station said counts anew with each revision. */
const acknowledged = (admin: Person, id: string, since: number): Promise<true> =>
  until("all have acknowledged", WITHIN_MS, async () => {
    const { stations } = await admin.get(`/alerts/${id}`);
    return stations.every(({ receivedAt = 0 }: Answer) => receivedAt >= since) ? true : null;
  });
