import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { Announcement } from "@loa/protocol/http/announcements";
import { type Action, covers, demand } from "./core/access.ts";
import type { IngestQueue } from "./media/queue.ts";
import { moveDurably } from "./media/store.ts";
import type { Actor, EventSink } from "./ports.ts";
import type { ChainedAudit } from "./store/audit.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { announcements as rows, type StateFields } from "./store/repositories/announcements.ts";

type State = Announcement["state"];

/** What announcements live on. */
export interface AnnouncementNeeds {
  readonly clock: Clock;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly events: EventSink;
  readonly audit: ChainedAudit;
  readonly queue: IngestQueue;
}

/** The life of announcements: upload, submission, decision by a second person, archive. Every step is audited. */
export class Announcements {
  readonly #needs: AnnouncementNeeds;

  constructor(needs: AnnouncementNeeds) {
    this.#needs = needs;
  }

  /** Takes over a received upload. @throws FORBIDDEN · NOT_FOUND · STORAGE_FULL */
  async create(
    actor: Actor,
    title: string,
    areaId: string,
    upload: { file: string; name: string | null },
  ): Promise<Announcement> {
    const { clock, database, registry, audit, queue } = this.#needs;
    demand(actor, "announcement.write", registry.tree.path(areaId));
    const id = newId("ann", clock.now());
    await moveDurably(upload.file, queue.uploadOf(id));
    const createdBy = actor.userId;
    await database.transaction().execute(async (transaction) => {
      await rows.insert(transaction, {
        id,
        title,
        areaId,
        createdBy,
        createdAt: clock.now(),
        sourceName: upload.name,
      });
      await audit.recordIn(transaction, {
        actor: createdBy,
        action: "announcement.create",
        subject: id,
        detail: { title },
      });
    });
    queue.add(id);
    return this.#published(id);
  }

  /** @throws NOT_FOUND also when it is out of the actor's area */
  async get(actor: Actor, id: string, action: Action = "announcement.read"): Promise<Announcement> {
    const found = await rows.find(this.#needs.database, id);
    if (!found || !covers(actor, this.#needs.registry.tree.path(found.areaId)))
      throw new LoaError("NOT_FOUND", "there is no such announcement in your area");
    demand(actor, action, this.#needs.registry.tree.path(found.areaId));
    return this.#withProgress(found);
  }

  /** Newest first; archived ones only when asked for. `before`: the id that the page before ended with. */
  async page(
    actor: Actor,
    filter: { state?: State; q?: string; before?: string; limit: number },
  ): Promise<Announcement[]> {
    const { tree } = this.#needs.registry;
    const areaIds = tree.areas.map(({ id }) => id).filter((id) => tree.within(id, actor.areaId));
    const found = await rows.page(this.#needs.database, { ...filter, areaIds });
    return found.map((announcement) => this.#withProgress(announcement));
  }

  /** JSON of its peaks. @throws CONFLICT before ingest is ready */
  async peaksJson(actor: Actor, id: string): Promise<string> {
    await this.get(actor, id);
    const json = await rows.peaksJson(this.#needs.database, id);
    if (json === null) throw new LoaError("CONFLICT", "the sound is not ready");
    return json;
  }

  /** @throws CONFLICT once it was submitted: what is approved is what was submitted */
  async rename(actor: Actor, id: string, title: string): Promise<Announcement> {
    const { state } = await this.get(actor, id, "announcement.write");
    if (state !== "draft" && state !== "rejected") throw wrongState(state, "renamed");
    const { database, audit } = this.#needs;
    await database.transaction().execute(async (transaction) => {
      await rows.rename(transaction, id, title);
      await audit.recordIn(transaction, {
        actor: actor.userId,
        action: "announcement.rename",
        subject: id,
        detail: { title },
      });
    });
    return this.#published(id);
  }

  /** @throws CONFLICT when its sound was refused or it is not a draft */
  async submit(actor: Actor, id: string): Promise<Announcement> {
    const { ingest } = await this.get(actor, id, "announcement.write");
    if (ingest.state === "failed") throw new LoaError("CONFLICT", `its sound was refused: ${ingest.code}`);
    const to = { state: "submitted", decidedBy: null, decidedAt: null, reason: null } as const;
    return this.#move(actor, id, ["draft", "rejected"], to);
  }

  /** @throws SAME_PERSON · CONFLICT while the sound is not ready or it is not submitted */
  async approve(actor: Actor, id: string): Promise<Announcement> {
    const { ingest } = await this.#decidable(actor, id);
    if (ingest.state !== "ready") throw new LoaError("CONFLICT", "its sound is not ready");
    return this.#move(actor, id, ["submitted"], {
      state: "approved",
      ...this.#decision(actor),
      reason: null,
    });
  }

  /** @throws SAME_PERSON · CONFLICT when it is not submitted */
  async reject(actor: Actor, id: string, reason: string): Promise<Announcement> {
    await this.#decidable(actor, id);
    return this.#move(actor, id, ["submitted"], { state: "rejected", ...this.#decision(actor), reason });
  }

  /** Takes it out of use; what was played from it stays on record. */
  async archive(actor: Actor, id: string): Promise<Announcement> {
    await this.get(actor, id, "announcement.write");
    return this.#move(actor, id, ["draft", "submitted", "approved", "rejected"], { state: "archived" });
  }

  /** Tells dashboards how it is now. */
  async publish(id: string): Promise<void> {
    await this.#published(id);
  }

  async #decidable(actor: Actor, id: string): Promise<Announcement> {
    const announcement = await this.get(actor, id, "announcement.approve");
    if (announcement.createdBy.id === actor.userId)
      throw new LoaError("SAME_PERSON", "somebody other than its author has to decide");
    return announcement;
  }

  #decision(actor: Actor): Pick<StateFields, "decidedBy" | "decidedAt"> {
    return { decidedBy: actor.userId, decidedAt: Math.round(this.#needs.clock.now()) };
  }

  async #move(
    actor: Actor,
    id: string,
    from: State[],
    to: StateFields & { state: State },
  ): Promise<Announcement> {
    const { database, audit } = this.#needs;
    await database.transaction().execute(async (transaction) => {
      const before = await rows.find(transaction, id);
      if (!(await rows.move(transaction, id, from, to))) throw wrongState(before?.state, to.state);
      const detail = {
        from: before?.state,
        to: to.state,
        sha256: before?.sha256,
        reason: to.reason ?? undefined,
      };
      await audit.recordIn(transaction, {
        actor: actor.userId,
        action: `announcement.${to.state}`,
        subject: id,
        detail,
      });
    });
    await this.#needs.registry.changed({ kind: "announcement", id });
    return this.#published(id);
  }

  async #published(id: string): Promise<Announcement> {
    const { database, events } = this.#needs;
    const found = await rows.find(database, id);
    if (!found) throw new LoaError("NOT_FOUND", "there is no such announcement");
    const announcement = this.#withProgress(found);
    events.publish({ kind: "announcement", announcement }, [announcement.areaId]);
    return announcement;
  }

  #withProgress(announcement: Announcement): Announcement {
    const progress = this.#needs.queue.progress(announcement.id);
    return progress === undefined
      ? announcement
      : { ...announcement, ingest: { ...announcement.ingest, progress } };
  }
}

function wrongState(state: State | undefined, wanted: string): LoaError {
  return new LoaError("CONFLICT", `the announcement is ${state} and cannot be ${wanted} now`, { state });
}
