import { html, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { askArea } from "./area-picker.ts";
import { icon } from "./icon.ts";

/** Names from the root to the area: "Nghệ An › Vinh › Hưng Dũng". */
export const areaPathText = (areaId: string): string =>
  (world.areas.get(areaId)?.path ?? [areaId]).map((id) => world.areas.get(id)?.name ?? id).join(" › ");

/** A field that holds one area; a press opens the tree. */
export function areaField(
  id: string,
  label: string,
  areaId: string,
  take: (areaId: string) => void,
  locked = false,
): TemplateResult {
  const ask = async () => {
    const chosen = await askArea({ title: label, chosen: areaId, yes: t("picker.choose") });
    if (chosen !== null) take(chosen);
  };
  return html`<div class="field">
    <span class="label" id="${id}-label">${label}</span>
    <button
      type="button"
      class="button area-field"
      id=${id}
      aria-labelledby="${id}-label ${id}"
      ?disabled=${locked}
      @click=${() => void ask()}
    >
      ${icon("tree")}<span>${areaId === "" ? t("area.choose") : areaPathText(areaId)}</span>${icon("down")}
    </button>
  </div>`;
}
