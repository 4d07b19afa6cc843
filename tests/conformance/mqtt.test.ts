import { setImmediate } from "node:timers/promises";
import { STATION_LIMITS } from "@loa/hub/broker/limits";
import { toTopic, upTopic } from "@loa/protocol/topics";
import type { IPublishPacket, Packet } from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectOf, PlainBroker, subscribe } from "./mqtt-broker.ts";

/** The cases of Eclipse Paho's conformance test for MQTT 3.1.1, as far as stations may do what they do; refusals where they may not. */
let broker: PlainBroker;
beforeAll(async () => {
  broker = await new PlainBroker().start();
});
afterAll(() => broker.stop());

const publish = (topic: string, more: Partial<IPublishPacket> = {}): IPublishPacket => ({
  ...{ cmd: "publish", topic, payload: "x", qos: 0, retain: false, dup: false },
  ...(more.qos && { messageId: 5 }),
  ...more,
});
const PING: Packet = { cmd: "pingreq" };
const heardOf = (station: string) => broker.heard.filter(([from]) => from === station);
const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);

/** A CONNECT without credentials; level 5 has properties, here none. */
function bareConnect(level: number, flags: number, clientId: string): Buffer {
  const properties = level === 5 ? Buffer.from([0]) : Buffer.alloc(0);
  const body = Buffer.concat([text("MQTT"), Buffer.from([level, flags, 0, 20]), properties, text(clientId)]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

describe("CONNECT", () => {
  test.each<[string, Parameters<typeof connectOf>[1], number]>([
    ["an empty client id: the broker knows stations alone, and names nobody", { clientId: "" }, 5],
    ["a session to be kept", { clean: false }, 5],
    ["another's client id", { clientId: "tram-khac" }, 5],
    ["a wrong password", { password: Buffer.from("sai") }, 5],
    ["no user name", { username: undefined, password: undefined }, 5],
    ["no keep-alive", { keepalive: 0 }, 5],
    ["a keep-alive beyond a minute", { keepalive: 61 }, 5],
    [
      "a last will that is retained",
      { will: { topic: upTopic("tram-ket-noi", "death"), payload: Buffer.from("x"), qos: 1, retain: true } },
      5,
    ],
    [
      "a last will on another's topic",
      { will: { topic: upTopic("tram-khac", "death"), payload: Buffer.from("x"), qos: 1, retain: false } },
      5,
    ],
  ])("with %s", async (_, more, returnCode) => {
    const wire = broker.open().send(connectOf("tram-ket-noi", more));
    expect(await wire.next()).toMatchObject({ cmd: "connack", returnCode, sessionPresent: false });
    expect(await wire.next()).toBeNull();
  });

  test.each<[string, Buffer, number]>([
    ["an empty client id in a session to be kept: identifier rejected", bareConnect(4, 0, ""), 2],
    ["protocol level 5: unacceptable protocol version", bareConnect(5, 2, "tram-muc"), 1],
    ["protocol level 6: unacceptable protocol version", bareConnect(6, 2, "tram-muc"), 1],
    ["protocol level 100: unacceptable protocol version", bareConnect(100, 2, "tram-muc"), 1],
  ])("with %s", async (_, bytes, returnCode) => {
    const wire = broker.open().send(bytes);
    expect(await wire.next()).toMatchObject({ cmd: "connack", returnCode });
    expect(await wire.next()).toBeNull();
  });

  test("again on the same connection closes it", async () => {
    const wire = await broker.connected("tram-hai-lan");
    expect(await wire.send(connectOf("tram-hai-lan")).until("connack")).toEqual([]);
  });

  test("of the same station elsewhere closes the older connection", async () => {
    const older = await broker.connected("tram-doi");
    const newer = await broker.connected("tram-doi");
    expect(await older.next()).toBeNull();
    expect(await newer.send(PING).next()).toMatchObject({ cmd: "pingresp" });
  });

  test("of one that leaves while it is let in, however soon, leaves nobody there", async () => {
    const told = new Map<string, string>();
    broker.broker.onConnected((station) => told.set(station, "there"));
    broker.broker.onDisconnected((station) => told.set(station, "gone"));
    for (let turns = 0; turns < 60; turns++) {
      const wire = broker.open().send(connectOf(`tram-thoang-${turns}`));
      await wire.there();
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      wire.leave();
      await wire.until("disconnect");
    }
    await broker.connected("tram-o-lai");
    await expect.poll(() => told.get("tram-o-lai")).toBe("there");
    told.delete("tram-o-lai");
    expect([...told.values()].filter((state) => state === "there")).toEqual([]);
    expect(told.size).toBeGreaterThan(0);
  });

  test.each<[string, Packet]>([
    ["PUBLISH", publish(upTopic("tram-som", "event"))],
    ["SUBSCRIBE", { cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "loa/1/hub", qos: 0 }] }],
    ["PINGREQ", PING],
  ])("comes first: a %s before it closes the connection", async (_, packet) => {
    expect(await broker.open().send(packet).next()).toBeNull();
  });
});

