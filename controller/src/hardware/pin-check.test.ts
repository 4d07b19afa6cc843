import { codeOf } from "@loa/kernel/errors";
import type { Firmata } from "firmata-io";
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { BoardConfig } from "./board-config.ts";
import { checkPins } from "./pin-check.ts";

const MODES = { INPUT: 0, OUTPUT: 1, ANALOG: 2, PWM: 3 };
const PWM_PINS = [3, 5, 6, 9, 10, 11];

function uno(pinCount: number): Firmata {
  const pins = Array.from({ length: pinCount }, (_, pin) => ({
    supportedModes: [0, 1, ...(pin < 14 ? [] : [2]), ...(PWM_PINS.includes(pin) ? [3] : [])],
  }));
  return { MODES, pins, analogPins: [14, 15, 16, 17, 18, 19] } as unknown as Firmata;
}

const config = (section: object) => Value.Default(BoardConfig, { port: "/dev/x", ...section }) as BoardConfig;

test("the standard wiring fits an Uno", () => {
  expect(() => checkPins(uno(20), config({}))).not.toThrow();
});

test.each<[string, Firmata, object]>([
  ["a relay on a pin that is not there", uno(20), { amplifierPin: 30 }],
  ["a channel that is not there", uno(20), { outputVolts: { channel: 9, atZero: 0, atFull: 120 } }],
  ["a heartbeat on a pin without pulse width", uno(20), { heartbeatPin: 2 }],
  ["a capability report that was cut short", uno(8), {}],
])("%s is refused", (_name, io, section) => {
  let code = "accepted";
  try {
    checkPins(io, config(section));
  } catch (error) {
    code = codeOf(error);
  }
  expect(code).toBe("BOARD_LOST");
});
