import type { UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { CapMessage } from "@loa/protocol/http/cap";
import { airingOf, type ConfirmationRules, hasSpoken } from "../core/cap-confirmation.ts";
import type { CapPlan } from "../core/cap-plan.ts";
import type { CapRecord } from "../core/cap-record.ts";
import type { Actor, Audit } from "../ports.ts";
import { personOf } from "./alert-acts.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { CapBook } from "./cap-book.ts";
import type { CapIntake } from "./cap-intake.ts";
import type { CapViews } from "./cap-views.ts";

/** What deciding on messages before their time needs. */
export interface CapDecisionParts {
  readonly book: Pick<CapBook, "get">;
  readonly intake: Pick<CapIntake, "confirm" | "withhold">;
  readonly views: Pick<CapViews, "due" | "message" | "sees">;
  readonly rights: Pick<AlertRights, "demandAll">;
  readonly audit: Audit;
  readonly rules: ConfirmationRules;
  readonly now: () => UnixMs;
}

/** What people decide on messages that become effective later: that they are aired then, or not at all. */
export class CapDecisions {
  readonly #parts: CapDecisionParts;

  constructor(parts: CapDecisionParts) {
    this.#parts = parts;
  }

  /**
   * Has it aired at its time.
   * @throws NOT_FOUND · FORBIDDEN · SECOND_FACTOR_NEEDED · SAME_PERSON · CONFLICT its time has come, or nothing more is needed
   */
  async confirm(actor: Actor, id: string): Promise<CapMessage> {
    const { intake, rules } = this.#parts;
    const plan = await this.#demand(actor, id);
    await intake.confirm(id, personOf(actor), (record) => {
      if (airingOf(record, plan, rules).by !== "nobody")
        throw new LoaError("CONFLICT", "it is aired at its time already", { id });
      if (hasSpoken(record, plan.kind, actor.userId, rules))
        throw new LoaError("SAME_PERSON", "another person must confirm this alert", { id });
    });
    return this.#done(actor, "confirm", id, {});
  }

  /** Has it not aired. @throws NOT_FOUND · FORBIDDEN · SECOND_FACTOR_NEEDED · CONFLICT its time has come */
  async withhold(actor: Actor, id: string, reason: string): Promise<CapMessage> {
    await this.#demand(actor, id);
    await this.#parts.intake.withhold(id, personOf(actor), reason);
    return this.#done(actor, "withhold", id, { reason });
  }

  /** Whoever decides may send alerts to all stations that it would reach. */
  async #demand(actor: Actor, id: string): Promise<CapPlan> {
    const { views, rights } = this.#parts;
    const plan = views.due(this.#see(actor, id));
    if (plan === null || typeof plan === "string")
      throw new LoaError("CONFLICT", "this message does not wait for its time", { id });
    await rights.demandAll(actor, plan.stations);
    return plan;
  }

  #see(actor: Actor, id: string): CapRecord {
    const record = this.#parts.book.get(id);
    if (!record || !this.#parts.views.sees(actor, record))
      throw new LoaError("NOT_FOUND", `there is no message ${id} in your area`, { id });
    return record;
  }

  async #done(actor: Actor, what: string, id: string, detail: object): Promise<CapMessage> {
    const { audit, views } = this.#parts;
    const entry = { actor: actor.userId, action: `cap.${what}`, subject: id, detail: { ...detail } };
    // A store that takes nothing must not hold up an alert.
    await audit.record(entry).catch(() => {});
    return views.message(this.#see(actor, id));
  }
}
