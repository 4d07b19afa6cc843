import type { UnixMs } from "@loa/kernel/clock";
import type { StationId } from "@loa/protocol/identity";
import type { ReceiptBatch } from "@loa/protocol/receipt";
import { type Received, receipts } from "../store/repositories/line-receipts.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import type { Commands } from "./commands.ts";

interface Batch {
  readonly station: StationId;
  readonly received: Received[];
}

/** What taking receipts needs. */
export interface IntakeParts {
  readonly db: LineDatabase;
  readonly commands: Pick<Commands, "tell">;
  /** Called once for each receipt that is new. */
  readonly stored: (received: Received) => void;
}

/**
 * Stores receipts exactly once and only then tells the station that it may forget them; also when it had them already, since
 * that answer may have been lost. Batches that arrive while one is being written share the next transaction.
 */
export class ReceiptIntake {
  readonly #parts: IntakeParts;
  #queue: Batch[] = [];
  #writing: Promise<void> | null = null;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Resolves when the batch is stored and answered. */
  take(station: StationId, batch: ReceiptBatch, receivedAt: UnixMs): Promise<void> {
    this.#queue.push({
      station,
      received: batch.receipts.map((receipt) => ({ station, receipt, receivedAt })),
    });
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #drain(): Promise<void> {
    const { db, commands, stored } = this.#parts;
    while (this.#queue.length > 0) {
      const batches = this.#queue;
      this.#queue = [];
      const fresh = await receipts.store(
        db,
        batches.flatMap((batch) => batch.received),
      );
      for (const { station, received } of batches)
        await commands.tell(station, {
          kind: "receipts-stored",
          receiptIds: received.map(({ receipt }) => receipt.receiptId),
        });
      for (const one of fresh) stored(one);
    }
  }
}
