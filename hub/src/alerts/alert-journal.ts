import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AlertRecord } from "../core/alert.ts";
import type { Audit } from "../ports.ts";

/** What the store would have been told: an alert as it became, and who made it so. */
export interface JournalEntry {
  readonly record: AlertRecord;
  readonly audit: Parameters<Audit["record"]>[0];
}

/**
 * `alerts.journal` in the data folder: alerts that the store did not take, one JSON text to a line, each on the disk before the alert is
 * sent. It is there only while something in it waits for the store.
 */
export class AlertJournal {
  readonly #file: string;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = true;

  constructor(data: string) {
    this.#file = join(data, "alerts.journal");
  }

  /** Whether the store may still lack something. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Resolves when the entry is on the disk. It begins a line of its own, whatever a full disk left of the one before. */
  append(entry: JournalEntry): Promise<void> {
    return this.#inTurn(async () => {
      this.#waiting = true;
      const handle = await open(this.#file, "a", 0o600);
      try {
        await handle.writeFile(`\n${JSON.stringify(entry)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  /** What waits, oldest first. A line that a power cut left unfinished was never answered, and is passed over. */
  entries(): Promise<JournalEntry[]> {
    return this.#inTurn(() => this.#read());
  }

  /** Hands everything to `store`, and forgets it once that is done. */
  hand(store: (entries: readonly JournalEntry[]) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const entries = await this.#read();
      if (entries.length > 0) await store(entries);
      await rm(this.#file, { force: true });
      this.#waiting = false;
    });
  }

  async #read(): Promise<JournalEntry[]> {
    const text = await readFile(this.#file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    return text.split("\n").flatMap(parsed);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

function parsed(line: string): JournalEntry[] {
  try {
    return [JSON.parse(line) as JournalEntry];
  } catch {
    return [];
  }
}
