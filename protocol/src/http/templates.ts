import { type Static, Type } from "typebox";
import { AreaId, Id } from "../identity.ts";

/** What a template is about; the desk groups by it. */
export const TEMPLATE_CATEGORIES = [
  "lostChild",
  "powerCut",
  "vaccination",
  "stormPreparation",
  "meeting",
  "other",
] as const;

/** A blank of a template. `name` is what stands in braces in title and text: `{place}`. */
export const TemplateField = Type.Object({
  name: Type.String({ pattern: "^[a-z][A-Za-z0-9]{0,39}$" }),
  label: Type.String({ minLength: 1, maxLength: 80 }),
  kind: Type.Enum(["text", "longText", "number", "date", "time", "phone"]),
  required: Type.Boolean(),
  example: Type.String({ maxLength: 200 }),
});
export type TemplateField = Static<typeof TemplateField>;

const Body = {
  category: Type.Enum([...TEMPLATE_CATEGORIES]),
  name: Type.String({ minLength: 1, maxLength: 120 }),
  title: Type.String({ minLength: 1, maxLength: 200, description: "of the announcement, with {blanks}" }),
  text: Type.String({ minLength: 1, maxLength: 10_000, description: "with {blanks}" }),
  fields: Type.Array(TemplateField, { maxItems: 30 }),
};

/** A text with blanks. `areaId` null: comes with Loa and cannot be changed, only copied. */
export const Template = Type.Object({ id: Id, areaId: Type.Union([AreaId, Type.Null()]), ...Body });
export type Template = Static<typeof Template>;

/** `GET /announcement-templates`: those of Loa, and of the areas on the user's path and below. */
export const TemplateList = Type.Object({ items: Type.Array(Template), next: Type.Null() });

/** `POST /announcement-templates`. @throws TEMPLATE_INVALID when a blank has no field or a field no blank */
export const CreateTemplate = Type.Object({ areaId: Type.Optional(AreaId), ...Body });
export type CreateTemplate = Static<typeof CreateTemplate>;

/** `PATCH /announcement-templates/:id`. */
export const PatchTemplate = Type.Partial(Type.Object(Body));
export type PatchTemplate = Static<typeof PatchTemplate>;
