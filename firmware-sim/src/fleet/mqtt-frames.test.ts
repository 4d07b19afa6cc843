import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { expect, test } from "vitest";
import { MqttFrames } from "./mqtt-frames.ts";

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

test("the bytes may be overwritten once they were taken", () => {
  const shared = Buffer.from(publish(7, 10));
  const found: Packet[] = [];
  const frames = new MqttFrames();
  frames.take(shared.subarray(0, 5), (packet) => found.push(packet));
  const rest = Buffer.from(shared.subarray(5));
  shared.fill(0xff);
  frames.take(rest, (packet) => found.push(packet));
  rest.fill(0xff);
  expect(found).toMatchObject([{ topic: "loa/1/hub", payload: Buffer.alloc(10, 7) }]);
});

test.each([
  ["a length without end", Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])],
  ["a length beyond reason", Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])],
  ["flags that are reserved", Buffer.from([0x21, 0x02, 0x00, 0x00])],
])("%s is an error", (_, bytes) => {
  expect(() => new MqttFrames().take(bytes, () => {})).toThrow();
  const found: Packet[] = [];
  new MqttFrames().take(publish(1, 3), (packet) => found.push(packet));
  expect(found).toHaveLength(1);
});
