import type { Alert } from "@loa/protocol/alert";
import { type Envelope, type SignedKind, type Signer, sign } from "@loa/protocol/envelope";
import { timeReply } from "@loa/protocol/time";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer } from "../harness/api.ts";
import { AREA_PATH, enrolByHand } from "../harness/by-hand.ts";
import { Commune } from "../harness/commune.ts";
import { HostileHub } from "../harness/hostile-hub.ts";
import { envelope, keySetOf, tampered, testKeys } from "../harness/test-keys.ts";
import { until, untilTime } from "../harness/until.ts";

const ID = "tram-gia-mao-01";
const TOPIC = `loa/1/area/${AREA_PATH[1]}/alert`;

const keys = testKeys();
const hub = new HostileHub();
const commune = new Commune([{ id: ID }]);
let number = 0;

beforeAll(async () => {
  await Promise.all([hub.start(), commune.startSim()]);
  const secret = enrolByHand(commune, ID, hub, keys, await keySetOf(keys, 2));
  commune.writeStation(ID, {});
  hub.answersTime = ({ nonce, t1 }) => {
    const now = performance.timeOrigin + performance.now();
    return [timeReply(secret, { nonce, t1, t2: now, t3: now })];
  };
  await commune.startStation(ID).ready;
  await until("birth", 10_000, () => hub.since(0, ID, "birth")[0]);
}, 60_000);

afterAll(async () => {
  await commune.stop();
  await hub.close();
});

const alertOf = (more: Partial<Alert> = {}): Alert => ({
  ...{ alertId: `al-gia-${++number}`, revision: 1, kind: "actual", action: "alert", supersedes: [] },
  ...{ sound: [{ kind: "tone", tone: "wail", durationMs: 3_000 }], repeat: 1, startAt: Date.now() + 200 },
  ...{
    zones: [],
    headline: "Giả",
    language: "vi",
    expires: Date.now() + 60_000,
    maxSoundMinutes: 1,
    except: [],
  },
  ...more,
});
const signed = (
  signer: Signer,
  alert: Alert,
  more: Partial<Envelope> = {},
  kind: SignedKind = "alert",
): Promise<string> => sign(kind, signer, envelope([AREA_PATH[1] ?? ""], alert, more));

const closings = async (since: number) =>
  (await commune.simEvents(ID, since)).filter(({ type, closed }: Answer) => type === "relay" && closed);

const past = Date.now() / 1_000 - 120;

test.each<[string, string, () => Promise<string>]>([
  ["signed by a stranger", "KEY_UNKNOWN", () => signed(keys.stranger, alertOf())],
  ["signed by the key of plans", "KEY_USE_WRONG", () => signed(keys.plan, alertOf())],
  ["an actual alert under the key of exercises", "KEY_USE_WRONG", () => signed(keys.exercise, alertOf())],
  [
    "an actual alert that travels as an exercise",
    "KEY_USE_WRONG",
    () => signed(keys.exercise, alertOf(), {}, "exercise"),
  ],
  [
    "an exercise with the siren",
    "SIREN_NOT_ALLOWED",
    () => signed(keys.exercise, alertOf({ kind: "exercise" }), {}, "exercise"),
  ],
  [
    "changed on its way",
    "SIGNATURE_INVALID",
    async () =>
      tampered(await signed(keys.alert, alertOf()), (whole) => ({ ...whole, body: alertOf({ repeat: 9 }) })),
  ],
  ["for another commune", "AUDIENCE_WRONG", () => signed(keys.alert, alertOf(), { aud: ["xa-khac"] })],
  ["of two minutes ago", "EXPIRED", () => signed(keys.alert, alertOf(), { iat: past - 60, exp: past })],
])("an alert %s moves no relay, and is refused as %s", async (_, code, make) => {
  const [place, since] = [hub.heard.length, Date.now()];
  await hub.send(TOPIC, await make());
  expect(await hub.ack(place, ID, ({ state }) => state === "rejected", 20_000)).toMatchObject({ code });
  await untilTime(Date.now() + 700);
  expect(await closings(since)).toEqual([]);
});

test("and the true one sounds, once: sent again, it is only acknowledged", async () => {
  const [place, since] = [hub.heard.length, Date.now()];
  const alert = alertOf({ startAt: Date.now() + 3_000 });
  const compact = await signed(keys.alert, alert);
  await hub.send(TOPIC, compact);
  await hub.ack(place, ID, ({ id, state }) => id === alert.alertId && state === "finished", 20_000);
  const sounded = await closings(since);
  expect(sounded.length).toBeGreaterThan(0);
  const again = hub.heard.length;
  await hub.send(TOPIC, compact);
  await hub.ack(again, ID, ({ id, state }) => id === alert.alertId && state === "received", 20_000);
  await untilTime(Date.now() + 700);
  expect(await closings(since)).toEqual(sounded);
});
