import { SIRENS } from "@loa/protocol/alert";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ButtonState, buttonAlarm, isButtonAlarm, readButton, UNREAD } from "./button.ts";

const HOLD = 1_000;
const LOOK = 50;

/** Times, in ms, at which a button counts that is read every 50 ms as `_` up, `#` down or `?` unread. */
function presses(readings: string): number[] {
  let state: ButtonState = UNREAD;
  return [...readings].flatMap((one, i) => {
    const down = one === "?" ? undefined : one === "#";
    const read = readButton(state, down, i * LOOK, HOLD);
    state = read.state;
    return read.pressed ? [i * LOOK] : [];
  });
}
const down = (ms: number) => "#".repeat(ms / LOOK);

test.each([
  ["held long enough", `_${down(1_050)}`, [1_050]],
  ["held on and on", `_${down(30_000)}`, [1_050]],
  ["let go too early", `_${down(1_000)}_${down(950)}_`, []],
  ["held twice", `_${down(1_100)}_${down(1_100)}_`, [1_050, 2_200]],
  ["stuck from the start", down(10_000), []],
  ["stuck while the board is lost and comes back", `_${down(1_100)}???${down(5_000)}`, [1_050]],
  ["held while the board is lost", `_${down(500)}???${down(5_000)}`, []],
])("a button that is %s counts at %j", (_, readings, expected) => {
  expect(presses(readings)).toEqual(expected);
});

test("a button counts at most once for each time that it was let go", () => {
  const reading = fc.constantFrom("_", "#", "#", "#", "?");
  fc.assert(
    fc.property(fc.array(fc.tuple(reading, fc.integer({ min: 1, max: 40 })), { maxLength: 20 }), (runs) => {
      const readings = runs.map(([one, times]) => one.repeat(times)).join("");
      const releases = readings.match(/_(?=#)/g)?.length ?? 0;
      expect(presses(readings).length).toBeLessThanOrEqual(releases);
    }),
  );
});

test("its alarm is an actual alert with the siren, that ends by itself", () => {
  const alarm = buttonAlarm("button-1", 5_000, { tone: "pulse", soundMinutes: 2 });
  expect(alarm).toMatchObject({ kind: "actual", zones: [], expires: 185_000, maxSoundMinutes: 2 });
  expect(alarm.sound.some((sound) => sound.kind === "tone" && SIRENS.has(sound.tone))).toBe(true);
  expect([isButtonAlarm("button-1"), isButtonAlarm("al-1")]).toEqual([true, false]);
});
