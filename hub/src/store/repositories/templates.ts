import type { Template, TemplateField } from "@loa/protocol/http/templates";
import type { Database } from "../database.ts";

/** Rows of the templates that people wrote. */
export const templates = {
  async all(database: Database): Promise<Template[]> {
    const rows = await database.selectFrom("announcementTemplates").selectAll().execute();
    return rows.map(({ id, areaId, category, name, title, text, fieldsJson }) => ({
      ...{ id, areaId, category, name, title, text },
      fields: JSON.parse(fieldsJson) as TemplateField[],
    }));
  },

  async insert(database: Database, template: Template & { areaId: string }, now: number): Promise<void> {
    const { id, areaId } = template;
    const createdAt = Math.round(now);
    const row = { id, areaId, ...bodyOf(template), createdAt, updatedAt: createdAt };
    await database.insertInto("announcementTemplates").values(row).execute();
  },

  async update(database: Database, template: Template, now: number): Promise<void> {
    await database
      .updateTable("announcementTemplates")
      .set({ ...bodyOf(template), updatedAt: Math.round(now) })
      .where("id", "=", template.id)
      .execute();
  },

  async remove(database: Database, id: string): Promise<void> {
    await database.deleteFrom("announcementTemplates").where("id", "=", id).execute();
  },
};

function bodyOf({ category, name, title, text, fields }: Template) {
  return { category, name, title, text, fieldsJson: JSON.stringify(fields) };
}
