import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seconds } from "@loa/kernel/units";
import { type Alert, Alert as AlertSchema, type AlertSound } from "@loa/protocol/alert";
import { kindOf, verify } from "@loa/protocol/envelope";
import type { AlertDetail } from "@loa/protocol/http/alerts";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { LineUnderTest, spokenIn } from "../link/line-under-test.fixture.ts";
import { TestStation } from "../link/test-station.fixture.ts";
import type { AlertSpeech } from "../media/alert-speech.ts";
import type { Actor } from "../ports.ts";

/** The line of the test that runs. */
export let hub: LineUnderTest;
let stations: TestStation[] = [];

/** Speaks for all lines of the file: what one has said is ready for the others, as it is for a hub that runs on. */
export let voice: AlertSpeech;

/** Gives every test of the file a line and stations of its own. */
export function eachWithLine(): void {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "loa-spoken-"));
    voice = spokenIn(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    hub = await LineUnderTest.start("on", voice);
  });
  afterEach(async () => {
    for (const station of stations) station.end();
    stations = [];
    await hub.end();
  });
}

export const FLOOD = {
  kind: "actual",
  headline: "Lũ đang lên",
  text: "Lũ đang lên. Lên ngay nơi cao.",
  targets: [{ areaId: "kim-lien" }],
  expiresInSeconds: 600,
};
export const OPERATOR: Actor = { userId: "u-2", name: "Minh", role: "operator", areaId: "nam-dan" };

export const send = (more: object = {}) => hub.ask("POST", "/alerts", { ...FLOOD, ...more });
export const shown = async (id: string) => (await hub.ask("GET", `/alerts/${id}`)).body as AlertDetail;
export const stateOf = async (id: string, station: string) =>
  (await shown(id)).stations.find(({ stationId }) => stationId === station);

export const there = async (id: string, birth: object = {}): Promise<TestStation> => {
  const station = await TestStation.connected(hub, id);
  stations.push(station);
  await station.born(birth);
  await station.nextPlan();
  await station.ackPlan();
  await station.asksTime();
  return station;
};

type Told = { alert: Alert; topic: string; typ: string | null };
const read = async (
  station: TestStation,
  { topic, text }: { topic: string; text: string },
): Promise<Told> => {
  const kind = kindOf(text) === "exercise" ? "exercise" : "alert";
  const { body } = await verify(kind, AlertSchema, text, await station.trust());
  return { alert: body, topic, typ: kindOf(text) };
};
export const told = async (station: TestStation): Promise<Told> =>
  read(station, await station.next(({ topic }) => topic.endsWith("/alert")));
export const tales = async (station: TestStation) =>
  (await station.inbox()).filter(({ topic }) => topic.endsWith("/alert"));
export const says = async (
  station: TestStation,
  { alertId: id, revision }: Alert,
  state: string,
  code?: string,
) => {
  await station.send("ack", { id, revision, state, at: hub.clock.now(), ...(code && { code }) });
  await station.asksTime();
};
export const words = (sounds: readonly AlertSound[]) => sounds.filter(({ kind }) => kind === "opus");

/** Whether a recall could speak at once. */
export async function correctionIsReady(id: string): Promise<boolean> {
  await hub.clock.advance(seconds(1));
  const { rows } = await sql<{ bodyJson: string }>`SELECT body_json FROM alerts WHERE id = ${id}`.execute(
    hub.database,
  );
  return JSON.parse(rows[0]?.bodyJson ?? "{}").correction !== null;
}
