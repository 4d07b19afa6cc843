import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { silentLog } from "@loa/kernel/log";
import { days } from "@loa/kernel/units";
import type { Receipt } from "@loa/protocol/receipt";
import { describe, expect, onTestFinished, test } from "vitest";
import { keyOf } from "../core/candidate.ts";
import { fillDisk, newFolder } from "../folder.fixture.ts";
import { NOON, segmentOf } from "../plan.fixture.ts";
import { Journal, type OpenPlayout } from "./journal.ts";

const DAY = "2026-05-04";

function journalIn(folder: string): Journal {
  const journal = new Journal(folder, silentLog);
  onTestFinished(() => journal.close());
  return journal;
}

const segment = segmentOf();
const openOf = (given: Partial<OpenPlayout> = {}): OpenPlayout => ({
  key: "b1/0",
  segment,
  startedAt: null,
  samplesRendered: 0,
  startErrorMs: null,
  interrupted: false,
  ...given,
});
const receiptOf = (given: Partial<Receipt> = {}): Receipt => ({
  receiptId: "r-1",
  broadcastId: "b1",
  segment: 0,
  zones: ["z1"],
  scheduledAt: NOON,
  startedAt: NOON,
  endedAt: NOON + 10_000,
  outcome: "played",
  samplesRendered: 480_000,
  samplesPlanned: 480_000,
  startErrorMs: 0,
  clockErrorMs: 1,
  gainDb: 0,
  line: [],
  sequence: 1,
  ...given,
});

