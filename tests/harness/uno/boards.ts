import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Bench } from "./bench.ts";

/** Set-up is plain JavaScript: it runs before TypeScript can. */
const SETUP = resolve(import.meta.dirname, "../../../scripts/setup/firmware.mjs");

/** The boards of which the same is expected. */
export const BOARDS = ["StandardFirmata on avr8js", "the simulator"] as const;
export type BoardName = (typeof BOARDS)[number];

/** A bench with one of the boards, not plugged in yet, and what takes it down again. */
export async function setUpBench(name: BoardName): Promise<{ bench: Bench; tearDown: () => Promise<void> }> {
  const real = name === "StandardFirmata on avr8js";
  const hexFile: string | undefined = real ? (await import(SETUP)).firmwareFile() : undefined;
  const folder = mkdtempSync(join(tmpdir(), "loa-bench-"));
  const bench = new Bench(folder, hexFile);
  return {
    bench,
    tearDown: async () => {
      await bench.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
