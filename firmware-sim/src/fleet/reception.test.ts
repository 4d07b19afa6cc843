import { generateKeyPairSync } from "node:crypto";
import { Command } from "@loa/protocol/command";
import { sign, type Trust } from "@loa/protocol/envelope";
import { beforeEach, describe, expect, test } from "vitest";
import { alertOf } from "./core/station.fixture.ts";
import { Reception } from "./reception.ts";
import { Sampler } from "./sampler.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const kid = "command-1";
const trust: Trust = {
  root: { kid: "root", x: "x".repeat(43) },
  keySet: {
    ...{ version: 1, revoked: [], expires: 9e12 },
    keys: [{ kid, use: "command", x: String(publicKey.export({ format: "jwk" }).x) }],
  },
  ...{ audience: ["vinh-01-01", "vinh"], now: 1_000_000, clockErrorMs: 0 },
};
const body = { id: "c-1", kind: "stop" as const, by: "Lan" };
const signed = (more: object = {}, key = privateKey) =>
  sign("command", { kid, key }, { iss: "hub", aud: ["vinh"], iat: 999, exp: 2_000, body, ...more });

test("the sampler picks exactly its share, evenly", () => {
  const picked = (share: number) => {
    const sampler = new Sampler(share);
    return Array.from({ length: 100 }, () => sampler.next());
  };
  expect(picked(0.1).filter(Boolean)).toHaveLength(10);
  expect(picked(0.1).slice(0, 20).filter(Boolean)).toHaveLength(2);
  expect(picked(1).every(Boolean)).toBe(true);
  expect(picked(0).some(Boolean)).toBe(false);
});

describe.each([
  ["verified", 1],
  ["not verified", 0],
])("a message whose signature is %s", (_, share) => {
  let reception: Reception;
  beforeEach(() => {
    reception = new Reception(new Sampler(share));
  });

  test("is taken with its times", async () => {
    const received = await reception.take("command", Command, await signed(), trust);
    expect(received).toEqual({ body, signedAt: 999_000, expiresAt: 2_000_000 });
    expect(reception.verified).toBe(share);
  });

  test.each([
    ["meant for others", { aud: ["cua-lo"] }, "AUDIENCE_WRONG"],
    ["expired", { exp: 999 }, "EXPIRED"],
    ["of another shape", { body: { kind: "stop" } }, "SCHEMA_INVALID"],
  ])("is refused when it is %s", async (_what, more, code) => {
    await expect(reception.take("command", Command, await signed(more), trust)).rejects.toMatchObject({
      code,
    });
  });
});

test("a forged one is refused where it is verified", async () => {
  const forged = await signed({}, generateKeyPairSync("ed25519").privateKey);
  const reception = new Reception(new Sampler(1));
  await expect(reception.take("command", Command, forged, trust)).rejects.toMatchObject({
    code: "SIGNATURE_INVALID",
  });
});

describe("an alert that thousands get", () => {
  const alert = alertOf("a", { except: ["vinh-01-02"] });
  const alertTrust: Trust = {
    ...trust,
    keySet: { ...trust.keySet!, keys: [{ ...trust.keySet!.keys[0]!, use: "alert" }] },
  };
  const signedAlert = (more: object = {}, key = privateKey) =>
    sign("alert", { kid, key }, { iss: "hub", aud: ["vinh"], iat: 999, exp: 2_000, body: alert, ...more });

  test("is kept once, and only the share that is picked is verified", async () => {
    const reception = new Reception(new Sampler(0.5));
    const compact = await signedAlert();
    const all = await Promise.all([1, 2, 3, 4].map(() => reception.takeAlert("alert", compact, alertTrust)));
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
    expect(all[0]).toMatchObject({ signedAt: 999_000, expiresAt: 2_000_000, body: { roundMs: 10_000 } });
    expect(reception.verified).toBe(2);
  });

  test("is still judged by each for itself", async () => {
    const reception = new Reception(new Sampler(0));
    const compact = await signedAlert();
    await reception.takeAlert("alert", compact, alertTrust);
    const refused = (more: Partial<Trust>) =>
      reception.takeAlert("alert", compact, { ...alertTrust, ...more });
    await expect(refused({ audience: ["cua-lo"] })).rejects.toMatchObject({ code: "AUDIENCE_WRONG" });
    await expect(refused({ now: 3_000_000 })).rejects.toMatchObject({ code: "EXPIRED" });
  });

  test("is refused where it is forged, or of another kind than its key", async () => {
    const reception = new Reception(new Sampler(1));
    const forged = await signedAlert({}, generateKeyPairSync("ed25519").privateKey);
    await expect(reception.takeAlert("alert", forged, alertTrust)).rejects.toMatchObject({
      code: "SIGNATURE_INVALID",
    });
    const exercise = await signedAlert({ body: { ...alert, kind: "exercise" } });
    await expect(reception.takeAlert("alert", exercise, alertTrust)).rejects.toMatchObject({
      code: "KEY_USE_WRONG",
    });
  });
});

test("stations with the same segments hold one copy of them", () => {
  const reception = new Reception(new Sampler(1));
  const segments = () => JSON.parse('[{"broadcastId":"b","segment":0}]');
  const first = reception.shared(segments());
  expect(reception.shared(segments())).toBe(first);
  expect(reception.shared([])).not.toBe(first);
});
