import type { UnixMs } from "@loa/kernel/clock";
import type { Playout } from "@loa/protocol/http/broadcasts";
import type { StationId } from "@loa/protocol/identity";
import type { Receipt } from "@loa/protocol/receipt";
import type { LineDatabase } from "./line-tables.ts";

/** A receipt with who sent it. */
export interface Received {
  readonly station: StationId;
  readonly receipt: Receipt;
  readonly receivedAt: UnixMs;
}

/** So many rows go into one statement: writing is cheap, preparing each row's own statement was not. */
const ROWS_PER_STATEMENT = 100;

const keyed = (one: Received) => [`${one.station} ${one.receipt.receiptId}`, one] as const;

/** Receipts, each once for its station and id. */
export const receipts = {
  /** Stores a batch in one transaction; answers those that are new. A receipt that is known stays as it was first told. */
  async store(db: LineDatabase, batch: readonly Received[]): Promise<Received[]> {
    return db.transaction().execute(async (transaction) => {
      const fresh: Received[] = [];
      for (let from = 0; from < batch.length; from += ROWS_PER_STATEMENT) {
        const part = new Map(
          batch
            .slice(from, from + ROWS_PER_STATEMENT)
            .reverse()
            .map(keyed),
        );
        const written = await transaction
          .insertInto("receipts")
          .values([...part.values()].reverse().map(rowOf))
          .onConflict((conflict) => conflict.columns(["stationId", "receiptId"]).doNothing())
          .returning(["stationId", "receiptId"])
          .execute();
        for (const { stationId, receiptId } of written)
          fresh.push(part.get(`${stationId} ${receiptId}`) as Received);
      }
      return fresh;
    });
  },

  async ofBroadcasts(db: LineDatabase, ids: readonly string[]): Promise<Playout[]> {
    const found: Playout[] = [];
    for (let from = 0; from < ids.length; from += 500) {
      const rows = await db
        .selectFrom("receipts")
        .selectAll()
        .where("broadcastId", "in", ids.slice(from, from + 500))
        .orderBy("endedAt")
        .execute();
      for (const row of rows) found.push(playoutOf(row));
    }
    return found;
  },

  async ofAlert(db: LineDatabase, alertId: string): Promise<Playout[]> {
    const rows = await db
      .selectFrom("receipts")
      .selectAll()
      .where("alertId", "=", alertId)
      .orderBy("endedAt")
      .execute();
    return rows.map(playoutOf);
  },

  async ofSession(db: LineDatabase, sessionId: string): Promise<Playout[]> {
    const rows = await db
      .selectFrom("receipts")
      .selectAll()
      .where("sessionId", "=", sessionId)
      .orderBy("endedAt")
      .execute();
    return rows.map(playoutOf);
  },

  /** The newest of a station, newest first, with the titles of their broadcasts and the headlines of their alerts. */
  async ofStation(db: LineDatabase, station: StationId, limit: number): Promise<Playout[]> {
    const rows = await db
      .selectFrom("receipts")
      .leftJoin("broadcasts", "broadcasts.id", "receipts.broadcastId")
      .leftJoin("alerts", "alerts.id", "receipts.alertId")
      .selectAll("receipts")
      .select(({ fn }) => fn.coalesce("broadcasts.title", "alerts.headline").as("title"))
      .where("stationId", "=", station)
      .orderBy("receipts.endedAt", "desc")
      .limit(limit)
      .execute();
    return rows.map(playoutOf);
  },
};

/** A receipt as the API shows it. */
export function playout({ station, receipt, receivedAt }: Received): Playout {
  const { sequence: _, ...shown } = receipt;
  return { ...shown, stationId: station, receivedAt };
}

const rowOf = ({ station, receipt, receivedAt }: Received) => ({
  stationId: station,
  receiptId: receipt.receiptId,
  broadcastId: receipt.broadcastId ?? "",
  alertId: receipt.alertId ?? null,
  sessionId: receipt.sessionId ?? null,
  endedAt: Math.round(receipt.endedAt),
  receivedAt: Math.round(receivedAt),
  outcome: receipt.outcome,
  bodyJson: JSON.stringify(receipt),
});

interface ReceiptRow {
  readonly stationId: string;
  readonly receivedAt: number;
  readonly bodyJson: string;
  readonly title?: string | null;
}

const playoutOf = ({ stationId, receivedAt, bodyJson, title }: ReceiptRow): Playout => ({
  ...playout({ station: stationId, receipt: JSON.parse(bodyJson) as Receipt, receivedAt }),
  ...(title != null && { title }),
});
