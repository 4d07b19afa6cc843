import type { Cancel, Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { hours, minutes } from "@loa/kernel/units";
import type { PendingEnvelope } from "@loa/protocol/http/areas";
import type { AreaId } from "@loa/protocol/identity";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { DEFAULT_ENVELOPE, widens } from "./core/envelope.ts";
import type { Actor, AreaRecord } from "./ports.ts";
import type { ChainedAudit } from "./store/audit.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { areas } from "./store/repositories/areas.ts";
import { type EnvelopeProposal, envelopeProposals as rows } from "./store/repositories/envelope-proposals.ts";
import { doer } from "./store/repositories/history.ts";

/** From the second person's word until wider hours hold. Source: docs/protocol-rules.md */
export const WIDENING_DELAY_MS = hours(24);
const AGAIN_MS = minutes(1);
/** Who the audit names when a time has come. */
const HUB = "hub";

/** Why a proposal ended without taking effect. */
export type DropReason = "changed" | "moved" | "merged" | "removed";

/** What proposals live on. `effective` hears of each area whose wider hours hold from now on. */
export interface ProposalNeeds {
  readonly clock: Clock;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly audit: ChainedAudit;
  readonly log: Logger;
  readonly effective: (id: AreaId) => void;
}

/**
 * Wider hours: proposed by one person, confirmed by another, in force 24 h later. Every step is audited in the transaction that makes it.
 * Methods that take a transaction run within `registry.edit`; `follow` brings the memory up to what was stored.
 */
export class EnvelopeProposals {
  readonly #needs: ProposalNeeds;
  #pending: ReadonlyMap<AreaId, PendingEnvelope> = new Map();
  #cancel: Cancel = () => {};
  #turn: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(needs: ProposalNeeds) {
    this.#needs = needs;
  }

  /** What waits for an area. */
  of(id: AreaId): PendingEnvelope | undefined {
    return this.#pending.get(id);
  }

  /** Carries out what fell due while the hub was down, and waits for the rest. */
  async start(): Promise<void> {
    await this.#carryOut();
    await this.follow();
  }

  /** Resolves when nothing is being carried out any more. */
  async stop(): Promise<void> {
    this.#ended = true;
    this.#cancel();
    await this.#turn;
  }

  /**
   * What holds at once after `wished` for `area`: itself when it is not wider, which ends a proposal; else the area's own as before, and
   * `wished` waits for a second person, in place of what waited.
   */
  async judge(
    transaction: Database,
    actor: Actor,
    area: AreaRecord,
    wished: TimeEnvelope | null,
  ): Promise<TimeEnvelope | null> {
    const above = this.#above(area);
    const { id, envelope } = area;
    await this.drop(transaction, actor, [id], "changed");
    if (!widens(envelope ?? above, wished ?? above)) return wished;
    const proposedAt = Math.round(this.#needs.clock.now());
    await rows.insert(transaction, { areaId: id, envelope: wished, proposedBy: doer(actor), proposedAt });
    await this.#record(transaction, actor.userId, "propose", id, { envelope: wished, before: envelope });
    return envelope;
  }

  /** Ends the proposals of some areas. */
  async drop(transaction: Database, actor: Actor, ids: readonly AreaId[], reason: DropReason): Promise<void> {
    for (const id of ids) {
      const proposal = await rows.find(transaction, id);
      if (proposal === null) continue;
      await rows.delete(transaction, id);
      await this.#record(transaction, actor.userId, "drop", id, { reason, ...detailOf(proposal) });
    }
  }

  /** The second person's word. @throws SAME_PERSON · CONFLICT nothing waits, or it is confirmed */
  async confirm(transaction: Database, actor: Actor, id: AreaId): Promise<void> {
    const proposal = await this.#waiting(transaction, id);
    if (proposal.confirmedBy !== undefined)
      throw new LoaError("CONFLICT", `the wider hours of ${id} are confirmed`, { areaId: id });
    if (proposal.proposedBy.id === actor.userId)
      throw new LoaError("SAME_PERSON", "somebody other than who proposed wider hours has to confirm them");
    const effectiveAt = Math.round(this.#needs.clock.now()) + WIDENING_DELAY_MS;
    await rows.confirm(transaction, id, doer(actor), effectiveAt);
    const detail = { effectiveAt, ...detailOf(proposal) };
    await this.#record(transaction, actor.userId, "confirm", id, detail);
  }

  /** Either person takes it back. @throws FORBIDDEN for others · CONFLICT nothing waits */
  async withdraw(transaction: Database, actor: Actor, id: AreaId): Promise<void> {
    const proposal = await this.#waiting(transaction, id);
    const { proposedBy, confirmedBy } = proposal;
    if (![proposedBy.id, confirmedBy?.id].includes(actor.userId))
      throw new LoaError("FORBIDDEN", "only who proposed or confirmed wider hours can withdraw them");
    await rows.delete(transaction, id);
    await this.#record(transaction, actor.userId, "withdraw", id, detailOf(proposal));
  }

  /** Brings the memory and the timer up to what is stored. */
  async follow(): Promise<void> {
    const all = await rows.all(this.#needs.database);
    this.#pending = new Map(all.map(({ areaId, ...pending }) => [areaId, pending]));
    const times = all.flatMap(({ effectiveAt }) => effectiveAt ?? []);
    this.#wakeAt(times.length === 0 ? null : Math.min(...times));
  }

  #wakeAt(when: number | null): void {
    this.#cancel();
    if (when === null || this.#ended) return;
    this.#cancel = this.#needs.clock.at("wider-hours", when, () => {
      this.#turn = this.#due();
    });
  }

  async #due(): Promise<void> {
    const { clock, log } = this.#needs;
    try {
      await this.#carryOut();
      await this.follow();
    } catch (err) {
      log.error({ err }, "wider hours could not take effect");
      this.#wakeAt(clock.now() + AGAIN_MS);
    }
  }

  async #carryOut(): Promise<void> {
    const { clock, database, effective } = this.#needs;
    const now = clock.now();
    const due = (await rows.all(database)).filter(({ effectiveAt }) => (effectiveAt ?? Infinity) <= now);
    for (const { areaId } of due)
      if (await this.#apply(areaId, now)) {
        await this.follow();
        effective(areaId);
      }
  }

  /** False when it was taken back meanwhile. */
  async #apply(id: AreaId, now: number): Promise<boolean> {
    const { registry } = this.#needs;
    let applied = false;
    await registry.edit(async (transaction) => {
      const proposal = await rows.find(transaction, id);
      const area = registry.tree.find(id);
      if (proposal === null || area === undefined || (proposal.effectiveAt ?? Infinity) > now) return null;
      await areas.update(transaction, { ...area, envelope: proposal.envelope });
      await rows.delete(transaction, id);
      await this.#record(transaction, HUB, "effective", id, { before: area.envelope, ...detailOf(proposal) });
      applied = true;
      return { kind: "area", id };
    });
    return applied;
  }

  #above({ parentId }: AreaRecord): TimeEnvelope {
    return this.#needs.registry.tree.envelope(parentId) ?? DEFAULT_ENVELOPE;
  }

  async #waiting(transaction: Database, id: AreaId): Promise<EnvelopeProposal> {
    const proposal = await rows.find(transaction, id);
    if (proposal === null || (proposal.effectiveAt ?? Infinity) <= this.#needs.clock.now())
      throw new LoaError("CONFLICT", `no wider hours wait for ${id}`, { areaId: id });
    return proposal;
  }

  async #record(
    transaction: Database,
    actor: string,
    step: "propose" | "confirm" | "withdraw" | "drop" | "effective",
    subject: AreaId,
    detail: Record<string, unknown>,
  ): Promise<void> {
    const action = `area.envelope-${step}`;
    await this.#needs.audit.recordIn(transaction, { actor, action, subject, detail });
  }
}

function detailOf({ envelope, proposedBy, confirmedBy }: EnvelopeProposal) {
  return { envelope, proposedBy: proposedBy.id, confirmedBy: confirmedBy?.id };
}
