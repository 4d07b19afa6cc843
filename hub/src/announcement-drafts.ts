import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import { hours } from "@loa/kernel/units";
import type {
  Announcement,
  AnnouncementSource,
  CreateSpokenAnnouncement,
  PatchAnnouncement,
  ReviseAnnouncement,
} from "@loa/protocol/http/announcements";
import type { SpeechSettings } from "@loa/protocol/http/speech";
import { type Announcements, wrongState } from "./announcements.ts";
import { demand } from "./core/access.ts";
import type { IngestQueue } from "./media/queue.ts";
import { moveDurably } from "./media/store.ts";
import type { Trim } from "./media/trim.ts";
import type { Actor } from "./ports.ts";
import type { ChainedAudit } from "./store/audit.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { type NewVersion, announcements as rows } from "./store/repositories/announcements.ts";
import type { Templates } from "./templates.ts";

/** A request that is sent again after this is another request. */
const REQUEST_KEPT_MS = hours(24);

/** A sound that came in, on the disk of the uploads. */
export interface Upload {
  readonly file: string;
  readonly name: string | null;
  readonly source: Exclude<AnnouncementSource, "speech">;
  readonly trim: Trim;
}

/** What writing announcements needs. */
export interface AnnouncementDraftParts {
  readonly announcements: Announcements;
  readonly templates: Templates;
  readonly clock: Clock;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly audit: ChainedAudit;
  readonly queue: IngestQueue;
}

/** Beside what is said: where it belongs, until when it holds, and the key of the request, by which a second one is known. */
export interface DraftFields {
  readonly title: string;
  readonly areaId?: string | undefined;
  readonly expiresAt?: number | undefined;
  readonly templateId?: string | undefined;
}

/**
 * Writes announcements: new ones, and new versions of those there are. What stations play is none of its business, except when an
 * announcement expires. `requestKey` names the request: the same one again, after a crash, finds what it made.
 */
export class AnnouncementDrafts {
  readonly #parts: AnnouncementDraftParts;

  constructor(parts: AnnouncementDraftParts) {
    this.#parts = parts;
  }

  /** Takes over a received sound. @throws FORBIDDEN · NOT_FOUND · STORAGE_FULL · BAD_REQUEST it would have expired already */
  upload(actor: Actor, fields: DraftFields, upload: Upload, requestKey?: string): Promise<Announcement> {
    return this.#create(actor, fields, uploadedVersion(upload), requestKey, upload);
  }

  /** Takes a text; it is spoken in its turn. @throws FORBIDDEN · NOT_FOUND · BAD_REQUEST it would have expired already */
  speak(actor: Actor, body: CreateSpokenAnnouncement, requestKey?: string): Promise<Announcement> {
    return this.#create(actor, body, spokenVersion(body.text, body), requestKey);
  }

  /** The next version from another sound. @throws CONFLICT it is archived */
  reviseSound(
    actor: Actor,
    id: string,
    upload: Upload,
    title?: string,
    requestKey?: string,
  ): Promise<Announcement> {
    return this.#revise(actor, id, { ...uploadedVersion(upload), title }, requestKey, upload);
  }

  /** The next version from another text, or only under another title. @throws CONFLICT it is archived; the sound to keep is not ready */
  async revise(
    actor: Actor,
    id: string,
    { title, text, ...settings }: ReviseAnnouncement,
    requestKey?: string,
  ): Promise<Announcement> {
    if (title === undefined && text === undefined)
      throw new LoaError("BAD_REQUEST", "give a title or a text: nothing else would change");
    const sound = text === undefined ? await this.#soundOf(actor, id) : spokenVersion(text, settings);
    return this.#revise(actor, id, { ...sound, title }, requestKey);
  }

  /** Drops what came after the approved version. @throws CONFLICT there is no approved version, or nothing after it */
  async revert(actor: Actor, id: string): Promise<Announcement> {
    const { announcements, database, audit } = this.#parts;
    const { version, approvedVersion, state } = await announcements.get(actor, id, "announcement.write");
    if (state === "archived") throw wrongState(state, "reverted");
    if (approvedVersion === undefined || approvedVersion === version)
      throw new LoaError("CONFLICT", "there is no approved version to go back to");
    await database.transaction().execute(async (transaction) => {
      await rows.revert(transaction, id, approvedVersion);
      const detail = { from: version, to: approvedVersion };
      await audit.recordIn(transaction, {
        actor: actor.userId,
        action: "announcement.revert",
        subject: id,
        detail,
      });
    });
    return announcements.published(id);
  }

