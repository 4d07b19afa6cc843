import fc from "fast-check";
import { expect, test } from "vitest";
import { FirmataParser } from "./firmata-parser.ts";

test.each([
  ["REPORT_VERSION asks for the version", [0xf9], { type: "version-query" }],
  ["REPORT_FIRMWARE asks for the firmware", [0xf0, 0x79, 0xf7], { type: "firmware-query" }],
  ["CAPABILITY_QUERY", [0xf0, 0x6b, 0xf7], { type: "capability-query" }],
  ["ANALOG_MAPPING_QUERY", [0xf0, 0x69, 0xf7], { type: "analog-mapping-query" }],
  ["PIN_STATE_QUERY names a pin", [0xf0, 0x6d, 13, 0xf7], { type: "pin-state-query", pin: 13 }],
  ["SET_PIN_MODE", [0xf4, 4, 1], { type: "pin-mode", pin: 4, mode: 1 }],
  ["DIGITAL_MESSAGE carries eight bits", [0x90, 0x50, 0x01], { type: "digital-port", port: 0, mask: 0xd0 }],
  ["ANALOG_MESSAGE writes 14 bits", [0xe3, 0x7f, 0x01], { type: "analog-write", pin: 3, value: 255 }],
  ["EXTENDED_ANALOG", [0xf0, 0x6f, 18, 0x00, 0x02, 0xf7], { type: "analog-write", pin: 18, value: 256 }],
  ["REPORT_ANALOG", [0xc2, 1], { type: "report-analog", channel: 2, on: true }],
  ["REPORT_DIGITAL", [0xd1, 0], { type: "report-digital", port: 1, on: false }],
  ["SAMPLING_INTERVAL", [0xf0, 0x7a, 100, 0, 0xf7], { type: "sampling-interval", ms: 100 }],
  ["SYSTEM_RESET", [0xff], { type: "system-reset" }],
])("%s", (_name, bytes, message) => {
  expect(new FirmataParser().push(Uint8Array.from(bytes))).toEqual([message]);
});

test.each([
  ["data without a command", [1, 2, 3]],
  ["an unknown command", [0xf1, 1, 2]],
  ["SET_DIGITAL_PIN_VALUE, which came with 2.5", [0xf5, 5, 1]],
  ["an unknown sysex", [0xf0, 0x01, 5, 0xf7]],
  ["an empty sysex", [0xf0, 0xf7]],
  ["a pin state query without a pin", [0xf0, 0x6d, 0xf7]],
  ["a message that another cuts off", [0xf4, 4]],
])("%s is skipped, and the next message is understood", (_name, bytes) => {
  expect(new FirmataParser().push(Uint8Array.from([...bytes, 0xf4, 5, 1]))).toEqual([
    { type: "pin-mode", pin: 5, mode: 1 },
  ]);
});

test.each([
  ["a version query within a message", [0x90, 0x40, 0xf9, 0], ["version-query", "digital-port"]],
  ["an extension within a message", [0xf4, 4, 0xf0, 0x79, 0xf7, 1], ["firmware-query", "pin-mode"]],
  ["a reset within a message, which ends it", [0xf4, 4, 0xff, 1], ["system-reset"]],
  ["a reset within an extension, which is data", [0xf0, 0x10, 0xff, 0xf7], []],
])("%s", (_name, bytes, types) => {
  expect(new FirmataParser().push(Uint8Array.from(bytes)).map(({ type }) => type)).toEqual(types);
});

test("whatever came before, a complete message after an end of an extension is understood", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const parser = new FirmataParser();
      parser.push(noise);
      expect(parser.push(Uint8Array.of(0xf7, 0xf4, 5, 1))).toContainEqual({
        type: "pin-mode",
        pin: 5,
        mode: 1,
      });
    }),
  );
});

test("messages are the same however the bytes are cut", () => {
  const bytes = Uint8Array.of(0xf4, 4, 1, 0xf0, 0x7a, 100, 0, 0xf7, 0x90, 0x10, 0);
  const whole = new FirmataParser().push(bytes);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length }), (cut) => {
      const parser = new FirmataParser();
      expect([...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut))]).toEqual(whole);
    }),
  );
});
