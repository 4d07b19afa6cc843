import { afterAll, beforeAll, test } from "vitest";
import type { Answer } from "./api.ts";
import type { Commune } from "./commune.ts";
import { KILL_IDS, killCommune } from "./kill-commune.ts";
import { killRound } from "./kill-round.ts";

/** Kills every controller once in each round, around a broadcast of its own, and checks what sounded and what is kept. */
export function killSuite(rounds: number, timeoutMs: number): void {
  let commune: Commune;
  let announcement: Answer;
  let asset: Float32Array;

  beforeAll(async () => {
    ({ commune, announcement, asset } = await killCommune());
  }, 120_000);

  afterAll(() => commune?.stop());

  const kills = rounds * KILL_IDS.length;
  test(
    `${kills} kills at random instants: joined or explained, never twice, nothing corrupt`,
    async () => {
      for (let round = 0; round < rounds; round++) await killRound(commune, KILL_IDS, announcement, asset);
    },
    timeoutMs,
  );
}
