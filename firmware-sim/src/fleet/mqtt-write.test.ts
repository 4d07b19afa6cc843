import { type Packet, parser } from "mqtt-packet";
import { expect, test } from "vitest";
import { connectFrame, DISCONNECT, PING, pubackFrame, publishFrame, subscribeFrame } from "./mqtt-write.ts";

function read(...frames: readonly Buffer[]): Packet[] {
  const found: Packet[] = [];
  const reader = parser({ protocolVersion: 4 });
  reader.on("packet", (packet) => found.push(packet));
  reader.on("error", (error) => {
    throw error;
  });
  reader.parse(Buffer.concat(frames));
  return found;
}

const will = { topic: "loa/1/up/vinh-01-01/death", payload: '"mất kết nối"' };

test("another implementation reads a greeting as it was meant, with a password and without", () => {
  const greeting = { station: "vinh-01-01", keepAliveS: 20, password: null, will };
  const [plain, proven] = read(connectFrame(greeting), connectFrame({ ...greeting, password: "proof" }));
  const common = {
    ...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, clientId: "vinh-01-01" },
    ...{ keepalive: 20, username: "vinh-01-01" },
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: false },
  };
  expect(plain).toMatchObject(common);
  expect(plain).not.toHaveProperty("password");
  expect(proven).toMatchObject({ ...common, password: Buffer.from("proof") });
});

test.each([0, 1, 100, 127, 128, 16_383, 16_384, 300_000])(
  "a message of %i bytes is read as it was sent",
  (length) => {
    const payload = "x".repeat(length);
    const [sure, unsure] = read(publishFrame("t/à", payload, 513), publishFrame("t/à", payload, null));
    const common = { cmd: "publish", topic: "t/à", payload: Buffer.from(payload), retain: false, dup: false };
    expect(sure).toMatchObject({ ...common, qos: 1, messageId: 513 });
    expect(unsure).toMatchObject({ ...common, qos: 0 });
  },
);

test("so are subscriptions, acknowledgements, pings and the goodbye", () => {
  expect(read(subscribeFrame(2, ["a/#", "b"]), pubackFrame(65_535), PING, DISCONNECT)).toMatchObject([
    {
      cmd: "subscribe",
      messageId: 2,
      subscriptions: [
        { topic: "a/#", qos: 1 },
        { topic: "b", qos: 1 },
      ],
    },
    { cmd: "puback", messageId: 65_535 },
    { cmd: "pingreq" },
    { cmd: "disconnect" },
  ]);
});
