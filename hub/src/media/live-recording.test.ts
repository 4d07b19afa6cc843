import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decoded, opusFrames } from "../live/live.fixture.ts";
import { LiveRecording, recoverRecordings } from "./live-recording.ts";
import { wholePart } from "./ogg-opus.ts";
import { AssetStore } from "./store.ts";

const SESSION = "0123456789abcdef0123456789abcdef";
const SPEECH = "aevalsrc='0.4*sin(2*PI*(300+200*sin(2*PI*1.3*t))*t)*(0.5+0.5*sin(2*PI*2.1*t))':d=4:s=48000";
/** Samples. */
const FRAME = 960;
const PRE_SKIP = 312;

let data: string;
let assets: AssetStore;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "loa-live-"));
  assets = new AssetStore(data);
});
afterEach(() => rm(data, { recursive: true }));

const never = (_: string, cause: unknown) => {
  throw cause;
};
const kept = (sha256: string) => readFile(assets.path(sha256));

/** Correlation of two stretches of sound, 1: the same. */
function alike(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let n = 0; n < Math.min(a.length, b.length); n++) {
    ab += a[n]! * b[n]!;
    aa += a[n]! * a[n]!;
    bb += b[n]! * b[n]!;
  }
  return ab / Math.sqrt(aa * bb || 1);
}

describe("the recording of live speech", () => {
  test("is decoded by ffmpeg to what was said, as long as it was said, with silence where nothing came", async () => {
    const frames = opusFrames(SPEECH);
    const whole = await LiveRecording.begin(data, SESSION.replace("0", "1"));
    whole.add(60_000, frames);
    const straight = decoded(await kept((await whole.finish(assets))!.sha256));
    expect(straight).toHaveLength(frames.length * FRAME - PRE_SKIP);

    const recording = await LiveRecording.begin(data, SESSION);
    const gap = 50;
    for (let n = 0; n < frames.length; n += 3)
      recording.add(5_000 + (n < 90 ? n : n + gap) * 20, frames.slice(n, n + 3));
    const recorded = await recording.finish(assets);
    expect(recorded?.durationMs).toBe((frames.length + gap) * 20);
    const heard = decoded(await kept(recorded!.sha256));
    expect(heard).toHaveLength((frames.length + gap) * FRAME - PRE_SKIP);
    const [before, after] = [90 * FRAME - PRE_SKIP, (90 + gap) * FRAME];
    expect(alike(heard.subarray(0, before), straight.subarray(0, before))).toBeGreaterThan(0.999);
    // The decoder needs some frames to be where it was.
    const [late, same] = [after + 10 * FRAME, before + 10 * FRAME + PRE_SKIP];
    expect(alike(heard.subarray(late - PRE_SKIP), straight.subarray(same - PRE_SKIP))).toBeGreaterThan(0.95);
    const silent = heard.subarray(before + 5 * FRAME, after - 2 * FRAME);
    expect(Math.max(...silent.map(Math.abs))).toBeLessThan(0.01);
  });

  test("of nothing is none", async () => {
    expect(await (await LiveRecording.begin(data, SESSION)).finish(assets)).toBeNull();
    expect(await readdir(join(data, "live"))).toEqual([]);
  });

  test.each([
    ["whole pages", 0],
    ["half a page", 17],
  ])("that a crash left with %s is finished by the next start, and nothing stays behind", async (_, cut) => {
    const frames = opusFrames(SPEECH);
    const recording = await LiveRecording.begin(data, SESSION);
    for (let n = 0; n < frames.length; n += 3) recording.add(n * 20, frames.slice(n, n + 3));
    const file = join(data, "live", `${SESSION}.opus`);
    await expect.poll(async () => wholePart(await readFile(file)).frames).toBeGreaterThan(145);
    await expect
      .poll(async () => wholePart(await readFile(file)).bytes === (await readFile(file)).length)
      .toBe(true);
    const left = await readFile(file);
    await recording.finish(assets);
    await writeFile(file, left.subarray(0, left.length - cut));
    if (cut === 0) await appendFile(file, "OggS and then power was lost");
    const found = await recoverRecordings(data, assets, never);
    const recorded = found.get(SESSION)!;
    expect(decoded(await kept(recorded.sha256))).toHaveLength((recorded.durationMs / 20) * FRAME - PRE_SKIP);
    expect(recorded.durationMs).toBeGreaterThan(cut > 0 ? 1_900 : 2_900);
    expect(await readdir(join(data, "live"))).toEqual([]);
    expect(await recoverRecordings(data, assets, never)).toEqual(new Map());
  });

  test("that cannot be recovered keeps no other from it, and is tried again", async () => {
    const [broken, whole] = ["a", "b"].map((digit) => SESSION.replace("0", digit)) as [string, string];
    const path = join(data, "live", `${broken}.opus`);
    await mkdir(path, { recursive: true });
    const recording = await LiveRecording.begin(data, whole);
    recording.add(0, opusFrames(SPEECH).slice(0, 60));
    await expect
      .poll(async () => (await readFile(join(data, "live", `${whole}.opus`))).length)
      .toBeGreaterThan(500);
    const failed: string[] = [];
    const found = await recoverRecordings(data, assets, (id) => failed.push(id));
    expect([[...found.keys()], failed]).toEqual([[whole], [broken]]);
    expect(await readdir(join(data, "live"))).toEqual([`${broken}.opus`]);
    await recording.finish(assets).catch(() => {});
  });
});
