import { join } from "node:path";
import Database from "better-sqlite3";
import { expect } from "vitest";
import { confirmed, proven, scheduled } from "./announce.ts";
import type { Answer } from "./api.ts";
import type { Commune } from "./commune.ts";
import { endsAt } from "./recording-at.ts";
import { recordingsOf } from "./recordings.ts";
import { correlateNear, RATE, rmsDb } from "./sound.ts";
import { until, untilTime } from "./until.ts";

/** From a fresh process to sound: boot, handshake with the board, warm-up and relays. */
const JOIN_MS = 8_000;
const AUDIBLE_DB = -45;

/** One `kill -9` of one controller and its restart. Unix ms. */
interface Kill {
  readonly id: string;
  readonly at: number;
  readonly backAt: number;
}

/**
 * Schedules one broadcast on all stations, kills every controller once at a random instant around it, starts it again, and checks
 * that what sounded is the announcement in its right place, that silence has its reason, that there is one receipt each, and that the stores are whole.
 */
export async function killRound(
  commune: Commune,
  ids: readonly string[],
  announcement: Answer,
  asset: Float32Array,
): Promise<void> {
  const staff = await commune.person("xa");
  const broadcast = await scheduled(
    staff,
    announcement.id,
    ids.map((stationId) => ({ stationId })),
    7_000,
  );
  await confirmed(staff, broadcast.id);
  const endAt = broadcast.startAt + asset.length / (RATE / 1_000);
  const kills = await Promise.all(
    ids.map((id) => killOnce(commune, id, broadcast.startAt - 5_000, endAt + 1_500)),
  );
  await untilTime(endAt + 1_000);
  const playouts = await proven(staff, broadcast.id, ids.length, 40_000);
  expect(playouts).toHaveLength(ids.length);
  for (const kill of kills) {
    const playout = playouts.find(({ stationId }) => stationId === kill.id);
    expect(["played", "partial", "missed"], JSON.stringify({ playout, kill })).toContain(playout?.outcome);
    await until("relays open", 15_000, async () =>
      (await commune.truth(kill.id)).zones.every(({ closed }: Answer) => !closed) ? true : null,
    );
    checkSound(commune, kill, broadcast.startAt, endAt, asset);
    checkStore(commune, kill.id);
  }
}

async function killOnce(commune: Commune, id: string, from: number, to: number): Promise<Kill> {
  await untilTime(from + Math.random() * (to - from));
  const at = Date.now();
  commune.part(id).kill("SIGKILL");
  await commune.part(id).ended;
  await untilTime(Date.now() + Math.random() * 600);
  await commune.startStation(id).ready;
  return { id, at, backAt: Date.now() };
}

/** Every audible half second must be the announcement where it belongs; every half second with a living station must be audible. */
function checkSound(
  commune: Commune,
  { id, at, backAt }: Kill,
  startAt: number,
  endAt: number,
  asset: Float32Array,
): void {
  const recordings = recordingsOf(commune.simData, id, "z1").filter((one) => endsAt(one) > startAt - 3_000);
  const step = RATE / 2;
  for (let frame = step; frame + 2 * step < asset.length; frame += step) {
    if (rmsDb(asset, frame, frame + step) < AUDIBLE_DB + 10) continue;
    const time = startAt + frame / (RATE / 1_000);
    const recording = recordings.find(
      (one) => one.firstSampleAtUs / 1_000 < time && endsAt(one) > time + 500,
    );
    const where = recording ? Math.round((time - recording.firstSampleAtUs / 1_000) * (RATE / 1_000)) : 0;
    const sounds = recording !== undefined && rmsDb(recording.samples, where, where + step) > AUDIBLE_DB;
    const lives = time + 500 < at - 300 || time > Math.max(backAt, startAt) + JOIN_MS;
    const mayJoin = time > backAt - 200 && !lives;
    expect(
      sounds || !lives,
      `${id} is silent at ${time - startAt} ms without a reason (killed at ${at - startAt}, back at ${backAt - startAt})`,
    ).toBe(true);
    if (!sounds || !recording || mayJoin) continue;
    const dying = time + 500 > at - 300 && time < at + 500;
    if (!dying)
      expect(
        correlateNear(recording.samples, where, asset, frame, step, RATE / 40),
        `${id} at ${time - startAt} ms`,
      ).toBeGreaterThan(0.85);
  }
  for (const recording of recordings)
    for (let where = 0; where + step < recording.samples.length; where += step) {
      const time = recording.firstSampleAtUs / 1_000 + where / (RATE / 1_000);
      const outside = time + 500 < startAt - 100 || time > endAt + 200;
      if (outside)
        expect(
          rmsDb(recording.samples, where, where + step),
          `${id} sounds outside the broadcast at ${time - startAt} ms`,
        ).toBeLessThan(-60);
    }
}

function checkStore(commune: Commune, id: string): void {
  const db = new Database(join(commune.stationData(id), "journal.db"), { readonly: true });
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  db.close();
  expect(commune.log(id)).not.toContain("STORE_CORRUPT");
}
