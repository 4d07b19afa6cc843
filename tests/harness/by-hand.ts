import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { saveIdentity } from "@loa/controller/link/identity";
import { type Envelope, type Signer, sign } from "@loa/protocol/envelope";
import type { Plan, Segment } from "@loa/protocol/plan";
import { ALWAYS, type Commune } from "./commune.ts";
import type { HostileHub } from "./hostile-hub.ts";
import { decode, speech } from "./sound.ts";
import { envelope, HUB_ID, type TestKeys } from "./test-keys.ts";

/** Where stations that were enrolled by hand stand. */
export const AREA_PATH = ["tinh-thu", "xa-thu"];

/** Gives a station the identity that enrolment would have given it, made by the test. Returns its secret. */
export function enrolByHand(
  commune: Commune,
  id: string,
  hub: HostileHub,
  { root }: TestKeys,
  keySet: string,
): Buffer {
  const secret = randomBytes(32);
  saveIdentity(commune.stationData(id), {
    station: id,
    name: id,
    hubId: HUB_ID,
    key: "",
    certificate: "",
    ca: "",
    root: { kid: root.kid, x: root.x },
    keySet,
    areaPath: AREA_PATH,
    areaRevision: 1,
    ...hub.addresses(id, secret),
  });
  return secret;
}

/** Speech as a station plays it. */
export interface TestAsset {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly durationMs: number;
  readonly samples: Float32Array;
}

/** Vietnamese speech, levelled and encoded as the hub does it. */
export function testAsset(folder: string, name: string, text: string): TestAsset {
  speech(folder, `${name}.wav`, text);
  const [wav, opus] = [join(folder, `${name}.wav`), join(folder, `${name}.opus`)];
  const level = ["-af", "loudnorm=I=-16:TP=-1", "-ar", "48000", "-ac", "1"];
  execFileSync("ffmpeg", ["-v", "error", "-y", "-i", wav, ...level, "-c:a", "libopus", "-b:a", "32k", opus]);
  const bytes = readFileSync(opus);
  const samples = decode(bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { bytes, sha256, durationMs: samples.length / 48, samples };
}

/** A segment that plays one asset on both zones, joined late if need be. */
export function segmentOf(
  broadcastId: string,
  { sha256, bytes, durationMs }: Pick<TestAsset, "sha256" | "bytes" | "durationMs">,
  startAt: number,
  more: Partial<Segment> = {},
): Segment {
  return {
    broadcastId,
    segment: 0,
    startAt,
    durationMs,
    priority: "scheduled",
    zones: ["z1", "z2"],
    items: [{ kind: "announcement", sha256, bytes: bytes.length, durationMs, gainDb: 0 }],
    chime: false,
    lateStart: joinWithin(60_000),
    staggerMs: 0,
    approvedBy: "u-thu",
    ...more,
  };
}

/** A late start that is joined within a grace. */
export const joinWithin = (withinMs: number): Segment["lateStart"] => ({
  withinMs,
  // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
  then: "join",
});

/** A plan at a position. */
export function planOf(
  hubEpoch: number,
  revision: number,
  segments: readonly Segment[],
  more: Partial<Plan> = {},
): Plan {
  const now = Date.now();
  return {
    hubEpoch,
    revision,
    generatedAt: now,
    validUntil: now + 8 * 86_400_000,
    areaPath: AREA_PATH,
    areaRevision: 1,
    timeZone: "Asia/Ho_Chi_Minh",
    envelope: ALWAYS as Plan["envelope"],
    segments: [...segments],
    ...more,
  };
}

/** Signs a plan for a station. */
export const signedPlan = (
  signer: Signer,
  station: string,
  body: unknown,
  more: Partial<Envelope> = {},
): Promise<string> => sign("plan", signer, envelope([station], body, more));

/** Signs a command for an audience. */
export const signedCommand = (
  signer: Signer,
  aud: readonly string[],
  body: unknown,
  more: Partial<Envelope> = {},
): Promise<string> => sign("command", signer, envelope(aud, body, more));

/** A whole second at least `inMs` from now. */
export const secondsFrom = (inMs: number): number => Math.ceil((Date.now() + inMs) / 1_000) * 1_000;
