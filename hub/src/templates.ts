import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { CreateTemplate, PatchTemplate, Template } from "@loa/protocol/http/templates";
import { blanksOf } from "@loa/protocol/template-text";
import { demand } from "./core/access.ts";
import { BUILT_IN_TEMPLATES } from "./core/built-in-templates.ts";
import type { Actor } from "./ports.ts";
import type { ChainedAudit } from "./store/audit.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { templates as rows } from "./store/repositories/templates.ts";

/** What templates live on. */
export interface TemplateParts {
  readonly clock: Clock;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly audit: ChainedAudit;
}

/** Texts with blanks: those of Loa, which nobody changes, and those that people of an area wrote. */
export class Templates {
  readonly #parts: TemplateParts;

  constructor(parts: TemplateParts) {
    this.#parts = parts;
  }

  /** Those of Loa, then those of the areas on the actor's path and below, by name. */
  async list(actor: Actor): Promise<Template[]> {
    const { database, registry } = this.#parts;
    demand(actor, "announcement.read", registry.tree.path(actor.areaId));
    const own = (await rows.all(database)).filter(({ areaId }) => this.#reaches(actor, areaId));
    return [...BUILT_IN_TEMPLATES, ...own.sort((a, b) => a.name.localeCompare(b.name, "vi"))];
  }

  /** One of those. @throws NOT_FOUND */
  async see(actor: Actor, id: string): Promise<Template> {
    const found = (await this.list(actor)).find((template) => template.id === id);
    if (!found) throw new LoaError("NOT_FOUND", `there is no template ${id} in your area`, { id });
    return found;
  }

  /** @throws TEMPLATE_INVALID · FORBIDDEN · NOT_FOUND the area */
  async create(actor: Actor, { areaId = actor.areaId, ...body }: CreateTemplate): Promise<Template> {
    const { clock, database, registry, audit } = this.#parts;
    demand(actor, "announcement.write", registry.tree.path(areaId));
    demandFilled(body);
    const template = { id: newId("tpl", clock.now()), areaId, ...body };
    await database.transaction().execute(async (transaction) => {
      await rows.insert(transaction, template, clock.now());
      await audit.recordIn(transaction, entry(actor, "create", template));
    });
    return template;
  }

  /** @throws TEMPLATE_INVALID · NOT_FOUND · FORBIDDEN it comes with Loa, or belongs to an area above */
  async change(actor: Actor, id: string, body: PatchTemplate): Promise<Template> {
    const { clock, database, audit } = this.#parts;
    const template = { ...(await this.#own(actor, id)), ...body };
    demandFilled(template);
    await database.transaction().execute(async (transaction) => {
      await rows.update(transaction, template, clock.now());
      await audit.recordIn(transaction, entry(actor, "change", template));
    });
    return template;
  }

  /** @throws NOT_FOUND · FORBIDDEN it comes with Loa, or belongs to an area above */
  async remove(actor: Actor, id: string): Promise<void> {
    const { database, audit } = this.#parts;
    const template = await this.#own(actor, id);
    await database.transaction().execute(async (transaction) => {
      await rows.remove(transaction, id);
      await audit.recordIn(transaction, entry(actor, "remove", template));
    });
  }

  async #own(actor: Actor, id: string): Promise<Template> {
    const template = await this.see(actor, id);
    const { tree } = this.#parts.registry;
    if (template.areaId === null || !tree.within(template.areaId, actor.areaId))
      throw new LoaError("FORBIDDEN", "this template is not yours; copy it");
    demand(actor, "announcement.write", tree.path(template.areaId));
    return template;
  }

  #reaches(actor: Actor, areaId: string | null): boolean {
    const { tree } = this.#parts.registry;
    return areaId !== null && (tree.within(areaId, actor.areaId) || tree.within(actor.areaId, areaId));
  }
}

/** @throws TEMPLATE_INVALID */
function demandFilled({ title, text, fields }: Pick<Template, "title" | "text" | "fields">): void {
  const blanks = new Set(blanksOf(`${title}\n${text}`));
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const without = [...blanks].find((name) => !names.includes(name));
  const unused = names.find((name) => !blanks.has(name));
  const wrong =
    (twice && `the field ${twice} comes twice`) ??
    (without && `the blank {${without}} has no field`) ??
    (unused && `the field ${unused} has no blank`);
  if (wrong) throw new LoaError("TEMPLATE_INVALID", wrong);
}

function entry(actor: Actor, what: string, { id, name, areaId }: Template) {
  return { actor: actor.userId, action: `template.${what}`, subject: id, detail: { name, areaId } };
}