  /** @throws CONFLICT another title once it was submitted: what is approved is what was submitted */
  async change(actor: Actor, id: string, { title, expiresAt }: PatchAnnouncement): Promise<Announcement> {
    const { announcements, database, audit, registry } = this.#parts;
    const { state, version } = await announcements.get(actor, id, "announcement.write");
    if (title !== undefined && state !== "draft" && state !== "rejected") throw wrongState(state, "renamed");
    const entry = { actor: actor.userId, subject: id };
    await database.transaction().execute(async (transaction) => {
      if (title !== undefined) {
        await rows.rename(transaction, { id, version }, title);
        await audit.recordIn(transaction, { ...entry, action: "announcement.rename", detail: { title } });
      }
      if (expiresAt !== undefined) {
        await rows.expire(transaction, id, expiresAt);
        await audit.recordIn(transaction, { ...entry, action: "announcement.expire", detail: { expiresAt } });
      }
    });
    if (expiresAt !== undefined) await registry.changed({ kind: "announcement", id });
    return announcements.published(id);
  }

  async #create(
    actor: Actor,
    { title, areaId = actor.areaId, expiresAt, templateId }: DraftFields,
    version: Sound,
    requestKey: string | undefined,
    upload?: Upload,
  ): Promise<Announcement> {
    const { announcements, templates, clock, database, registry, audit, queue } = this.#parts;
    demand(actor, "announcement.write", registry.tree.path(areaId));
    const now = clock.now();
    if (expiresAt !== undefined && expiresAt <= now)
      throw new LoaError("BAD_REQUEST", "expiresAt has passed");
    const template = templateId === undefined ? null : await templates.see(actor, templateId);
    const earlier = await this.#madeBy(requestKey);
    if (earlier !== null) return announcements.published(earlier);
    const id = newId("ann", now);
    const key = { id, version: 1 };
    if (upload) await moveDurably(upload.file, queue.uploadOf(key));
    const row = {
      id,
      areaId,
      expiresAt: expiresAt ?? null,
      templateId: templateId ?? null,
      templateName: template?.name ?? null,
    };
    await database.transaction().execute(async (transaction) => {
      await rows.insert(transaction, row, { ...this.#stamp(actor, requestKey), ...version, title });
      const detail = { title, source: version.source };
      await audit.recordIn(transaction, {
        actor: actor.userId,
        action: "announcement.create",
        subject: id,
        detail,
      });
    });
    queue.add(key);
    return announcements.published(id);
  }

  async #revise(
    actor: Actor,
    id: string,
    { keptFrom, ...next }: Sound & { title: string | undefined; keptFrom?: number },
    requestKey: string | undefined,
    upload?: Upload,
  ): Promise<Announcement> {
    const { announcements, database, audit, queue } = this.#parts;
    const before = await announcements.get(actor, id, "announcement.write");
    if (before.state === "archived") throw wrongState(before.state, "revised");
    const earlier = await this.#madeBy(requestKey);
    if (earlier !== null) return announcements.published(earlier);
    const { title = before.title, ...sound } = next;
    const version = await database.transaction().execute(async (transaction) => {
      const made = await rows.revise(transaction, id, { ...this.#stamp(actor, requestKey), ...sound, title });
      if (upload) await moveDurably(upload.file, queue.uploadOf({ id, version: made }));
      if (keptFrom !== undefined)
        await rows.copyPeaks(transaction, { id, version: keptFrom }, { id, version: made });
      const detail = { version: made, title, source: sound.source };
      await audit.recordIn(transaction, {
        actor: actor.userId,
        action: "announcement.revise",
        subject: id,
        detail,
      });
      return made;
    });
    if (sound.ingestState === "queued") queue.add({ id, version });
    return announcements.published(id);
  }

  /** The sound of the newest version, to be kept. */
  async #soundOf(actor: Actor, id: string): Promise<Sound & { keptFrom: number }> {
    const { announcements, database } = this.#parts;
    const { version } = await announcements.get(actor, id, "announcement.write");
    const row = await rows.version(database, { id, version });
    if (row?.ingestState !== "ready") throw new LoaError("CONFLICT", "its sound is not ready");
    const { announcementId: _, version: __, state: ___, decidedBy, decidedAt, reason, ...sound } = row;
    return { ...sound, keptFrom: version };
  }

  #stamp(actor: Actor, requestKey: string | undefined) {
    const createdAt = this.#parts.clock.now();
    return { createdBy: actor.userId, createdAt, requestKey: requestKey ?? null };
  }

  async #madeBy(requestKey: string | undefined): Promise<string | null> {
    const { database, clock } = this.#parts;
    return requestKey === undefined
      ? null
      : rows.ofRequest(database, requestKey, clock.now() - REQUEST_KEPT_MS);
  }
}

type Sound = Omit<NewVersion, "title" | "createdBy" | "createdAt" | "requestKey">;

function uploadedVersion({ source, name, trim }: Upload): Sound {
  const { startMs = null, endMs = null } = trim;
  return { source, sourceName: name, trimStartMs: startMs, trimEndMs: endMs, ingestState: "queued" };
}

function spokenVersion(text: string, { voice, language, speed, pauseMs }: SpeechSettings): Sound {
  const settings = Object.entries({ voice, language, speed, pauseMs }).filter(
    ([, value]) => value !== undefined,
  );
  return { source: "speech", text, ...Object.fromEntries(settings), ingestState: "queued" };
}
