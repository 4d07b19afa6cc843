import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type {
  Announcement,
  AnnouncementDiff,
  AnnouncementQuery,
  AnnouncementVersion,
} from "@loa/protocol/http/announcements";
import type { Sha256 } from "@loa/protocol/identity";
import type { Static } from "typebox";
import { textChanges } from "./adapters/text-changes.ts";
import { type Action, covers, demand } from "./core/access.ts";
import type { IngestQueue } from "./media/queue.ts";
import type { Actor, EventSink } from "./ports.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { announcementPage } from "./store/repositories/announcement-pages.ts";
import { announcements as rows } from "./store/repositories/announcements.ts";

/** What showing announcements needs. */
export interface AnnouncementParts {
  readonly clock: Clock;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly events: EventSink;
  readonly queue: IngestQueue;
}

type Filter = Omit<Static<typeof AnnouncementQuery>, "cursor" | "limit">;

/** The library: announcements and their versions as people of an area see them. */
export class Announcements {
  readonly #parts: AnnouncementParts;

  constructor(parts: AnnouncementParts) {
    this.#parts = parts;
  }

  /** @throws NOT_FOUND also when it is out of the actor's area */
  async get(actor: Actor, id: string, action: Action = "announcement.read"): Promise<Announcement> {
    const { database, registry } = this.#parts;
    const found = await rows.find(database, id);
    if (!found || !covers(actor, registry.tree.path(found.areaId)))
      throw new LoaError("NOT_FOUND", "there is no such announcement in your area");
    demand(actor, action, registry.tree.path(found.areaId));
    return this.#withProgress(found);
  }

  /**
   * Newest first; archived and expired ones only when asked for. `before`: the id that the page before ended with.
   * @throws NOT_FOUND for an area out of the actor's sight
   */
  async page(actor: Actor, filter: Filter & { before?: string; limit: number }): Promise<Announcement[]> {
    const { clock, database, registry } = this.#parts;
    const { tree } = registry;
    const { areaId = actor.areaId, ...rest } = filter;
    demand(actor, "announcement.read", tree.path(areaId));
    const within = tree.areas.map(({ id }) => id).filter((id) => tree.within(id, areaId));
    const areaIds = within.length === tree.areas.length ? null : within;
    const found = await announcementPage(database, { ...rest, areaIds, now: clock.now() });
    return found.map((announcement) => this.#withProgress(announcement));
  }

  /** Newest first. @throws NOT_FOUND */
  async versions(actor: Actor, id: string): Promise<AnnouncementVersion[]> {
    await this.get(actor, id);
    return rows.versions(this.#parts.database, id);
  }

  /** Hash of what a version sounds like; the newest when none is named. @throws NOT_FOUND · CONFLICT before ingest is ready */
  async sound(actor: Actor, id: string, version?: number): Promise<Sha256> {
    const found = await rows.version(this.#parts.database, await this.#keyOf(actor, id, version));
    if (!found) throw new LoaError("NOT_FOUND", `there is no version ${version} of this announcement`);
    if (found.sha256 === null) throw new LoaError("CONFLICT", "the sound is not ready");
    return found.sha256;
  }

  /** JSON of its peaks. @throws CONFLICT before ingest is ready */
  async peaksJson(actor: Actor, id: string, version?: number): Promise<string> {
    const json = await rows.peaksJson(this.#parts.database, await this.#keyOf(actor, id, version));
    if (json === null) throw new LoaError("CONFLICT", "the sound is not ready");
    return json;
  }

  /** The newest version against what it follows: the last approved one, else the last that was submitted. @throws NOT_FOUND */
  async diff(actor: Actor, id: string): Promise<AnnouncementDiff> {
    const { version } = await this.get(actor, id);
    const all = await rows.versions(this.#parts.database, id);
    const to = all.find((one) => one.version === version)!;
    const before = all.filter((one) => one.version < version);
    const from =
      before.find(({ state }) => state === "approved") ??
      before.find(({ state }) => state === "submitted" || state === "rejected") ??
      null;
    return {
      from,
      to,
      soundChanged: from?.sha256 === undefined || from.sha256 !== to.sha256,
      title: textChanges(from?.title ?? "", to.title),
      text: textChanges(from?.speech?.text ?? "", to.speech?.text ?? ""),
    };
  }

  /** Tells dashboards how it is now, and the caller. */
  async published(id: string): Promise<Announcement> {
    const { database, events } = this.#parts;
    const found = await rows.find(database, id);
    if (!found) throw new LoaError("NOT_FOUND", "there is no such announcement");
    const announcement = this.#withProgress(found);
    events.publish({ kind: "announcement", announcement }, [announcement.areaId]);
    return announcement;
  }

  async #keyOf(actor: Actor, id: string, version: number | undefined) {
    const announcement = await this.get(actor, id);
    return { id, version: version ?? announcement.version };
  }

  #withProgress(announcement: Announcement): Announcement {
    const progress = this.#parts.queue.progress(announcement);
    return progress === undefined
      ? announcement
      : { ...announcement, ingest: { ...announcement.ingest, progress } };
  }
}

/** What is not possible in the state that an announcement is in. */
export function wrongState(state: Announcement["state"] | undefined, wanted: string): LoaError {
  return new LoaError("CONFLICT", `the announcement is ${state} and cannot be ${wanted} now`, { state });
}
