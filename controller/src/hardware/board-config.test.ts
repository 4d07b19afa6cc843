import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { BoardConfig } from "./board-config.ts";

const withDefaults = (section: object): unknown => Value.Default(BoardConfig, section);

test("a port is all that a standard cabinet has to name", () => {
  const config = withDefaults({ port: "/dev/ttyACM0" });
  expect(Value.Check(BoardConfig, config)).toBe(true);
  expect(config).toMatchObject({
    samplingMs: 100,
    heartbeatMs: 500,
    amplifierPin: 4,
    heartbeatPin: 5,
    doorPin: 8,
    buttonPin: 9,
    lockOutPin: null,
    zones: [{ relayPin: 6 }, { relayPin: 7 }],
    temperature: { channel: 5, atZero: -40, atFull: 125 },
  });
});

test("a sensor can be absent", () => {
  const config = withDefaults({ port: "/dev/ttyACM0", mainsVolts: null, doorPin: null });
  expect(Value.Check(BoardConfig, config)).toBe(true);
  expect(config).toMatchObject({ mainsVolts: null, doorPin: null });
});

test.each([
  ["no port", {}],
  ["an unknown key", { port: "/dev/ttyACM0", colour: "red" }],
  ["a heartbeat slower than the monostable", { port: "/dev/ttyACM0", heartbeatMs: 5_000 }],
  ["a relay on the serial line", { port: "/dev/ttyACM0", amplifierPin: 1 }],
])("%s is refused", (_name, section) => {
  expect(Value.Check(BoardConfig, withDefaults(section))).toBe(false);
});
