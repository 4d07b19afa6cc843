import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Announcement } from "@loa/protocol/http/announcements";
import { type Announcements, wrongState } from "./announcements.ts";
import type { Actor } from "./ports.ts";
import type { ChainedAudit } from "./store/audit.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { announcements as rows, type StateFields } from "./store/repositories/announcements.ts";

type State = Announcement["state"];

/** What deciding on announcements needs. */
export interface AnnouncementDecisionParts {
  readonly announcements: Announcements;
  readonly clock: Clock;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly audit: ChainedAudit;
}

/**
 * Decides on the newest version of announcements: submission, approval or rejection by a second person; and takes them out of use and
 * back. Every step is audited. `seen`: the version that was listened to; another one is not decided on.
 */
export class AnnouncementDecisions {
  readonly #parts: AnnouncementDecisionParts;

  constructor(parts: AnnouncementDecisionParts) {
    this.#parts = parts;
  }

  /** @throws CONFLICT when its sound was refused or it is not a draft */
  async submit(actor: Actor, id: string): Promise<Announcement> {
    const { ingest, version } = await this.#parts.announcements.get(actor, id, "announcement.write");
    if (ingest.state === "failed") throw new LoaError("CONFLICT", `its sound was refused: ${ingest.code}`);
    const to = { state: "submitted", decidedBy: null, decidedAt: null, reason: null } as const;
    return this.#move(actor, { id, version }, ["draft", "rejected"], to);
  }

  /** From now on stations play this version. @throws SAME_PERSON · CONFLICT while the sound is not ready or it is not submitted */
  async approve(actor: Actor, id: string, seen?: number): Promise<Announcement> {
    const { ingest, version } = await this.#decidable(actor, id, seen);
    if (ingest.state !== "ready") throw new LoaError("CONFLICT", "its sound is not ready");
    const to = { state: "approved", ...this.#decision(actor), reason: null } as const;
    const approved = await this.#move(actor, { id, version }, ["submitted"], to);
    await this.#parts.registry.changed({ kind: "announcement", id });
    return approved;
  }

  /** @throws SAME_PERSON · CONFLICT when it is not submitted */
  async reject(actor: Actor, id: string, reason: string, seen?: number): Promise<Announcement> {
    const { version } = await this.#decidable(actor, id, seen);
    const to = { state: "rejected", ...this.#decision(actor), reason } as const;
    return this.#move(actor, { id, version }, ["submitted"], to);
  }

  /** Takes it out of use; what was played from it stays on record. @throws CONFLICT it is archived */
  async archive(actor: Actor, id: string): Promise<Announcement> {
    const { state } = await this.#parts.announcements.get(actor, id, "announcement.write");
    if (state === "archived") throw wrongState(state, "archived");
    return this.#change(actor, id, { action: "archived", from: state }, (transaction) =>
      rows.archive(transaction, id),
    );
  }

  /** Back to what it was before it was archived. @throws CONFLICT it is not */
  async restore(actor: Actor, id: string): Promise<Announcement> {
    const { state, version } = await this.#parts.announcements.get(actor, id, "announcement.write");
    if (state !== "archived") throw wrongState(state, "restored");
    return this.#change(actor, id, { action: "restore", from: state }, (transaction) =>
      rows.restore(transaction, { id, version }),
    );
  }

  async #decidable(actor: Actor, id: string, seen: number | undefined): Promise<Announcement> {
    const announcement = await this.#parts.announcements.get(actor, id, "announcement.approve");
    if (seen !== undefined && seen !== announcement.version)
      throw new LoaError("CONFLICT", `version ${announcement.version} has come since; look at that one`);
    if (announcement.createdBy.id === actor.userId)
      throw new LoaError("SAME_PERSON", "somebody other than its author has to decide");
    return announcement;
  }

  #decision(actor: Actor): Pick<StateFields, "decidedBy" | "decidedAt"> {
    return { decidedBy: actor.userId, decidedAt: Math.round(this.#parts.clock.now()) };
  }

  async #move(
    actor: Actor,
    { id, version }: { id: string; version: number },
    from: State[],
    to: StateFields,
  ): Promise<Announcement> {
    const { announcements, database, audit } = this.#parts;
    await database.transaction().execute(async (transaction) => {
      const before = await rows.find(transaction, id);
      if (!(await rows.move(transaction, { id, version }, from, to)))
        throw wrongState(before?.state, to.state);
      const { sha256, state } = before!;
      const detail = { version, from: state, to: to.state, sha256, reason: to.reason ?? undefined };
      const action = `announcement.${to.state}`;
      await audit.recordIn(transaction, { actor: actor.userId, action, subject: id, detail });
    });
    return announcements.published(id);
  }

  async #change(
    actor: Actor,
    id: string,
    { action, from }: { action: string; from: State },
    write: (transaction: Database) => Promise<void>,
  ): Promise<Announcement> {
    const { announcements, database, audit, registry } = this.#parts;
    await database.transaction().execute(async (transaction) => {
      await write(transaction);
      const entry = { actor: actor.userId, action: `announcement.${action}`, subject: id };
      await audit.recordIn(transaction, { ...entry, detail: { from } });
    });
    await registry.changed({ kind: "announcement", id });
    return announcements.published(id);
  }
}
