import { HUB_TOPIC, stationSubscriptions, toTopic, upTopic } from "@loa/protocol/topics";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closed, TestBroker } from "./test-broker.fixture.ts";

let bench: TestBroker;
beforeAll(async () => {
  bench = await TestBroker.start();
});
afterAll(() => bench.stop());

const reasons = () => bench.refusals.map(({ station, action, reason }) => `${station} ${action} ${reason}`);

describe("a connection is accepted", () => {
  test("from a station with its current certificate, and is reported", async () => {
    const connected = new Promise((resolve) => bench.broker.onConnected(resolve));
    const client = await bench.connect(await bench.enrol("station-in"));
    expect(client.connected).toBe(true);
    expect(await connected).toBe("station-in");
  });

  test("not without a certificate", async () => {
    await expect(bench.connect({ clientId: "station-no" })).rejects.toThrow();
  });

  test("not with a certificate that a later one replaced", async () => {
    const old = await bench.enrol("station-old");
    await bench.enrol("station-old");
    await expect(bench.connect(old)).rejects.toThrow(/Not authorized/);
  });

  test("not under another station's name", async () => {
    await bench.enrol("station-b1");
    const identity = await bench.enrol("station-a1");
    await expect(bench.connect({ ...identity, clientId: "station-b1" })).rejects.toThrow(/Not authorized/);
  });

  test("not with a session that the broker would have to remember", async () => {
    const identity = await bench.enrol("station-ses");
    await expect(bench.connect(identity, { clean: false })).rejects.toThrow();
    expect(reasons()).toContain("station-ses connect a session that is not clean");
  });

  test("not with a last will on another's topic", async () => {
    const identity = await bench.enrol("station-wil");
    const will = {
      topic: upTopic("station-in", "death"),
      payload: Buffer.from("{}"),
      qos: 1 as const,
      retain: false,
    };
    await expect(bench.connect(identity, { will })).rejects.toThrow();
  });

  test("a second one of the same station replaces the first", async () => {
    const identity = await bench.enrol("station-two");
    const first = await bench.connect(identity);
    const gone = closed(first);
    const second = await bench.connect(identity);
    await gone;
    expect(second.connected).toBe(true);
  });

  test("until the hub closes it", async () => {
    const client = await bench.connect(await bench.enrol("station-end"));
    bench.broker.disconnect("station-end");
    await closed(client);
  });
});

describe("a station subscribes", () => {
  test("its own topics, its areas' and the hub's, and gets what the hub publishes", async () => {
    const client = await bench.connect(await bench.enrol("station-sub"));
    const granted = await client.subscribeAsync(stationSubscriptions("station-sub", ["nghe-an", "nam-dan"]), {
      qos: 1,
    });
    expect(granted.map((one) => one.qos)).toEqual([1, 1, 1, 1]);
    const message = new Promise<[string, Buffer]>((resolve) =>
      client.once("message", (topic, payload) => resolve([topic, payload])),
    );
    await bench.broker.publish("loa/1/area/nam-dan/command", "hello", 1);
    const [topic, payload] = await message;
    expect([topic, String(payload)]).toEqual(["loa/1/area/nam-dan/command", "hello"]);
  });

  test.each([
    "#",
    "+/1/hub",
    "loa/1/to/+/plan",
    "loa/1/to/#",
    "loa/1/to/station-other/#",
    "loa/1/to/station-wildly/plan",
    "loa/1/area/+/command",
    "loa/1/area/vinh/#",
    "loa/1/area/nghe-anx/#",
    "loa/1/up/#",
    "loa/1/up/station-wild/#",
    "$SYS/#",
    "$share/g/loa/1/to/station-other/#",
  ])("not %s", async (filter) => {
    const client = await bench.connect(await bench.enrol("station-wild"));
    const granted = await client.subscribeAsync([filter, HUB_TOPIC], { qos: 1 }).catch((error) => error);
    expect(granted).toBeInstanceOf(Error);
    expect(bench.refusals).toContainEqual({
      station: "station-wild",
      action: "subscribe",
      subject: filter,
      reason: "not its own",
    });
  });
});

describe("a station publishes", () => {
  test("on its own topics", async () => {
    const client = await bench.connect(await bench.enrol("station-pub"));
    const message = new Promise((resolve) =>
      bench.broker.onMessage((station, topic, payload) => {
        if (station === "station-pub") resolve([topic, Buffer.from(payload).toString()]);
      }),
    );
    await client.publishAsync(upTopic("station-pub", "birth"), "born", { qos: 1 });
    expect(await message).toEqual(["loa/1/up/station-pub/birth", "born"]);
  });

  test.each([
    ["another station's", upTopic("station-in", "birth")],
    ["a plan to itself", toTopic("station-bad", "plan")],
    ["a command to an area", "loa/1/area/nam-dan/command"],
    ["the hub's presence", HUB_TOPIC],
    ["the broker's own topics", "$SYS/x"],
  ])("nothing on %s: the connection closes", async (_, topic) => {
    const client = await bench.connect(await bench.enrol("station-bad"));
    const gone = closed(client);
    client.publish(topic, "x", { qos: 0 });
    await gone;
    expect(bench.refusals).toContainEqual({
      station: "station-bad",
      action: "publish",
      subject: topic,
      reason: "topic of another",
    });
  });

  test("nothing retained", async () => {
    const client = await bench.connect(await bench.enrol("station-ret"));
    const gone = closed(client);
    client.publish(upTopic("station-ret", "birth"), "x", { retain: true });
    await gone;
    expect(reasons()).toContain("station-ret publish retained");
  });

  test("no packet of megabytes", async () => {
    const client = await bench.connect(await bench.enrol("station-big"));
    const gone = closed(client);
    client.publish(upTopic("station-big", "event"), Buffer.alloc(4_000_000));
    await gone;
  });

  test("its last will when its connection breaks", async () => {
    const will = {
      topic: upTopic("station-die", "death"),
      payload: Buffer.from("bye"),
      qos: 1 as const,
      retain: false,
    };
    const client = await bench.connect(await bench.enrol("station-die"), { will });
    const death = new Promise((resolve) =>
      bench.broker.onMessage((station, topic) => station === "station-die" && resolve(topic)),
    );
    client.stream.destroy();
    expect(await death).toBe(will.topic);
  });
});

test("a QoS 1 message followed by a QoS 0 message in the same tick arrives, every time", async () => {
  const client = await bench.connect(await bench.enrol("station-qos"));
  await client.subscribeAsync("loa/1/to/station-qos/#", { qos: 1 });
  const got: string[] = [];
  const all = new Promise<void>((resolve) =>
    client.on("message", (topic) => {
      got.push(topic.endsWith("/plan") ? "plan" : "time");
      if (got.length === 200) resolve();
    }),
  );
  for (let i = 0; i < 100; i++) {
    void bench.broker.publish(toTopic("station-qos", "plan"), "1", 1);
    void bench.broker.publish(toTopic("station-qos", "time"), "0", 0);
  }
  await all;
  expect(got.filter((kind) => kind === "plan")).toHaveLength(100);
});
