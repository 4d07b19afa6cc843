import type { PendingEnvelope } from "@loa/protocol/http/areas";
import type { AreaId } from "@loa/protocol/identity";
import type { Selectable } from "kysely";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";
import type { Doer } from "./history.ts";

/** Wider hours that wait for an area. */
export interface EnvelopeProposal extends PendingEnvelope {
  readonly areaId: AreaId;
}

/** Rows of `envelope_proposals`: at most one for an area. */
export const envelopeProposals = {
  async all(database: Database): Promise<EnvelopeProposal[]> {
    return (await database.selectFrom("envelopeProposals").selectAll().execute()).map(record);
  },

  async find(database: Database, areaId: AreaId): Promise<EnvelopeProposal | null> {
    const row = await database
      .selectFrom("envelopeProposals")
      .selectAll()
      .where("areaId", "=", areaId)
      .executeTakeFirst();
    return row === undefined ? null : record(row);
  },

  async insert(database: Database, { areaId, envelope, proposedBy, proposedAt }: EnvelopeProposal) {
    await database
      .insertInto("envelopeProposals")
      .values({
        areaId,
        envelopeJson: envelope === null ? null : JSON.stringify(envelope),
        proposedById: proposedBy.id,
        proposedByName: proposedBy.name,
        proposedAt,
      })
      .execute();
  },

  async confirm(database: Database, areaId: AreaId, by: Doer, effectiveAt: number): Promise<void> {
    await database
      .updateTable("envelopeProposals")
      .set({ confirmedById: by.id, confirmedByName: by.name, effectiveAt })
      .where("areaId", "=", areaId)
      .execute();
  },

  async delete(database: Database, areaId: AreaId): Promise<void> {
    await database.deleteFrom("envelopeProposals").where("areaId", "=", areaId).execute();
  },
};

function record(row: Selectable<DeskTables["envelopeProposals"]>): EnvelopeProposal {
  const { areaId, envelopeJson, proposedAt, confirmedById, effectiveAt } = row;
  return {
    areaId,
    envelope: envelopeJson === null ? null : JSON.parse(envelopeJson),
    proposedBy: { id: row.proposedById, name: row.proposedByName },
    proposedAt,
    ...(confirmedById !== null && { confirmedBy: { id: confirmedById, name: row.confirmedByName ?? "" } }),
    ...(effectiveAt !== null && { effectiveAt }),
  };
}
