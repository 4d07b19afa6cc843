import { LoaError } from "@loa/kernel/errors";
import type { Lexicon, LexiconEntry } from "@loa/protocol/http/speech";
import type { AreaId } from "@loa/protocol/identity";
import { demand } from "./core/access.ts";
import { lexiconKey } from "./core/spoken-text/lexicon-index.ts";
import type { Actor } from "./ports.ts";
import type { ChainedAudit } from "./store/audit.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { type KeyedEntry, lexicons as rows } from "./store/repositories/lexicon.ts";

/** What lexicons live on. */
export interface LexiconNeeds {
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly audit: ChainedAudit;
}

/** How words are said where: an area's own entries, and those of the areas above it. */
export class Lexicons {
  readonly #needs: LexiconNeeds;

  constructor(needs: LexiconNeeds) {
    this.#needs = needs;
  }

  /** All entries that hold in an area, nearest first. @throws NOT_FOUND */
  entries(areaId: AreaId): Promise<(LexiconEntry & { areaId: AreaId })[]> {
    const { database, registry } = this.#needs;
    return rows.of(database, registry.tree.path(areaId).toReversed());
  }

  /** @throws NOT_FOUND · FORBIDDEN */
  async get(actor: Actor, areaId: AreaId): Promise<Lexicon> {
    demand(actor, "announcement.read", this.#needs.registry.tree.path(areaId));
    const all = await this.entries(areaId);
    const items = all.filter((entry) => entry.areaId === areaId).map(({ areaId: _, ...entry }) => entry);
    return { items, inherited: all.filter((entry) => entry.areaId !== areaId), next: null };
  }

  /** Replaces the area's own entries. @throws NOT_FOUND · FORBIDDEN · LEXICON_INVALID when a word stands twice */
  async put(actor: Actor, areaId: AreaId, items: readonly LexiconEntry[]): Promise<Lexicon> {
    const { database, registry, audit } = this.#needs;
    demand(actor, "announcement.write", registry.tree.path(areaId));
    const entries = keyed(items);
    await database.transaction().execute(async (transaction) => {
      const before = await rows.of(transaction, [areaId]);
      await rows.replace(transaction, areaId, entries);
      const { userId } = actor;
      const detail = changes(before, entries);
      await audit.recordIn(transaction, { actor: userId, action: "lexicon.change", subject: areaId, detail });
    });
    return this.get(actor, areaId);
  }
}

function keyed(items: readonly LexiconEntry[]): KeyedEntry[] {
  const seen = new Map<string, number>();
  return items.map(({ written, spoken }, at) => {
    const entry = { key: lexiconKey(written), written: tidy(written), spoken: tidy(spoken) };
    const path = `/items/${at}`;
    if (entry.written === "" || entry.spoken === "")
      throw invalid(path, "written and spoken need letters or signs");
    if (/[\p{Cc}\p{Co}\p{Cs}]/u.test(entry.written + entry.spoken))
      throw invalid(path, "written and spoken hold no control characters");
    const first = seen.get(entry.key);
    if (first !== undefined) throw invalid(path, `"${entry.written}" stands in item ${first} already`);
    seen.set(entry.key, at);
    return entry;
  });
}

const tidy = (text: string) => text.normalize("NFC").replaceAll(/\s+/g, " ").trim();

function invalid(path: string, message: string): LoaError {
  return new LoaError("LEXICON_INVALID", `${path}: ${message}`, { problems: [{ path, message }] });
}

/** What an audit entry tells of a change: words that came, went, or are said otherwise. */
function changes(before: readonly LexiconEntry[], after: readonly LexiconEntry[]) {
  const was = new Map(before.map(({ written, spoken }) => [written, spoken]));
  const is = new Map(after.map(({ written, spoken }) => [written, spoken]));
  return {
    set: Object.fromEntries([...is].filter(([written, spoken]) => was.get(written) !== spoken)),
    removed: [...was.keys()].filter((written) => !is.has(written)),
  };
}
