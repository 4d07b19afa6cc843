import { minutes, seconds } from "@loa/kernel/units";
import { claimedEnvelope, type Envelope } from "@loa/protocol/envelope";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  eachWithLine,
  hub,
  says,
  send,
  shown,
  stateOf,
  tales,
  there,
  told,
  words,
} from "../alerts/alerts.fixture.ts";
import { station as record } from "../link/line-under-test.fixture.ts";
import { receiptOf } from "../link/test-station.fixture.ts";

eachWithLine();

describe("an alert", () => {
  test("is signed once for the area, starts after the lead, and speaks within the message", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { status, body } = await send();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: "sent",
      revision: 1,
      tone: "siren",
      counts: { stations: 2, sent: 2 },
    });
    for (const station of [one, two]) {
      const { alert, topic, typ } = await told(station);
      expect([topic, typ]).toEqual(["loa/1/area/kim-lien/alert", "alert"]);
      expect(alert).toMatchObject({
        kind: "actual",
        startAt: hub.clock.now() + 300,
        zones: [],
        except: [],
        repeat: 3,
      });
      expect(alert.sound[0]).toMatchObject({ kind: "tone", tone: "wail" });
      const [speech] = words(alert.sound);
      expect(Buffer.from((speech as { data: string }).data, "base64").toString("latin1", 0, 4)).toBe("OggS");
      expect(speech!.durationMs).toBeGreaterThan(1_500);
      expect(await tales(station)).toHaveLength(0);
    }
  });

  test("goes from sent over received, ready and sounding to done, as each station says", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { id } = (await send()).body;
    const { alert } = await told(one);
    for (const [ack, state] of [
      ["received", "received"],
      ["ready", "ready"],
      ["started", "sounding"],
      ["finished", "done"],
    ] as const) {
      await says(one, alert, ack);
      expect(await stateOf(id, one.id)).toMatchObject({ state });
    }
    expect(await shown(id)).toMatchObject({ state: "sent", counts: { done: 1, sent: 1 } });
    await says(two, alert, "failed", "LOCKED_OUT");
    expect(await stateOf(id, two.id)).toMatchObject({ state: "failed", code: "LOCKED_OUT" });
    expect(await shown(id)).toMatchObject({ state: "done" });
    await hub.clock.advance(500);
    const events = hub.events.filter((event) => event.kind === "alert");
    expect(events.at(-1)).toMatchObject({ alert: { id, state: "done" } });
    expect(hub.eventAreas.get(events.at(-1)!)).toEqual(["kim-lien"]);
  });

  test("is sent again after 1, 2, 4 and 8 s on the own topic of whoever has not said that it has it", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { id } = (await send()).body;
    await says(one, (await told(one)).alert, "received");
    await told(two);
    for (const pause of [1, 2, 4, 8]) {
      await hub.clock.advance(seconds(pause) - 1);
      expect(await tales(two)).toHaveLength(0);
      await hub.clock.advance(1);
      expect((await told(two)).topic).toBe("loa/1/to/kim-lien-2/alert");
    }
    expect(await tales(one)).toHaveLength(0);
    await hub.clock.advance(minutes(11));
    const late = (await tales(two)).length;
    await hub.clock.advance(minutes(5));
    expect(await tales(two)).toHaveLength(late);
    expect(await stateOf(id, two.id)).toMatchObject({ state: "unreachable" });
  });

  test("that a station refused is still sent: the refusal may have been of a forgery", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send({ targets: [{ stationId: "kim-lien-1" }] })).body;
    const { alert } = await told(one);
    await says(one, alert, "rejected", "SIGNATURE_INVALID");
    expect(await stateOf(id, one.id)).toMatchObject({ state: "sent", code: "SIGNATURE_INVALID" });
    await hub.clock.advance(seconds(1));
    await says(one, (await told(one)).alert, "received");
    expect(await stateOf(id, one.id)).toMatchObject({ state: "received" });
  });

  test("reaches a station that comes back while it holds, with its birth's nonce when it lacks the time, and not after", async () => {
    await send();
    const back = await there("kim-lien-1");
    expect((await told(back)).topic).toBe("loa/1/to/kim-lien-1/alert");
    const clock = { synchronised: false, errorMs: 1e9, offsetMs: 0, source: "none" };
    await hub.clock.advance(minutes(5));
    const lost = await there("kim-lien-2", { clock, nonce: "fedcba9876543210" });
    const { alert } = await told(lost);
    expect(alert).toMatchObject({ nonce: "fedcba9876543210", startAt: hub.clock.now() });
    expect(alert.expires - alert.startAt).toBe(minutes(5) + 300);
    await says(lost, alert, "received");
    await hub.clock.advance(minutes(6));
    lost.session++;
    lost.counter = 0;
    await lost.born({ clock } as object);
    expect(await tales(lost)).toHaveLength(0);
  });

  test("to stations that no area covers is signed once for all of them, and for nobody else", async () => {
    const ids = ["kim-lien-1", "nam-giang-1"];
    const stations = [await there("kim-lien-1"), await there("nam-giang-1")];
    await send({ targets: ids.map((stationId) => ({ stationId })) });
    const heard = await Promise.all(stations.map((one) => one.next(({ topic }) => topic.endsWith("/alert"))));
    expect(heard.map(({ topic }) => topic)).toEqual(ids.map((id) => `loa/1/to/${id}/alert`));
    expect(heard[1]?.text).toBe(heard[0]?.text);
    const { aud } = claimedEnvelope(heard[0]?.text ?? "") as Envelope;
    expect([...aud].sort()).toEqual(ids);
  });

  test("is signed once for all that come back to it, however late", async () => {
    await send();
    const first = await there("kim-lien-1");
    await hub.clock.advance(minutes(2));
    const heard = await Promise.all(
      [first, await there("kim-lien-2")].map((one) =>
        one.next(({ topic }) => topic.startsWith("loa/1/to/") && topic.endsWith("/alert")),
      ),
    );
    expect(heard[1]?.text).toBe(heard[0]?.text);
    const { aud } = claimedEnvelope(heard[0]?.text ?? "") as Envelope;
    expect([...aud].sort()).toEqual(["kim-lien-1", "kim-lien-2"]);
  });

  test("goes to chosen zones alone, on the station's own topic", async () => {
    const one = await there("kim-lien-1");
    await send({ targets: [{ stationId: "kim-lien-1", zones: ["z2"] }] });
    const { alert, topic } = await told(one);
    expect([alert.zones, topic]).toEqual([["z2"], "loa/1/to/kim-lien-1/alert"]);
  });

  test("is told to a station that was moved on its own topic, and names it as excepted in the areas it may listen to", async () => {
    const [stays, moved] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const before = hub.registry.stationList;
    hub.registry.stationList = before.map((one) =>
      one.id === moved.id ? record(moved.id, "nam-giang") : one,
    );
    const gone = new Promise((resolve) => moved.client.once("close", () => resolve(null)));
    hub.registry.change({ kind: "station", id: moved.id });
    await hub.clock.advance(50);
    await gone;
    await send({ targets: [{ areaId: "nam-dan" }] });
    const { alert, topic } = await told(stays);
    expect([topic, alert.except]).toEqual(["loa/1/area/nam-dan/alert", [moved.id]]);
    // The broker refuses its old area's topic; the rest is subscribed.
    await moved.connect().catch(() => {});
    moved.session++;
    moved.counter = 0;
    await moved.born();
    expect((await told(moved)).topic).toBe(`loa/1/to/${moved.id}/alert`);
    await moved.nextPlan();
    await moved.ackPlan();
    await moved.asksTime();
    await send({ targets: [{ areaId: "nam-dan" }] });
    expect((await told(stays)).alert.except).toEqual([]);
  });

  test("is done by its receipt too, which has a column of its own", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    const { broadcastId: _, ...receipt } = receiptOf("r-1", "");
    await one.send("receipt", { receipts: [{ ...receipt, alertId: id, segment: 3 }] });
    await one.nextCommand("receipts-stored");
    expect(await shown(id)).toMatchObject({
      playouts: [{ stationId: one.id, alertId: id, outcome: "played" }],
    });
    expect(await stateOf(id, one.id)).toMatchObject({ state: "done" });
    const { rows } = await sql`SELECT broadcast_id, alert_id FROM receipts`.execute(hub.database);
    expect(rows).toEqual([{ broadcastId: "", alertId: id }]);
    expect((await hub.line.line.live(one.id)).playouts[0]).toMatchObject({ title: "Lũ đang lên" });
  });

  test("without a voice goes out with its siren, and says why", async () => {
    hub.espeak = "/nowhere/espeak-ng";
    await hub.restart();
    const one = await there("kim-lien-1");
    const { body } = await send();
    expect(body).toMatchObject({ state: "sent", speechCode: "SPEECH_UNAVAILABLE" });
    expect((await told(one)).alert.sound[0]).toMatchObject({ tone: "wail" });
    expect((await send({ kind: "exercise" })).status).toBe(503);
  });
});
