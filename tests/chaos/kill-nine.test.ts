import { afterAll, beforeAll, test } from "vitest";
import type { Answer } from "../harness/api.ts";
import type { Commune } from "../harness/commune.ts";
import { KILL_IDS, killCommune } from "../harness/kill-commune.ts";
import { killRound } from "../harness/kill-round.ts";

const ROUNDS = 50;
let commune: Commune;
let announcement: Answer;
let asset: Float32Array;

beforeAll(async () => {
  ({ commune, announcement, asset } = await killCommune());
}, 120_000);

afterAll(() => commune?.stop());

test(`${ROUNDS * KILL_IDS.length} kills at random instants: joined or explained, never twice, nothing corrupt`, async () => {
  for (let round = 0; round < ROUNDS; round++) await killRound(commune, KILL_IDS, announcement, asset);
}, 3_600_000);
