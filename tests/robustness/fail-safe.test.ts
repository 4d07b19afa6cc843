import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { speech } from "../harness/sound.ts";
import { until, untilTime } from "../harness/until.ts";

const ID = "tram-an-toan-01";
/** From its reset a board is lost, boots, and is taken up again. */
const BOOTED_MS = 2_500;
let commune: Commune;
let announcement: Answer;
let last: Answer | undefined;

beforeAll(async () => {
  commune = await new Commune([{ id: ID }]).start();
  const text = "Đây là bản tin dài để thử. ".repeat(7);
  announcement = await approved(commune, "Bản tin thử", speech(commune.folder, "thu.mp3", text), "thu.mp3");
}, 120_000);

afterAll(() => commune?.stop());

/** Schedules, waits until it is 2 s on air, and returns the broadcast. */
async function onAir(): Promise<Answer> {
  const staff = await commune.person("xa");
  const broadcast = await scheduled(staff, announcement.id, [{ stationId: ID }], 6_000);
  last = broadcast;
  await confirmed(staff, broadcast.id);
  await untilTime(broadcast.startAt + 2_000);
  expect(await commune.truth(ID)).toMatchObject({
    amplifier: "on",
    zones: [{ closed: true }, { closed: true }],
  });
  return broadcast;
}

afterEach(async () => {
  const staff = await commune.person("xa");
  if (last) await staff.post(`/broadcasts/${last.id}/stop`).catch(() => {});
  await until("amplifier off", 20_000, async () =>
    (await commune.truth(ID)).amplifier === "off" ? true : null,
  );
});

test.each(["SIGSTOP", "SIGKILL"] as const)(
  "%s of the controller on air: the amplifier drops within 3 s",
  async (signal) => {
    await onAir();
    const at = Date.now();
    commune.part(ID).kill(signal);
    const dropped = await until("amplifier off", 6_000, async () =>
      (await commune.simEvents(ID, at)).find(({ type, state }) => type === "amplifier" && state === "off"),
    );
    expect(dropped.at - at).toBeLessThan(3_000);
    if (signal === "SIGSTOP") commune.part(ID).kill("SIGKILL");
    await commune.part(ID).ended;
    await commune.startStation(ID).ready;
    await commune.online(ID);
  },
);

test("a board that resets while idle closes nothing", async () => {
  const at = Date.now();
  await commune.disturb(ID, "reset");
  await until("a heartbeat after the board has booted", 15_000, async () =>
    Date.now() - (await commune.truth(ID)).heartbeatAgeMs > at + BOOTED_MS ? true : null,
  );
  await untilTime(Date.now() + 1_500);
  const events = await commune.simEvents(ID, at);
  expect(events.some(({ type }) => type === "board-reset")).toBe(true);
  expect(events.filter(({ type, closed }) => type === "relay" && closed)).toEqual([]);
});

test("a board that resets on air opens everything at once; the station joins again in sequence and says so", async () => {
  const broadcast = await onAir();
  const at = Date.now();
  await commune.disturb(ID, "reset");
  const events = await until("joined again", 15_000, async () => {
    const list = await commune.simEvents(ID, at - 50);
    return list.some(({ type, relay, closed }) => type === "relay" && relay === "z1" && closed) ? list : null;
  });
  const order = events.map(({ type, relay, closed, state }) =>
    type === "relay"
      ? `${relay} ${closed ? "closes" : "opens"}`
      : type === "amplifier"
        ? `amplifier is ${state}`
        : "",
  );
  expect(order.indexOf("z1 opens")).toBeGreaterThanOrEqual(0);
  expect(order.lastIndexOf("amplifier is on")).toBeGreaterThan(order.indexOf("z1 opens"));
  expect(order.lastIndexOf("z1 closes")).toBeGreaterThan(order.lastIndexOf("amplifier is on"));
  const staff = await commune.person("xa");
  const [playout] = await proven(staff, broadcast.id, 1, 60_000);
  expect(playout).toMatchObject({ outcome: "partial", code: "BOARD_LOST" });
});
