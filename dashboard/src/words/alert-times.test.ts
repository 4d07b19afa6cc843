import { describe, expect, test } from "vitest";
import { recallable, renewable, soundEnd, soundMs, stands, stateNow, waits } from "./alert-times.ts";

const NOW = 1_000_000_000;
const alert = (more: object = {}) => ({
  ...{ state: "sent" as const, startAt: NOW, expiresAt: NOW + 3_600_000, repeat: 3, roundMs: 20_000 },
  ...{ updateWaits: false, ...more },
});

test.each([
  ["its rounds", { repeat: 3, roundMs: 20_000 }, 3_600_000, 60_000],
  ["its time", { repeat: 3, roundMs: 20_000 }, 30_000, 30_000],
  ["ten minutes, when it goes on until recalled", { repeat: 0, roundMs: 20_000 }, 3_600_000, 600_000],
])("it sounds at most for %s", (_, sound, life, ms) => {
  expect(soundMs(sound, life)).toBe(ms);
});

test("nothing ends that was not sent", () => {
  expect(soundEnd(alert({ startAt: undefined }))).toBeNull();
  expect(soundEnd(alert())).toBe(NOW + 60_000);
});

describe.each([
  ["sent", {}, "stands renewable recallable"],
  ["waiting for somebody", { state: "awaitingConfirmation" }, "stands waits recallable"],
  ["with an update that waits", { updateWaits: true }, "stands waits renewable recallable"],
  ["done", { state: "done" }, "renewable recallable"],
  ["recalled", { state: "recalled", updateWaits: true }, ""],
  ["expired", { state: "expired", expiresAt: NOW - 1 }, ""],
  ["sent, and its time is over", { expiresAt: NOW - 1 }, ""],
  ["heard an hour ago and over", { state: "done", startAt: NOW - 4_000_000, expiresAt: NOW - 1 }, ""],
  ["heard just now and over", { state: "done", startAt: NOW - 90_000, expiresAt: NOW - 1 }, "recallable"],
])("one that is %s", (_, more, may) => {
  test(`may: ${may || "nothing"}`, () => {
    const one = alert(more);
    const all = { stands: stands(one, NOW), waits: waits(one, NOW), renewable: renewable(one, NOW) };
    const found = Object.entries({ ...all, recallable: recallable(one, NOW) });
    expect(found.flatMap(([name, yes]) => (yes ? [name] : [])).join(" ")).toBe(may);
  });
});

test("who was not confirmed in time is expired, also before the hub says so", () => {
  expect(stateNow(alert({ state: "awaitingConfirmation", expiresAt: NOW }), NOW)).toBe("expired");
  expect(stateNow(alert(), NOW)).toBe("sent");
});
