import { expect, test } from "vitest";
import type { Hardware } from "../ports.ts";
import { Interlock } from "./interlock.ts";

test("while locked out no relay closes, whoever asks; every relay still opens", () => {
  const moves: string[] = [];
  const board = {
    setAmplifier: (on: boolean) => moves.push(`amplifier ${on}`),
    setZone: (zone: string, closed: boolean) => moves.push(`${zone} ${closed}`),
  } as unknown as Hardware;
  let lockedOut = false;
  const hardware = new Interlock(board, () => lockedOut);
  const both = (closed: boolean) => {
    hardware.setAmplifier(closed);
    hardware.setZone("z1", closed);
  };
  both(true);
  lockedOut = true;
  both(true);
  both(false);
  lockedOut = false;
  both(true);
  expect(moves.map((move) => move.replace(/^\S+ /, ""))).toEqual([
    ...["true", "true", "false", "false", "false", "false", "true", "true"],
  ]);
});
