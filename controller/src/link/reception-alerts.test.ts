import type { Alert } from "@loa/protocol/alert";
import { describe, expect, test } from "vitest";
import { NOON } from "../plan.fixture.ts";
import { keyPair, keys, NONCE, receive, signed, soon } from "./reception.fixture.ts";

const ELSEWHERE: string[] = ["elsewhere"];

describe("an alert", () => {
  const storm: Alert = {
    alertId: "storm",
    revision: 3,
    kind: "actual",
    action: "alert",
    supersedes: [],
    sound: [{ kind: "tone", tone: "wail", durationMs: 5_000 }],
    repeat: 2,
    startAt: NOON + 300,
    zones: [],
    headline: "Bão số 5",
    language: "vi",
    expires: NOON + 600_000,
    maxSoundMinutes: 10,
    except: [],
  };
  const drill: Alert = { ...storm, alertId: "drill", kind: "exercise", sound: [] };

  test("is believed under the key of its own kind alone", async () => {
    const { reception, alerts, rejections } = await receive();
    const area = { aud: ["commune"] };
    for (const compact of [await signed("alert", storm, area), await signed("exercise", drill, area)])
      reception.take("alert", Buffer.from(compact));
    await soon(() => expect(alerts.map(({ alertId }) => alertId)).toEqual(["storm", "drill"]));
    expect(rejections).toEqual([]);
  });

  test.each([
    ["an exercise in the clothes of an alert", "alert", drill, {}, "KEY_USE_WRONG"],
    ["an alert in the clothes of an exercise", "exercise", storm, {}, "KEY_USE_WRONG"],
    ["an alert under the key of exercises", "alert", storm, { by: keys.exercise!.signer }, "KEY_USE_WRONG"],
    ["an alert under the key of commands", "alert", storm, { by: keys.command!.signer }, "KEY_USE_WRONG"],
    ["an alert under an unknown key", "alert", storm, { by: keyPair("x").signer }, "KEY_UNKNOWN"],
    ["an alert for another area", "alert", storm, { aud: ELSEWHERE }, "AUDIENCE_WRONG"],
    ["an expired alert", "alert", storm, { exp: NOON / 1_000 - 1 }, "EXPIRED"],
    ["an alert that does not fit", "alert", { ...storm, repeat: -1 }, {}, "SCHEMA_INVALID"],
  ] as const)("%s is refused", async (_, kind, body, given, code) => {
    const { take, alerts } = await receive();
    const ack = await take("alert", await signed(kind, body, { ...given }));
    expect(ack).toMatchObject({ id: body.alertId, revision: 3, state: "rejected", code });
    expect(alerts).toEqual([]);
  });

  test("is believed without a believed clock only when it echoes this session, and counts from its arrival", async () => {
    const world = { now: 5_000, errorMs: 1e15, synchronised: false };
    const { take, alerts, reception } = await receive(world);
    expect((await take("alert", await signed("alert", storm))).code).toBe("CLOCK_UNSYNCED");
    const stale = { ...storm, nonce: "nonce-of-another-session" };
    expect((await take("alert", await signed("alert", stale))).code).toBe("CLOCK_UNSYNCED");
    reception.take("alert", Buffer.from(await signed("alert", { ...storm, nonce: NONCE })));
    await soon(() => expect(alerts).toMatchObject([{ startAt: 5_000, expires: 5_000 + 599_700 }]));
  });
});