describe("what is no MQTT closes the connection", () => {
  test.each<[string, Buffer]>([
    [
      "a protocol name of somebody else",
      Buffer.concat([Buffer.from([0x10, 14]), text("HTTP"), Buffer.alloc(8)]),
    ],
    ["the reserved packet type 0", Buffer.from([0, 0])],
    ["the reserved packet type 15", Buffer.from([0xf0, 0])],
    ["a length of five bytes", Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ["a SUBSCRIBE with wrong flags", Buffer.from([0x80, 8, 0, 1, 0, 3, 0x61, 0x2f, 0x62, 0])],
    ["a PUBLISH of QoS 3", Buffer.concat([Buffer.from([0x36, 6]), text("a"), Buffer.from([0, 1, 0x78])])],
    ["a packet only the broker sends", Buffer.from([0x20, 2, 0, 0])],
  ])("%s", async (_, bytes) => {
    const wire = await broker.connected("tram-la");
    expect(await wire.send(bytes).next()).toBeNull();
  });

  test("a packet larger than a station ever sends", async () => {
    const wire = await broker.connected("tram-to");
    wire.send(publish(upTopic("tram-to", "event"), { payload: Buffer.alloc(1_000_000) }));
    expect(await wire.next()).toBeNull();
  });
});

describe("SUBSCRIBE and UNSUBSCRIBE", () => {
  test("grant what is the station's own and refuse the rest with 0x80, in order", async () => {
    const wire = await broker.connected("tram-nghe");
    const granted = await subscribe(wire, [
      ...["loa/1/to/tram-nghe/#", "loa/1/to/tram-khac/#", "loa/1/area/nam-dan/#", "loa/1/area/vinh/#"],
      ...["loa/1/hub", "#", "loa/1/to/tram-nghe/plan", "$SYS/#"],
    ]);
    expect(granted).toEqual([1, 0x80, 1, 0x80, 1, 0x80, 0x80, 0x80]);
  });

  test("an overlapping filter is refused, so a message comes once", async () => {
    const wire = await broker.connected("tram-chong");
    expect(await subscribe(wire, ["loa/1/to/tram-chong/#", "loa/1/to/tram-chong/plan"])).toEqual([1, 0x80]);
    await broker.broker.publish(toTopic("tram-chong", "plan"), "p", 1);
    expect((await wire.send(PING).until("pingresp")).map(({ cmd }) => cmd)).toEqual(["publish", "pingresp"]);
  });

  test("the same filter again takes the new QoS, and a message still comes once", async () => {
    const wire = await broker.subscribed("tram-lai", 1);
    await subscribe(wire, ["loa/1/to/tram-lai/#"], 0);
    await broker.broker.publish(toTopic("tram-lai", "plan"), "p", 1);
    const came = await wire.send(PING).until("pingresp");
    expect(came).toMatchObject([{ cmd: "publish", qos: 0 }, { cmd: "pingresp" }]);
  });

  test("after UNSUBSCRIBE nothing comes any more; what was never subscribed is acknowledged too", async () => {
    const wire = await broker.subscribed("tram-thoi");
    wire.send({ cmd: "unsubscribe", messageId: 9, unsubscriptions: ["loa/1/to/tram-thoi/#", "loa/1/none"] });
    expect(await wire.next()).toMatchObject({ cmd: "unsuback", messageId: 9 });
    await broker.broker.publish(toTopic("tram-thoi", "plan"), "p", 1);
    expect(await wire.send(PING).next()).toMatchObject({ cmd: "pingresp" });
  });

  test("a clean session forgets what the one before it had subscribed", async () => {
    await broker.subscribed("tram-quen");
    const wire = await broker.connected("tram-quen");
    await broker.broker.publish(toTopic("tram-quen", "plan"), "p", 1);
    expect(await wire.send(PING).next()).toMatchObject({ cmd: "pingresp" });
  });
});

describe("PUBLISH from the hub", () => {
  test("comes in the order in which it was published, whatever its QoS", async () => {
    const wire = await broker.subscribed("tram-thu-tu");
    for (let n = 0; n < 200; n++)
      await broker.broker.publish(toTopic("tram-thu-tu", n % 3 ? "time" : "plan"), String(n), n % 3 ? 0 : 1);
    const came = (await wire.send(PING).until("pingresp")).slice(0, -1) as IPublishPacket[];
    expect(came.map(({ payload }) => Number(payload))).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  test("gives packets that are not acknowledged different ids, none of them 0", async () => {
    const wire = await broker.subscribed("tram-so");
    for (let n = 0; n < 300; n++) await broker.broker.publish(toTopic("tram-so", "plan"), "p", 1);
    const came = (await wire.send(PING).until("pingresp")).slice(0, -1) as IPublishPacket[];
    const ids = came.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(300);
    expect(ids).not.toContain(0);
  });

  test("comes with the lower of its QoS and the subscription's", async () => {
    const [low, high] = [await broker.subscribed("tram-thap", 0), await broker.subscribed("tram-cao", 2)];
    await broker.broker.publish("loa/1/area/nam-dan/alert", "a", 1);
    expect(await low.next()).toMatchObject({ cmd: "publish", qos: 0, payload: Buffer.from("a") });
    expect(await high.next()).toMatchObject({ cmd: "publish", qos: 1, payload: Buffer.from("a") });
  });

  test("to many at once reaches each once, and what follows to one of them comes after it", async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `tram-dong-${n}`);
    const wires = await Promise.all(ids.map((id) => broker.subscribed(id)));
    await broker.broker.publish("loa/1/area/nghe-an/alert", "alert", 1);
    for (const id of ids) await broker.broker.publish(toTopic(id, "time"), "time", 0);
    for (const wire of wires) {
      const came = (await wire.send(PING).until("pingresp")).slice(0, -1) as IPublishPacket[];
      expect(came.map(({ payload }) => String(payload))).toEqual(["alert", "time"]);
      wire.end();
    }
  });
});

describe("PUBLISH from a station", () => {
  test("reaches the hub, with QoS 1 acknowledged under its id", async () => {
    const wire = await broker.connected("tram-noi");
    wire.send(publish(upTopic("tram-noi", "health"), { payload: "h" }));
    wire.send(publish(upTopic("tram-noi", "ack"), { payload: "a", qos: 1, messageId: 1_234 }));
    expect(await wire.next()).toMatchObject({ cmd: "puback", messageId: 1_234 });
    expect(heardOf("tram-noi").map(([, topic, payload]) => [topic, payload])).toEqual([
      [upTopic("tram-noi", "health"), "h"],
      [upTopic("tram-noi", "ack"), "a"],
    ]);
  });

  test("in the same bytes as its CONNECT is taken once the CONNACK is out", async () => {
    const wire = broker.open();
    wire.send(connectOf("tram-voi")).send(publish(upTopic("tram-voi", "event"), { qos: 1, messageId: 3 }));
    expect((await wire.until("puback")).map(({ cmd }) => cmd)).toEqual(["connack", "puback"]);
    await expect.poll(() => heardOf("tram-voi")).toHaveLength(1);
  });

  test.each<[string, IPublishPacket]>([
    ["of QoS 2", publish(upTopic("tram-sai", "ack"), { qos: 2 })],
    ["that is to be retained", publish(upTopic("tram-sai", "ack"), { retain: true })],
    ["on another's topic", publish(upTopic("tram-khac", "ack"))],
    ["on the hub's own topic", publish("loa/1/hub", { qos: 1 })],
    ["with a wildcard in its topic", publish("loa/1/up/tram-sai/#")],
  ])("%s closes the connection and reaches nobody", async (_, packet) => {
    const wire = await broker.connected("tram-sai");
    expect(await wire.send(packet).next()).toBeNull();
    expect(heardOf("tram-sai")).toEqual([]);
  });

  test("its last will is said when the connection breaks, and not after a DISCONNECT", async () => {
    const will = {
      topic: upTopic("tram-chet", "death"),
      payload: Buffer.from("w"),
      qos: 1 as const,
      retain: false,
    };
    (await broker.connected("tram-chet", { will })).end();
    await expect.poll(() => heardOf("tram-chet")).toEqual([["tram-chet", will.topic, "w"]]);
    const polite = await broker.connected("tram-chet", { will });
    expect(await polite.send({ cmd: "disconnect" }).next()).toBeNull();
    await broker.connected("tram-chet");
    expect(heardOf("tram-chet")).toHaveLength(1);
  });
});

describe("a station that does too much", () => {
  test("connects anew so often that it is asked to wait; later it may again", async () => {
    for (let n = 0; n < STATION_LIMITS.connections.burst; n++) (await broker.connected("tram-vong")).end();
    const answers = await broker.open().send(connectOf("tram-vong")).until("connack");
    expect(answers).toMatchObject([{ cmd: "connack", returnCode: 3 }]);
    await broker.connected("tram-yen");
    broker.now += 3_000;
    await broker.connected("tram-vong");
  });

  test("has its connection closed after more messages than any station sends, which is audited", async () => {
    const wire = await broker.connected("tram-nhieu");
    const { burst } = STATION_LIMITS.messages;
    for (let n = 0; n <= burst; n++) wire.send(publish(upTopic("tram-nhieu", "health")));
    expect(await wire.next()).toBeNull();
    expect(heardOf("tram-nhieu")).toHaveLength(burst);
    expect(broker.refusals).toContainEqual({
      ...{ station: "tram-nhieu", action: "publish", subject: upTopic("tram-nhieu", "health") },
      reason: "too much",
    });
  });

  test("has it closed after more bytes, too, and connecting anew gives nothing back", async () => {
    const payload = Buffer.alloc(200_000);
    const shout = publish(upTopic("tram-on", "event"), { payload });
    const wire = await broker.connected("tram-on");
    for (let sent = 0; sent <= STATION_LIMITS.bytes.burst; sent += payload.length) wire.send(shout);
    expect(await wire.next()).toBeNull();
    const again = await broker.connected("tram-on");
    expect(await again.send(shout).next()).toBeNull();
  });

  test.each<[string, Packet]>([
    ["pings", PING],
    ["subscribes", { cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "loa/1/hub", qos: 0 }] }],
    ["unsubscribes", { cmd: "unsubscribe", messageId: 1, unsubscriptions: ["loa/1/hub"] }],
  ])("and %s without end has it closed: its answers would fill the hub's memory", async (how, packet) => {
    const station = `tram-${how}`;
    const wire = await broker.connected(station);
    for (let n = 0; n <= STATION_LIMITS.messages.burst; n++) wire.send(packet);
    await wire.until("connack");
    expect(broker.refusals).toContainEqual({
      ...{ station, action: "connect", subject: station, reason: "too much" },
    });
  });

  test("and does not acknowledge gets no more than a bounded number of packets", async () => {
    const wire = await broker.subscribed("tram-lo");
    for (let n = 0; n < 1_500; n++) await broker.broker.publish(toTopic("tram-lo", "command"), "c", 1);
    expect((await wire.send(PING).until("pingresp")).length - 1).toBe(1_000);
  });
});

describe("keep-alive", () => {
  test("a silent station is lost, one that pings is not", async () => {
    const [silent, lively] = [
      await broker.connected("tram-im", { keepalive: 1 }),
      await broker.connected("tram-ping", { keepalive: 1 }),
    ];
    const pings = setInterval(() => lively.send(PING), 300);
    expect(await silent.next()).toBeNull();
    clearInterval(pings);
    expect(await lively.next()).toMatchObject({ cmd: "pingresp" });
  });
});
