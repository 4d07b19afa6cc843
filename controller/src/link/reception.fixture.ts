import { generateKeyPairSync } from "node:crypto";
import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import type { Ack } from "@loa/protocol/ack";
import type { Alert } from "@loa/protocol/alert";
import { type SignedKind, type Signer, sign } from "@loa/protocol/envelope";
import { KEY_USES, type KeySet } from "@loa/protocol/key-set";
import type { LiveSession } from "@loa/protocol/live-session";
import type { Plan } from "@loa/protocol/plan";
import { expect, onTestFinished, vi } from "vitest";
import { newFolder } from "../folder.fixture.ts";
import { NOON, planOf } from "../plan.fixture.ts";
import { AssetCache } from "./asset-cache.ts";
import type { Identity } from "./identity.ts";
import { Journal } from "./journal.ts";
import { Reception } from "./reception.ts";

/** Waits for real cryptography and disks, briefly. */
export const soon = (check: () => void) => vi.waitFor(check, { interval: 2 });

const STATION = "station-01";

/** A signing key, with the public half as a key set holds it. */
export function keyPair(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    signer: { kid, key: privateKey } as Signer,
    kid,
    x: String(publicKey.export({ format: "jwk" }).x),
  };
}

const root = keyPair("root");
/** The hub's key of each use. */
export const keys = Object.fromEntries(KEY_USES.map((use) => [use, keyPair(`${use}-1`)]));
/** A key set of the hub's keys. */
export const keySetOf = (version: number, given: Partial<KeySet> = {}): KeySet => ({
  version,
  keys: KEY_USES.map((use) => ({ kid: `${use}-1`, x: keys[use]!.x, use })),
  revoked: [],
  expires: NOON + 1e10,
  ...given,
});

/** Signs as the hub would: for this station, valid for an hour. */
export function signed(
  kind: SignedKind,
  body: unknown,
  given: { by?: Signer; aud?: string[]; exp?: number } = {},
) {
  const signer = kind === "key-set" ? root.signer : keys[kind]!.signer;
  const { by = signer, aud = [STATION], exp = NOON / 1_000 + 3_600 } = given;
  return sign(kind, by, { iss: "hub", aud, iat: NOON / 1_000, exp, body });
}
/** A key set signed by the root. */
export const keySetFor = (keySet: KeySet) =>
  signed("key-set", keySet, { aud: ["hub"], exp: keySet.expires / 1_000 });

/** What enrolment left at the station. */
export const identity: Identity = {
  ...{ hubId: "hub", name: "Cụm loa 1", station: STATION, certificate: "", ca: "", key: "" },
  ...{ secret: "s", root: { kid: root.kid, x: root.x }, keySet: await keySetFor(keySetOf(1)) },
  ...{
    mqtt: "mqtt://localhost",
    assets: "http://localhost",
    areaPath: ["province", "commune"],
    areaRevision: 1,
  },
};

/** Nonce of this session's birth. */
export const NONCE = "nonce-of-this-session";

/** A station as its process starts. */
interface World {
  readonly folder?: string;
  readonly now?: number;
  readonly errorMs?: number;
  readonly synchronised?: boolean;
  readonly identity?: Identity;
}

/** A station's reception over a real journal. `stops` and `moves` are what it told the rest of the station. */
export async function receive({
  folder = newFolder(),
  now = NOON,
  errorMs = 10,
  synchronised = true,
  identity: who = identity,
}: World = {}) {
  const journal = new Journal(folder, silentLog);
  const assets = new AssetCache(folder, new ManualClock(now), silentLog);
  const [acks, stops, moves, rejections]: [Ack[], (string | undefined)[], string[], string[]] = [
    [],
    [],
    [],
    [],
  ];
  let planChanges = 0;
  let acked = () => {};
  const onAck = (listener: () => void) => {
    acked = listener;
  };
  const time = { now, errorMs, synchronised };
  const alerts: Alert[] = [];
  const lives: LiveSession[] = [];
  const reception = new Reception(
    {
      ...{ identity: who, journal, assets, log: silentLog, time: () => time, nonce: NONCE },
      ack: (ack) => {
        acks.push(ack);
        acked();
      },
      rejected: (code) => rejections.push(code),
    },
    {
      planChanged: () => planChanges++,
      stop: (id) => stops.push(id),
      live: (session) => lives.push(session),
      areaChanged: (path) => moves.push(path.join("/")),
      alert: (alert) => alerts.push(alert),
    },
  );
  let open = true;
  const close = () => {
    if (open) journal.close();
    open = false;
  };
  onTestFinished(close);
  await reception.restore();
  const states = () => acks.map(({ id, state, code }) => [id, state, code].filter(Boolean).join(" "));
  /** Takes a message and waits for the first ack that it causes. */
  const take = async (kind: "plan" | "command" | "alert", compact: string) => {
    const before = acks.length;
    reception.take(kind, Buffer.from(compact));
    await soon(() => expect(acks.length).toBeGreaterThan(before));
    return acks[before]!;
  };
  return {
    reception,
    journal,
    assets,
    acks,
    states,
    stops,
    lives,
    alerts,
    moves,
    rejections,
    take,
    close,
    folder,
    onAck,
    planChanges: () => planChanges,
  };
}

/** A plan in which nothing sounds. */
export const silentPlan = (given: Partial<Plan> = {}) => planOf([], given);
