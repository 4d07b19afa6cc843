import { minutes, seconds } from "@loa/kernel/units";
import type { AlertList } from "@loa/protocol/http/alerts";
import type { Static } from "typebox";
import { expect, test } from "vitest";
import { receiptOf } from "../link/test-station.fixture.ts";
import { eachWithLine, hub, send, shown, tales, there, told } from "./alerts.fixture.ts";

eachWithLine();

const ALARM = "button-01kqrnq24t6z63fmht02zcsp1q";
const alarm = (more: object = {}) => {
  const at = hub.clock.now();
  return { kind: "button-alarm", at, alertId: ALARM, endsBy: at + minutes(3), ...more };
};
const listed = async (query = "") =>
  ((await hub.ask("GET", `/alerts${query}`)).body as Static<typeof AlertList>).items.map(({ id }) => id);

test("an alarm of a pole shows as an alert of its own, once, and nothing is sent for it", async () => {
  const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
  await one.send("event", alarm());
  await one.send("event", alarm());
  await one.asksTime();
  expect(await listed()).toEqual([ALARM]);
  expect(await shown(ALARM)).toMatchObject({
    ...{ kind: "actual", origin: "button", state: "sent", tone: "siren", revision: 1 },
    ...{ headline: expect.stringContaining("Báo động"), createdBy: { id: "kim-lien-1" } },
    stations: [{ stationId: "kim-lien-1", state: "received" }],
  });
  expect(hub.audited.filter(({ action }) => action === "alert.button")).toMatchObject([
    { actor: "kim-lien-1", subject: ALARM },
  ]);
  await hub.clock.advance(seconds(90));
  one.end();
  const back = await there("kim-lien-1");
  for (const station of [two, back]) expect(await tales(station)).toEqual([]);
});

test.each([
  ["in the past", { at: 5_000, endsBy: 5_000 + minutes(3), ownTime: true }],
  ["in the future", { at: 4e12, endsBy: 4e12 + minutes(3) }],
])("by a clock %s that nobody believes it stands from now for its own time", async (_, times) => {
  const one = await there("kim-lien-1");
  await one.send("event", alarm(times));
  await one.asksTime();
  const { state, expiresAt } = await shown(ALARM);
  expect([state, expiresAt - hub.clock.now()]).toEqual(["sent", minutes(3)]);
  await hub.clock.advance(minutes(3));
  expect(await shown(ALARM)).toMatchObject({ state: "expired" });
});

test("its receipt belongs to it and ends it, days later as well, and after a restart of the hub", async () => {
  const one = await there("kim-lien-1");
  const at = hub.clock.now() - minutes(60 * 72);
  await one.send("event", alarm({ at, endsBy: at + minutes(3) }));
  await one.asksTime();
  expect(await shown(ALARM)).toMatchObject({ state: "expired" });
  await hub.clock.advance(seconds(5));
  const { broadcastId: _, ...receipt } = receiptOf("r-1", "", { startedAt: at, endedAt: at + minutes(3) });
  await one.send("receipt", { receipts: [{ ...receipt, alertId: ALARM, segment: 3 }] });
  await one.nextCommand("receipts-stored");
  const ended = {
    ...{ state: "done", stations: [{ stationId: "kim-lien-1", state: "done" }] },
    playouts: [{ stationId: "kim-lien-1", outcome: "played" }],
  };
  expect(await shown(ALARM)).toMatchObject(ended);
  await hub.clock.advance(seconds(2));
  one.end();
  await hub.restart();
  expect(await shown(ALARM)).toMatchObject(ended);
});

test("it is neither recalled nor updated from afar, and no later alert ends it", async () => {
  const one = await there("kim-lien-1");
  await one.send("event", alarm());
  await one.asksTime();
  for (const [what, body] of [
    ["recall", {}],
    ["update", { repeat: 1 }],
  ] as const)
    expect(await hub.ask("POST", `/alerts/${ALARM}/${what}`, body)).toMatchObject({
      body: { code: "CONFLICT" },
    });
  expect(await send({ supersedes: [ALARM] })).toMatchObject({ body: { code: "CONFLICT" } });
  expect(await tales(one)).toEqual([]);
});

test("it stands in the list by its time, among those of the desk", async () => {
  const one = await there("kim-lien-1");
  const first = (await send()).body.id as string;
  await told(one);
  await hub.clock.advance(1_000);
  const { newId } = await import("@loa/kernel/ids");
  const alertId = newId("button", hub.clock.now());
  await one.send("event", alarm({ alertId }));
  await one.asksTime();
  await hub.clock.advance(1_000);
  const last = (await send()).body.id as string;
  expect(await listed()).toEqual([last, alertId, first]);
  await hub.clock.advance(2_000);
  const pages: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const { body } = await hub.ask("GET", `/alerts?limit=1${next && `&cursor=${next}`}`);
    pages.push(...body.items.map(({ id }: { id: string }) => id));
    next = body.next;
  }
  expect(pages).toEqual([last, alertId, first]);
});

test("a station can neither take over an alert by its alarm, nor name it otherwise", async () => {
  const one = await there("kim-lien-1");
  const { id } = (await send()).body;
  await one.send("event", alarm({ alertId: id }));
  await one.send("event", alarm({ alertId: "al-forged" }));
  await one.asksTime();
  expect(await listed()).toEqual([id]);
  expect(await shown(id)).toMatchObject({ origin: "desk" });
});

test("a stolen station cannot fill the board: of its alarms only so many an hour count, and those of others as before", async () => {
  const [stolen, other] = [await there("kim-lien-1"), await there("kim-lien-2")];
  const flood = async (from: number) => {
    for (let n = from; n < from + 40; n++) await stolen.send("event", alarm({ alertId: `button-${n}` }));
    await stolen.asksTime();
  };
  await flood(100);
  const counted = (await listed("?limit=100")).length;
  expect(counted).toBe(30);
  await other.send("event", alarm());
  await other.asksTime();
  expect(await listed("?limit=100")).toContain(ALARM);
  await hub.clock.advance(minutes(61));
  await stolen.send("event", alarm({ alertId: "button-200" }));
  await stolen.asksTime();
  expect(await listed("?limit=100")).toContain("button-200");
});
