import type { Template, TemplateField } from "@loa/protocol/http/templates";
import { blanksOf } from "@loa/protocol/template-text";

/** A field's value as it stands in a text: 23/11/2026 for what an input gives as 2026-11-23. */
export function asText(kind: TemplateField["kind"], value: string): string {
  if (kind !== "date") return value.trim();
  const [year, month, day] = value.split("-");
  return day === undefined ? value : `${day}/${month}/${year}`;
}

/** Values of all fields as they stand in the text. */
export function textValues(
  fields: readonly TemplateField[],
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(fields.map(({ name, kind }) => [name, asText(kind, values[name] ?? "")]));
}

/** A text cut into plain stretches and blanks. */
export function blankParts(text: string): { text: string; blank: string | null }[] {
  return text
    .split(/(\{[a-z][A-Za-z0-9]{0,39}\})/)
    .filter((part) => part !== "")
    .map((part) => ({ text: part, blank: blanksOf(part)[0] ?? null }));
}

/** A name for a new blank, from its label: “Địa điểm họp” becomes `diaDiemHop`, and `diaDiemHop2` when that is taken. */
export function blankName(label: string, taken: readonly string[]): string {
  const words = label
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/đ/gi, "d")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const joined = words.map((word, i) => (i === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join("");
  const name = (/^[a-z]/.test(joined) ? joined : `o${joined}`).slice(0, 36);
  let free = name;
  for (let n = 2; taken.includes(free); n++) free = `${name}${n}`;
  return free;
}

/** Fields for exactly the blanks of title and text: known ones stay, new ones get a plain field, unused ones go. */
export function fittingFields({
  title,
  text,
  fields,
}: Pick<Template, "title" | "text" | "fields">): TemplateField[] {
  return blanksOf(`${title}\n${text}`).map(
    (name) =>
      fields.find((field) => field.name === name) ?? {
        name,
        label: name,
        kind: "text",
        required: true,
        example: "",
      },
  );
}
