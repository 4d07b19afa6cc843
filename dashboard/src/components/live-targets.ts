import type { AlertTarget } from "@loa/protocol/http/alerts";
import type { Group } from "@loa/protocol/http/groups";
import type { Target } from "@loa/protocol/http/schedules";
import { html, nothing, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { isPlain } from "../words/live-reach.ts";
import "./target-tree.ts";
import { emit, View } from "./view.ts";

/** Whom to speak to: areas and stations of the tree, and saved groups. Emits `targets-changed`. */
export class LiveTargets extends View {
  static override properties = { targets: { attribute: false }, groups: { attribute: false } };
  declare targets: readonly AlertTarget[];
  declare groups: readonly Group[];

  protected override sources() {
    return [world.areas, world.stations];
  }

  #plain(plain: readonly Target[]): void {
    emit(this, "targets-changed", [...plain, ...this.targets.filter((target) => !isPlain(target))]);
  }

  #group(groupId: string, chosen: boolean): void {
    const others = this.targets.filter((target) => !("groupId" in target && target.groupId === groupId));
    emit(this, "targets-changed", chosen ? [...others, { groupId }] : others);
  }

  #groupList(): TemplateResult | typeof nothing {
    if (this.groups.length === 0) return nothing;
    const chosen = new Set(this.targets.map((target) => ("groupId" in target ? target.groupId : "")));
    return html`<fieldset class="live-groups">
      <legend class="label">${t("live.groups")}</legend>
      ${this.groups.map(
        ({ id, name, stations }) => html`<label class="check"
          ><input
            type="checkbox"
            .checked=${chosen.has(id)}
            @change=${(event: Event) => this.#group(id, (event.target as HTMLInputElement).checked)}
          /><span>${name} <small class="muted">${t("stations", { n: stations })}</small></span></label
        >`,
      )}
    </fieldset>`;
  }

  protected override render(): TemplateResult {
    return html`${this.#groupList()}<loa-target-tree
        .targets=${this.targets.filter(isPlain)}
        @targets-changed=${(event: CustomEvent<Target[]>) => {
          event.stopPropagation();
          this.#plain(event.detail);
        }}
      ></loa-target-tree>`;
  }
}
customElements.define("loa-live-targets", LiveTargets);
