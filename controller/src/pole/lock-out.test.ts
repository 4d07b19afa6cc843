import { type Logger, silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import { minutes } from "@loa/kernel/units";
import { expect, onTestFinished, test } from "vitest";
import { fillDisk, newFolder } from "../folder.fixture.ts";
import { Journal } from "../link/journal.ts";
import type { Hardware, HardwareState } from "../ports.ts";
import { LockOut } from "./lock-out.ts";

/** A station that can be locked out, with a clock of its own beside the station's time. */
class Bench {
  readonly folder = newFolder();
  readonly clock = new ManualClock(1_000_000);
  /** Station time minus the machine's. */
  offset = 0;
  synchronised = true;
  hasSwitch = false;
  board: HardwareState = "ready";
  position: boolean | undefined = undefined;
  changes = 0;
  readonly errors: unknown[] = [];
  lockOut = this.boot();

  boot(): LockOut {
    const log: Logger = { ...silentLog, error: (fields) => this.errors.push(fields) };
    const journal = new Journal(this.folder, log);
    onTestFinished(() => journal.close());
    const bench = this;
    const hardware = {
      get state() {
        return bench.board;
      },
      readings: () => ({
        zoneAmps: {},
        ...(bench.position !== undefined && { lockOutSwitch: bench.position }),
      }),
    } as unknown as Hardware;
    this.lockOut = new LockOut({
      ...{ clock: this.clock, log, journal, hardware, hasSwitch: this.hasSwitch },
      time: () => ({ now: this.clock.now() + this.offset, synchronised: this.synchronised }),
      changed: () => this.changes++,
    });
    this.lockOut.restore();
    return this.lockOut;
  }
}

test("a lock-out ends by itself at its time, and is renewed and released by hand", async () => {
  const { lockOut, clock } = new Bench();
  lockOut.lock(10);
  await clock.advance(minutes(8));
  lockOut.lock(10);
  await clock.advance(minutes(9));
  expect(lockOut.state).toEqual({ by: ["command"], until: clock.now() + minutes(1) });
  await clock.advance(minutes(1));
  expect([lockOut.active, lockOut.state.by]).toEqual([false, []]);
  lockOut.lock(10);
  lockOut.release();
  expect(lockOut.active).toBe(false);
});

test.each([0, -1, 120.1, Number.NaN])("no lock-out lasts %d minutes", (forMinutes) => {
  const { lockOut } = new Bench();
  expect(() => lockOut.lock(forMinutes)).toThrow("120 minutes");
  expect(lockOut.active).toBe(false);
});

test("a clock that is set neither ends a lock-out nor makes it longer", async () => {
  const bench = new Bench();
  bench.lockOut.lock(30);
  bench.offset = 86_400_000;
  await bench.clock.advance(minutes(29));
  expect(bench.lockOut.active).toBe(true);
  bench.offset = -86_400_000;
  await bench.clock.advance(minutes(1));
  expect(bench.lockOut.active).toBe(false);
});

test("a lock-out survives a restart, and what was off meanwhile counts on a believed clock", async () => {
  const bench = new Bench();
  bench.lockOut.lock(30);
  await bench.clock.advance(minutes(10));
  const again = bench.boot();
  expect(again.active).toBe(true);
  await bench.clock.advance(minutes(19));
  expect(again.active).toBe(true);
  await bench.clock.advance(minutes(2));
  expect([again.active, bench.boot().active]).toEqual([false, false]);
});

test("a release survives a restart", async () => {
  const bench = new Bench();
  bench.lockOut.lock(30);
  bench.lockOut.release();
  expect(bench.boot().active).toBe(false);
});

test("a disk that takes nothing keeps nobody from being safe", async () => {
  const bench = new Bench();
  fillDisk(bench.folder);
  bench.lockOut.lock(30);
  expect(bench.lockOut.active).toBe(true);
  expect(bench.errors.length).toBeGreaterThan(0);
});

test("the switch has no time limit, and a command's release does not outdo it", async () => {
  const bench = new Bench();
  bench.hasSwitch = true;
  bench.position = true;
  const lockOut = bench.boot();
  lockOut.look();
  lockOut.lock(5);
  expect(lockOut.state.by).toEqual(["switch", "command"]);
  lockOut.release();
  await bench.clock.advance(minutes(500));
  expect([lockOut.active, lockOut.state]).toEqual([true, { by: ["switch"], until: null }]);
  bench.position = false;
  const before = bench.changes;
  lockOut.look();
  lockOut.look();
  expect([lockOut.active, bench.changes - before]).toEqual([false, 1]);
});

test("a switch that has not been read counts as on; a board that is away says nothing", () => {
  const bench = new Bench();
  bench.hasSwitch = true;
  const lockOut = bench.boot();
  expect([lockOut.active, lockOut.standing]).toEqual([true, "unknown"]);
  bench.board = "lost";
  expect([lockOut.active, lockOut.standing]).toEqual([false, "unknown"]);
});
