import { LoopbackSource } from "@loa/hub/interop/cap/loopback-source.fixture";
import { SIRENS } from "@loa/protocol/alert";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keptAlert, samplesOf, wordsHeard } from "../harness/alert-sound.ts";
import type { Answer, Person } from "../harness/api.ts";
import { BUREAU, CAP_PLACES, following, stormMessage, writeCap } from "../harness/cap-messages.ts";
import { Commune } from "../harness/commune.ts";
import { followed } from "../harness/followed.ts";
import { recordingAt } from "../harness/recording-at.ts";
import { until, untilTime } from "../harness/until.ts";

const STATION = "tram-cho-01";

let source: LoopbackSource;
let commune: Commune;
let operator: Person;

beforeAll(async () => {
  source = await LoopbackSource.start();
  const sources = [
    {
      ...{ name: "Đài khí tượng", url: `${source.base}/feed`, everySeconds: 1, areaId: "nghe-an" },
      ...{ allowPrivate: true, ...CAP_PLACES },
      rules: [
        { verdict: "air", senders: [BUREAU], severity: ["Severe"] },
        { verdict: "air", senders: [BUREAU], status: ["Exercise"] },
      ],
    },
  ];
  commune = await new Commune([{ id: STATION }], { LOA_CAP_SOURCES: JSON.stringify(sources) }).start();
  operator = await commune.person("huyen");
}, 150_000);

afterAll(async () => {
  await commune?.stop();
  await source?.end();
});

/** The message of an identifier, once it is so far. */
const received = (identifier: string, state: string): Promise<Answer> =>
  until(`${identifier} ${state}`, 30_000, async () => {
    const { items } = await operator.get("/alerts/cap");
    return items.find((one: Answer) => one.identifier === identifier && one.state === state) ?? null;
  });
const stationIs = (id: string, ...states: string[]): Promise<Answer> =>
  until(`${id} ${states}`, 40_000, async () => {
    const [row] = (await operator.get(`/alerts/${id}`)).stations;
    return states.includes(row.state) ? row : null;
  });
const publish = (alert: Parameters<typeof writeCap>[0]) =>
  source.publish(alert.identifier, writeCap(alert), Date.now());

test("a polled alert is aired by its rule and heard; its cancel silences it and speaks the correction", async () => {
  const storm = stormMessage();
  publish(storm);
  const { alertId } = await received(storm.identifier, "aired");
  await stationIs(alertId, "sounding");
  const { issue } = keptAlert(commune, alertId);
  await until("the correction's words", 15_000, () => keptAlert(commune, alertId).correction);
  const words = issue.startAt + 8_400;
  await untilTime(words + issue.sound.find(({ kind }: Answer) => kind === "opus").durationMs + 500);
  publish(following(storm, { msgType: "Cancel", infos: [] }));
  await received(storm.identifier, "ended");
  await stationIs(alertId, "done");
  const { issue: recall } = keptAlert(commune, alertId);
  expect(recall.action).toBe("recall");
  const first = await recordingAt(commune, STATION, "z1", issue.startAt + 2_000);
  const round = samplesOf(issue.sound);
  expect(followed(first, round, issue.startAt, { fromMs: 2_000, toMs: 8_000 }).worst).toBeGreaterThan(0.9);
  expect(wordsHeard(first, issue.sound, issue.startAt)[0]?.worst).toBeGreaterThan(0.9);
  const corrected = await recordingAt(commune, STATION, "z1", recall.startAt + 3_000);
  expect(wordsHeard(corrected, recall.correction, recall.startAt)[0]?.worst).toBeGreaterThan(0.9);
}, 120_000);

test("an exercise is marked and never sounds the siren; one that waits sounds once it is taken up", async () => {
  const drill = stormMessage({ status: "Exercise" }, { headline: "Diễn tập bão" });
  const doubtful = stormMessage({}, { severity: "Moderate", headline: "Mưa lớn", description: null });
  publish(drill);
  const { alertId } = await received(drill.identifier, "aired");
  const { issue, kind } = keptAlert(commune, alertId);
  expect(kind).toBe("exercise");
  expect(issue.sound.filter(({ tone }: Answer) => SIRENS.has(tone))).toEqual([]);
  await stationIs(alertId, "done");
  const recording = await recordingAt(commune, STATION, "z1", issue.startAt + 3_000);
  const heard = wordsHeard(recording, issue.sound, issue.startAt);
  expect(heard).toHaveLength(3);
  for (const { worst } of heard) expect(worst).toBeGreaterThan(0.9);

  publish(doubtful);
  const waits = await received(doubtful.identifier, "waiting");
  expect((await operator.get(`/alerts/${waits.alertId}`)).stations[0].state).toBe("sent");
  expect(keptAlert(commune, waits.alertId).issue).toBe(null);
  await operator.post(`/alerts/${waits.alertId}/confirm`);
  const taken = keptAlert(commune, waits.alertId).issue;
  // The first of its rounds is listened to.
  await untilTime(taken.startAt + taken.sound.reduce((sum: number, one: Answer) => sum + one.durationMs, 0));
  await operator.post(`/alerts/${waits.alertId}/recall`, { text: "Hết mưa." });
  await stationIs(waits.alertId, "done");
  const second = await recordingAt(commune, STATION, "z1", taken.startAt + 3_000);
  expect(wordsHeard(second, taken.sound, taken.startAt)[0]?.worst).toBeGreaterThan(0.9);
}, 150_000);
