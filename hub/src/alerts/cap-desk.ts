import { createHash } from "node:crypto";
import type { UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { days } from "@loa/kernel/units";
import type { CapMessage, CapSourceState, CapState } from "@loa/protocol/http/cap";
import { covers, demand } from "../core/access.ts";
import type { AlertRecord } from "../core/alert.ts";
import { capOf, lastTold } from "../core/cap-out.ts";
import type { Territory } from "../core/targets.ts";
import type { CapPoller } from "../interop/cap/poller.ts";
import { writeAtom } from "../interop/cap/write-atom.ts";
import { writeCap } from "../interop/cap/write-cap.ts";
import type { Actor, Audit } from "../ports.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { CapFrom, CapIntake } from "./cap-intake.ts";
import type { CapViews } from "./cap-views.ts";

const FEED_MS = days(7);
const MOST_ENTRIES = 200;

/** What the desk for CAP works with. */
export interface CapDeskParts {
  readonly intake: CapIntake;
  readonly views: CapViews;
  readonly pollers: readonly CapPoller[];
  readonly alerts: Pick<AlertBook, "find" | "page">;
  readonly rights: AlertRights;
  readonly audit: Audit;
  readonly territory: () => Territory;
  readonly now: () => UnixMs;
  /** As whom somebody posts: a program that is named by its token, or else as the person they are. */
  readonly posting: (actor: Actor) => CapFrom;
  readonly sender: string;
  readonly offsetMinutes: (at: UnixMs) => number;
  /** Whether everybody may read alerts as CAP. */
  readonly open: boolean;
}

/** A document with what its reader needs to ask again only when it changed. */
export interface Dated {
  readonly text: string;
  readonly etag: string;
  /** Unix ms. */
  readonly modified: UnixMs;
}

/** CAP in and out, for people and programs that ask over HTTP. */
export class CapDesk {
  readonly #parts: CapDeskParts;

  constructor(parts: CapDeskParts) {
    this.#parts = parts;
  }

  /**
   * Takes a message that was posted; it reaches no further than the area of whoever posts it. What a person posts is that person's proposal;
   * only programs that are named have rules that air.
   * @throws FORBIDDEN · SECOND_FACTOR_NEEDED · what `readCap` throws
   */
  async post(actor: Actor, xml: Uint8Array): Promise<CapMessage> {
    const { rights, intake, views, audit, posting } = this.#parts;
    const from = posting(actor);
    await rights.demandTargets(actor, [{ areaId: from.bounds.areaId }]);
    const record = await intake.receive(xml, from);
    const detail = { sha256: record.sha256, alertId: record.alertId };
    const entry = { actor: actor.userId, action: "cap.receive", subject: record.id, detail };
    // A store that takes nothing must not hold up an alert.
    await audit.record(entry).catch(() => {});
    return views.message(record);
  }

  list(actor: Actor, state: CapState | undefined, before: string | undefined, limit: number) {
    return this.#parts.views.list(actor, state, before, limit);
  }

  /** Sources whose area the actor sees, or is within. @throws FORBIDDEN */
  sources(actor: Actor): CapSourceState[] {
    const territory = this.#parts.territory();
    const own = territory.path(actor.areaId);
    demand(actor, "alert.read", own);
    return this.#parts.pollers
      .map((poller) => poller.state())
      .filter(({ areaId }) => own.includes(areaId) || covers(actor, territory.path(areaId)));
  }

  /** An alert as its newest CAP message. @throws NOT_FOUND there is none in sight, or it was never sent */
  async document(actor: Actor | null, id: string): Promise<Dated> {
    const record = (await this.#parts.alerts.find(id))?.record;
    const modified = record && this.#shows(actor, record) ? lastTold(record) : null;
    const alert = record && modified !== null ? await this.#asCap(record) : null;
    if (!alert || modified === null)
      throw new LoaError("NOT_FOUND", `there is no alert ${id} to read as CAP`, { id });
    return dated(writeCap(alert), modified);
  }

  /**
   * Alerts, exercises and tests of the last days that were sent from here, newest first. What came from elsewhere is not passed on: it would
   * go round in circles. `base`: address of the API.
   */
  async feed(actor: Actor | null, base: string): Promise<Dated> {
    const { sender, now } = this.#parts;
    const records = await this.#lately(actor);
    const entries = records.map((record) => {
      const updated = lastTold(record) as UnixMs;
      const { headline, text } = record.content;
      const title = `${MARKS[record.kind]}${record.recalledAt === null ? "" : RECALLED}${headline}`;
      const cap = `${base}/alerts/${record.id}/cap.xml`;
      return { id: `urn:loa:alert:${record.id}`, title, updated, cap, summary: text };
    });
    const self = `${base}/alerts/feed.atom`;
    const about = {
      id: `urn:loa:feed:${sender}`,
      title: "Cảnh báo qua loa truyền thanh",
      author: sender,
      self,
    };
    const modified = Math.max(0, ...entries.map(({ updated }) => updated));
    return dated(writeAtom(about, entries, modified || now()), modified);
  }

  async #lately(actor: Actor | null): Promise<AlertRecord[]> {
    const { alerts, now } = this.#parts;
    const since = now() - FEED_MS;
    const found: AlertRecord[] = [];
    for (let from: string | undefined; found.length < MOST_ENTRIES; ) {
      const page = await alerts.page(from, MOST_ENTRIES);
      const records = page.map(({ record }) => record);
      const fits = (record: AlertRecord) =>
        record.origin !== "cap" && (lastTold(record) ?? 0) >= since && this.#shows(actor, record);
      found.push(...records.filter(fits));
      const last = records.at(-1);
      if (!last || page.length < MOST_ENTRIES || last.createdAt < since) break;
      from = last.id;
    }
    return found.slice(0, MOST_ENTRIES);
  }

  #shows(actor: Actor | null, record: AlertRecord): boolean {
    const { open, rights } = this.#parts;
    return open ? record.origin !== "cap" || actor !== null : actor !== null && rights.sees(actor, record);
  }

  async #asCap(record: AlertRecord) {
    const { alerts, territory, sender, offsetMinutes, now } = this.#parts;
    const before = await Promise.all(record.supersedes.map((id) => alerts.find(id)));
    const forerunners = before.flatMap((one) => (one ? [one.record] : []));
    return capOf(record, forerunners, {
      sender,
      territory: territory(),
      offsetMinutes: offsetMinutes(now()),
    });
  }
}

const MARKS = { actual: "", exercise: "[Diễn tập / Exercise] ", test: "[Phát thử / Test] " } as const;
const RECALLED = "[Thu hồi / Recalled] ";

const dated = (text: string, modified: UnixMs): Dated => ({
  ...{ text, modified, etag: `"${createHash("sha256").update(text).digest("hex").slice(0, 32)}"` },
});
