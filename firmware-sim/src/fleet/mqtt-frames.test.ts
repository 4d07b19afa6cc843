import fc from "fast-check";
import { generate } from "mqtt-packet";
import { expect, test } from "vitest";
import { MqttFrames, type Packet } from "./mqtt-frames.ts";

const publish = (n: number, length: number) =>
  generate({
    ...{ cmd: "publish", topic: "loa/1/hub", qos: 1, messageId: n + 1, retain: false, dup: false },
    payload: Buffer.alloc(length, n % 256),
  });

test("packets come out whole and in order, however the bytes are cut, and two connections do not mix", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lengths, fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1 }), (sizes, cuts) => {
      const bytes = Buffer.concat(sizes.map((length, n) => publish(n, length)));
      const found: [Packet[], Packet[]] = [[], []];
      const frames = [new MqttFrames(), new MqttFrames()] as const;
      for (let from = 0, i = 0; from < bytes.length; i++) {
        const end = from + (cuts[i % cuts.length] as number);
        for (const one of [0, 1] as const)
          frames[one].take(bytes.subarray(from, end), (packet) => found[one].push({ ...packet }));
        from = end;
      }
      for (const packets of found)
        expect(packets.map((packet) => (packet.cmd === "publish" ? packet.payload.length : -1))).toEqual(
          sizes,
        );
    }),
  );
});

test("the bytes may be overwritten while a packet is not whole", () => {
  const shared = Buffer.from(publish(7, 10));
  const found: Packet[] = [];
  const frames = new MqttFrames();
  frames.take(shared.subarray(0, 5), (packet) => found.push(packet));
  const rest = Buffer.from(shared.subarray(5));
  shared.fill(0xff);
  frames.take(rest, (packet) => found.push(packet));
  expect(found).toMatchObject([{ topic: "loa/1/hub", payload: Buffer.alloc(10, 7), messageId: 8 }]);
});

test("every packet that a broker sends a station is read as another implementation wrote it", () => {
  const live = { topic: "loa/1/to/vinh-01-01/live", qos: 0, retain: false, dup: false } as const;
  const written = [
    generate({ cmd: "connack", returnCode: 5, sessionPresent: false }),
    generate({ cmd: "suback", messageId: 9, granted: [1, 128] }),
    generate({ cmd: "puback", messageId: 65_535 }),
    generate({ cmd: "pingresp" }),
    generate({ cmd: "publish", ...live, payload: Buffer.alloc(200, 1) }),
  ];
  const found: Packet[] = [];
  new MqttFrames().take(Buffer.concat(written), (packet) => found.push(packet));
  expect(found).toMatchObject([
    { cmd: "connack", returnCode: 5 },
    { cmd: "suback" },
    { cmd: "puback", messageId: 65_535 },
    { cmd: "pingresp" },
    { cmd: "publish", topic: live.topic, payload: Buffer.alloc(200, 1), messageId: null },
  ]);
});

test.each([
  ["a length without end", Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])],
  ["a length beyond reason", Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])],
  ["flags that are reserved", Buffer.from([0x21, 0x02, 0x00, 0x00])],
  ["a message with QoS 2", Buffer.from([0x34, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01])],
  ["a topic that ends beyond its packet", Buffer.from([0x32, 0x03, 0x00, 0x09, 0x61])],
])("%s is an error", (_, bytes) => {
  expect(() => new MqttFrames().take(bytes, () => {})).toThrow();
  const found: Packet[] = [];
  new MqttFrames().take(publish(1, 3), (packet) => found.push(packet));
  expect(found).toHaveLength(1);
});