describe("the journal", () => {
  test("keeps facts over a restart, several at once or none", () => {
    const folder = newFolder();
    const journal = new Journal(folder, silentLog);
    journal.setFact("a", "1");
    journal.setFacts({ a: "2", b: "3" });
    expect(() => journal.setFacts({ a: "9", b: null as unknown as string })).toThrow();
    journal.close();
    const later = journalIn(folder);
    expect([later.fact("a"), later.fact("b"), later.fact("c"), later.renewed]).toEqual([
      "2",
      "3",
      null,
      false,
    ]);
  });

  test("counts sessions from 1, each boot one more", () => {
    const folder = newFolder();
    const sessions = [1, 2, 3].map(() => {
      const journal = new Journal(folder, silentLog);
      const session = journal.next("session");
      journal.close();
      return session;
    });
    expect(sessions).toEqual([1, 2, 3]);
  });

  test("remembers an open playout as it was last kept, until it is settled", () => {
    const folder = newFolder();
    const journal = new Journal(folder, silentLog);
    journal.open(openOf(), DAY);
    journal.open(openOf({ startedAt: NOON + 3, samplesRendered: 4_800, startErrorMs: 3 }), DAY);
    journal.close();
    const later = journalIn(folder);
    expect(later.openPlayouts()).toEqual([
      openOf({ startedAt: NOON + 3, samplesRendered: 4_800, startErrorMs: 3 }),
    ]);
    expect(later.closedKeys()).toEqual([]);
    later.settle("b1/0", receiptOf(), NOON + 10_000, DAY);
    expect([later.openPlayouts(), later.closedKeys()]).toEqual([[], ["b1/0"]]);
  });

  test("gives each segment one receipt: the first stays", () => {
    const journal = journalIn(newFolder());
    journal.open(openOf(), DAY);
    expect(journal.settle("b1/0", receiptOf(), NOON, DAY)).toBe(true);
    expect(journal.settle("b1/0", receiptOf({ receiptId: "r-2", outcome: "missed" }), NOON, DAY)).toBe(false);
    journal.open(openOf(), DAY);
    expect(journal.unsentReceipts(10)).toEqual([receiptOf()]);
    expect(journal.openPlayouts()).toEqual([]);
  });

  test("gives the oldest receipts first, until the hub has them, and never opens what they settled again", () => {
    const folder = newFolder();
    const journal = journalIn(folder);
    for (const n of [1, 2, 3])
      journal.settle(`b${n}/0`, receiptOf({ receiptId: `r-${n}`, broadcastId: `b${n}` }), NOON, DAY);
    expect(journal.unsentReceipts(2).map(({ receiptId }) => receiptId)).toEqual(["r-1", "r-2"]);
    journal.forgetReceipts(["r-1", "r-3", "r-unknown"]);
    journal.forgetReceipts(["r-1"]);
    expect([journal.countUnsent(), journal.unsentReceipts(9).map(({ receiptId }) => receiptId)]).toEqual([
      1,
      ["r-2"],
    ]);
    const later = journalIn(folder);
    expect(later.closedKeys().sort()).toEqual(["b1/0", "b2/0", "b3/0"]);
    later.open(openOf(), DAY);
    expect([later.openPlayouts(), later.settle("b1/0", receiptOf({ receiptId: "r-9" }), NOON, DAY)]).toEqual([
      [],
      false,
    ]);
  });

  test("adds up the minutes that sounded, by local day", () => {
    const journal = journalIn(newFolder());
    journal.open(openOf({ key: "b0/0" }), DAY);
    const minute = 60 * 48_000;
    journal.settle("b1/0", receiptOf({ samplesRendered: minute }), NOON, DAY);
    journal.settle("b2/0", receiptOf({ receiptId: "r-2", samplesRendered: minute / 2 }), NOON, DAY);
    journal.settle("b3/0", receiptOf({ receiptId: "r-3", samplesRendered: minute * 3 }), NOON, "2026-05-05");
    journal.forgetReceipts(["r-1"]);
    expect(journal.airtime()).toEqual({ [DAY]: 1.5, "2026-05-05": 3 });
  });

  test("takes a command once, also after a restart", () => {
    const folder = newFolder();
    const journal = new Journal(folder, silentLog);
    expect([journal.takeCommand("c1", NOON, "finished"), journal.takeCommand("c1", NOON, "again")]).toEqual([
      true,
      false,
    ]);
    journal.close();
    const later = journalIn(folder);
    expect([later.commandState("c1"), later.takeCommand("c1", NOON, "again")]).toEqual(["finished", false]);
    expect(later.commandState("c2")).toBeNull();
  });

  test("remembers a stop for the longest time that was asked", () => {
    const journal = journalIn(newFolder());
    journal.stop("b1", NOON + 5_000);
    journal.stop("b1", NOON + 1_000);
    journal.prune(NOON + 4_000);
    expect(journal.stoppedBroadcasts()).toEqual(["b1"]);
    journal.prune(NOON + 5_001);
    expect(journal.stoppedBroadcasts()).toEqual([]);
  });

  test("prunes what nothing can ask for any more, and never a receipt that the hub does not have", () => {
    const journal = journalIn(newFolder());
    journal.takeCommand("expired", NOON - days(2), "finished");
    journal.takeCommand("fresh", NOON + 1, "finished");
    for (const [n, age] of [
      [1, 40],
      [2, 40],
      [3, 20],
    ] as const)
      journal.settle(`b${n}/0`, receiptOf({ receiptId: `r-${n}` }), NOON - days(age), DAY);
    journal.open(openOf({ key: "b4/0", segment: segmentOf({ startAt: NOON - days(40) }) }), DAY);
    journal.forgetReceipts(["r-1", "r-3"]);
    journal.prune(NOON);
    expect([journal.commandState("expired"), journal.commandState("fresh")]).toEqual([null, "finished"]);
    expect(journal.closedKeys()).toEqual(["b2/0", "b3/0"]);
    expect(journal.unsentReceipts(9).map(({ receiptId }) => receiptId)).toEqual(["r-2"]);
    expect(journal.openPlayouts().map(({ key }) => key)).toEqual(["b4/0"]);
  });
});

describe("a journal that was not closed", () => {
  test("is whole when another process opens what it had written", () => {
    const folder = newFolder();
    const journal = journalIn(folder);
    journal.open(openOf({ samplesRendered: 99 }), DAY);
    journal.setFact("plan", "signed");
    const copy = newFolder();
    cpSync(folder, copy, { recursive: true });
    const later = journalIn(copy);
    expect([later.renewed, later.fact("plan"), later.openPlayouts()[0]?.samplesRendered]).toEqual([
      false,
      "signed",
      99,
    ]);
  });

  test("holds everything that was acknowledged before its process was killed", () => {
    const folder = newFolder();
    const source = pathToFileURL(join(import.meta.dirname, "journal.ts")).href;
    const script = `
      const { Journal } = await import(${JSON.stringify(source)});
      const journal = new Journal(${JSON.stringify(folder)}, { error() {} });
      journal.next("session");
      for (let i = 0; i < 50; i++) journal.takeCommand("c" + i, 9e12, "finished");
      process.kill(process.pid, "SIGKILL");`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect([child.signal, child.stderr]).toEqual(["SIGKILL", ""]);
    const later = journalIn(folder);
    expect([later.renewed, later.next("session"), later.commandState("c49")]).toEqual([false, 2, "finished"]);
  });
});

