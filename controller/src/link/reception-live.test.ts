import { generateKeyPairSync } from "node:crypto";
import type { LiveCommand, StopCommand } from "@loa/protocol/command";
import { expect, test } from "vitest";
import { NOON } from "../plan.fixture.ts";
import { keys, receive, signed } from "./reception.fixture.ts";

const SESSION = "abcd0123abcd0123abcd0123abcd0123";
const command: LiveCommand = {
  id: "c-live-1",
  kind: "live",
  session: {
    ...{
      sessionId: SESSION,
      zones: ["z1"],
      startAt: NOON,
      delayMs: 300,
      endsBy: NOON + 60_000,
      by: "Bà Lan",
    },
    publicKey: generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? "",
  },
};
const ELSEWHERE: string[] = ["elsewhere"];
const area = { aud: ["commune"] };

test("a live command is received under its own id and opens its session once; the same session under another id is told again", async () => {
  const { take, lives, states } = await receive();
  await take("command", await signed("command", command, area));
  await take("command", await signed("command", command, area));
  await take("command", await signed("command", { ...command, id: "c-live-2" }, area));
  expect(states()).toEqual(["c-live-1 received", "c-live-1 received", "c-live-2 received"]);
  expect(lives).toEqual([command.session, command.session]);
});

test.each([
  ["under the key of plans", command, { by: keys.plan!.signer }, "KEY_USE_WRONG"],
  ["for another area", command, { aud: ELSEWHERE }, "AUDIENCE_WRONG"],
  ["that has expired", command, { exp: NOON / 1_000 - 1 }, "EXPIRED"],
  [
    "with a delay that is none",
    { ...command, session: { ...command.session, delayMs: 0 } },
    {},
    "SCHEMA_INVALID",
  ],
] as const)("a live command %s opens nothing", async (_, body, given, code) => {
  const { take, lives } = await receive();
  expect(await take("command", await signed("command", body, { ...area, ...given }))).toMatchObject({
    ...{ id: "c-live-1", state: "rejected", code },
  });
  expect(lives).toEqual([]);
});

test("a stop by its session's name is remembered, also when it comes before the session", async () => {
  const { take, stops, journal } = await receive();
  const stop: StopCommand = { id: "c-stop-1", kind: "stop", sessionId: SESSION, by: "Ông Năm" };
  await take("command", await signed("command", stop, area));
  expect(stops).toEqual([SESSION]);
  expect(journal.stoppedBroadcasts()).toEqual([SESSION]);
});
