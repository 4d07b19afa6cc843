import type { AlertTarget } from "@loa/protocol/http/alerts";
import type { Group } from "@loa/protocol/http/groups";
import { html, type TemplateResult } from "lit";
import { groupDesk, groups, loadGroups } from "../data/alerts.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { askName } from "./name-sheet.ts";
import { offerUndo, say, sayError } from "./toast.ts";
import { emit, View } from "./view.ts";

/** Asks for a name and saves these targets under it; groups among them become what they hold. */
export async function saveGroup(targets: readonly AlertTarget[]): Promise<void> {
  const name = await askName({
    ...{ title: t("group.saveTitle"), label: t("group.name"), name: "", yes: t("group.save") },
  });
  if (name === null) return;
  const members = targets.flatMap((target) =>
    "groupId" in target ? (groups.value?.find(({ id }) => id === target.groupId)?.targets ?? []) : [target],
  );
  try {
    await groupDesk.create({ name, targets: members });
    say(t("group.saved", { name }));
  } catch (thrown) {
    sayError(thrown);
  }
}

/** Saved targets to choose, rename and remove. Emits `group-toggled` with the id. */
export class GroupList extends View {
  static override properties = { targets: { attribute: false } };
  declare targets: readonly AlertTarget[];

  protected override sources() {
    return [groups, world.areas];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void loadGroups().catch(sayError);
  }

  async #rename({ id, name }: Group): Promise<void> {
    const next = await askName({
      ...{ title: t("group.renameTitle"), label: t("group.name"), name, yes: t("group.rename") },
    });
    if (next === null || next === name) return;
    try {
      await groupDesk.change(id, { name: next });
      offerUndo(t("group.renamed", { name: next }), async () => void (await groupDesk.change(id, { name })));
    } catch (thrown) {
      sayError(thrown);
    }
  }

  async #remove({ id, name, targets }: Group): Promise<void> {
    try {
      await groupDesk.remove(id);
      emit(this, "group-removed", id);
      offerUndo(t("group.removed", { name }), async () => void (await groupDesk.create({ name, targets })));
    } catch (thrown) {
      sayError(thrown);
    }
  }

  #group(group: Group): TemplateResult {
    const { id, name, areaId, stations } = group;
    const chosen = this.targets.some((target) => "groupId" in target && target.groupId === id);
    return html`<li data-testid="group" data-group=${id}>
      <label class="check"
        ><input type="checkbox" .checked=${chosen} @change=${() => emit(this, "group-toggled", id)} />
        <span><b>${name}</b> <small class="muted">${world.areas.get(areaId)?.name ?? ""} · ${t("stations", { n: stations })}</small></span></label
      >
      <button type="button" class="button quiet icon-only" data-testid="group-rename" aria-label=${t("group.renameNamed", { name })} @click=${() => void this.#rename(group)}>
        ${icon("edit")}
      </button>
      <button type="button" class="button quiet icon-only" data-testid="group-remove" aria-label=${t("group.removeNamed", { name })} @click=${() => void this.#remove(group)}>
        ${icon("trash")}
      </button>
    </li>`;
  }

  protected override render(): TemplateResult {
    const all = groups.value;
    if (all === null) return skeleton(3);
    if (all.length === 0) return html`<p class="hint" data-testid="no-groups">${t("group.none")}</p>`;
    return html`<ul class="groups">
      ${all.map((group) => this.#group(group))}
    </ul>`;
  }
}
customElements.define("loa-group-list", GroupList);