describe("a damaged journal", () => {
  const filled = () => {
    const folder = newFolder();
    const journal = new Journal(folder, silentLog);
    for (let i = 0; i < 40; i++) journal.settle(`b${i}/0`, receiptOf({ receiptId: `r-${i}` }), NOON, DAY);
    journal.close();
    return { folder, file: join(folder, "journal.db") };
  };

  test.each([
    [
      "holds something else",
      () => Buffer.from("not a database, and long enough to be read as one".repeat(40)),
    ],
    ["lost its first page", (bytes: Buffer) => Buffer.concat([Buffer.alloc(4_096), bytes.subarray(4_096)])],
    [
      "has noise in its middle",
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 0x5a)]),
    ],
  ] as [string, (bytes: Buffer) => Buffer][])("that %s is put aside, said, and begun anew", (_, damage) => {
    const { folder, file } = filled();
    writeFileSync(file, damage(readFileSync(file)));
    const said: object[] = [];
    const journal = new Journal(folder, { ...silentLog, error: (fields) => said.push(fields) });
    onTestFinished(() => journal.close());
    expect([journal.renewed, journal.closedKeys(), journal.next("session")]).toEqual([true, [], 1]);
    expect(said).toEqual([{ code: "STORE_CORRUPT", aside: `${file}.damaged` }]);
    expect(existsSync(`${file}.damaged`)).toBe(true);
  });

  test("is put aside again when it is damaged a second time", () => {
    const { folder, file } = filled();
    for (const _ of [1, 2]) {
      writeFileSync(file, "not a database".repeat(100));
      const journal = new Journal(folder, silentLog);
      expect(journal.renewed).toBe(true);
      journal.close();
    }
    expect(readdirSync(folder).filter((name) => name.endsWith(".damaged"))).toEqual(["journal.db.damaged"]);
  });

  test("that is empty simply begins", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "journal.db"), "");
    expect(journalIn(folder).next("session")).toBe(1);
  });
});

describe("a journal whose disk takes not even its opening", () => {
  /** SQLite needs this file and cannot make it. */
  const block = (folder: string) => {
    const inTheWay = join(folder, "journal.db-shm");
    mkdirSync(inTheWay);
    return () => rmdirSync(inTheWay);
  };
  const over = (folder: string, work: (journal: Journal) => void) => {
    const journal = new Journal(folder, silentLog);
    work(journal);
    journal.close();
  };

  test("goes on in memory over restarts of the process, and lies on the disk again once it can", () => {
    const folder = newFolder();
    over(folder, (journal) => journal.setFacts({ plan: "kept", alerts: "old" }));
    const before = readFileSync(join(folder, "journal.db"));
    const free = block(folder);
    over(folder, (journal) => {
      expect([journal.renewed, journal.fact("plan")]).toEqual([false, "kept"]);
      journal.setFact("alerts", "recalled");
    });
    over(folder, (journal) => expect(journal.fact("alerts")).toBe("recalled"));
    expect(readFileSync(join(folder, "journal.db"))).toEqual(before);
    free();
    over(folder, (journal) => expect(journal.fact("alerts")).toBe("recalled"));
    expect(readdirSync(folder)).toEqual(["journal.db"]);
    block(folder);
    over(folder, (journal) =>
      expect([journal.fact("plan"), journal.fact("alerts")]).toEqual(["kept", "recalled"]),
    );
    rmdirSync(join(folder, "journal.db-shm"));
    over(folder, (journal) => expect(journal.fact("plan")).toBe("kept"));
  });
});

describe("a journal whose disk is full", () => {
  test("throws, keeps what it had, and goes on when there is room", () => {
    const folder = newFolder();
    const journal = journalIn(folder);
    journal.setFact("plan", "old");
    const makeRoom = fillDisk(folder);
    const write = () => journal.setFacts({ plan: "new", other: "x" });
    expect(write).toThrow("disk is full");
    expect([journal.fact("plan"), journal.fact("other")]).toEqual(["old", null]);
    makeRoom();
    write();
    expect(journal.fact("plan")).toBe("new");
  });

  test("does not count a receipt that it could not write", () => {
    const folder = newFolder();
    const journal = journalIn(folder);
    journal.open(openOf(), DAY);
    const makeRoom = fillDisk(folder);
    const settle = () => journal.settle(keyOf(segment), receiptOf(), NOON, DAY);
    expect(settle).toThrow("disk is full");
    expect([journal.closedKeys(), journal.openPlayouts().length]).toEqual([[], 1]);
    makeRoom();
    expect(settle()).toBe(true);
  });
});
