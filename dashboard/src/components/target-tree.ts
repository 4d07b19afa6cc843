import type { Area } from "@loa/protocol/http/areas";
import type { Target } from "@loa/protocol/http/schedules";
import type { Station } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { coverOf, type Tree, toggleArea, toggleStation, treeOf } from "../words/targets.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** The administrative tree with a box per area and station; emits `targets-changed` with the shortest list of targets. */
export class TargetTree extends View {
  static override properties = { targets: { attribute: false } };
  declare targets: readonly Target[];
  readonly #closed = new Set<string>();
  #opened = false;

  protected override sources() {
    return [world.areas, world.stations];
  }

  /** Areas whose children are stations start closed when there are many stations. */
  #tree(): Tree {
    const tree = treeOf(world.areas.all, world.stations.all);
    if (!this.#opened && world.areas.all.length > 0) {
      this.#opened = true;
      if (world.stations.all.length > 40)
        for (const area of world.areas.all) if (!tree.children.has(area.id)) this.#closed.add(area.id);
    }
    return tree;
  }

  #fold(id: string): void {
    this.change(() => {
      if (!this.#closed.delete(id)) this.#closed.add(id);
    });
  }

  #pick(targets: Target[]): void {
    emit(this, "targets-changed", targets);
  }

  #station(tree: Tree, chosen: ReadonlySet<string>, station: Station): TemplateResult {
    return html`<li>
      <label class="check"
        ><input
          type="checkbox"
          .checked=${chosen.has(station.id)}
          @change=${() => this.#pick(toggleStation(tree, this.targets, station.id))}
        />
        <span>${station.name}${station.status === "offline" ? html` <small class="muted">· ${t("station.offline")}</small>` : nothing}</span></label
      >
    </li>`;
  }

  #area(tree: Tree, cover: ReadonlySet<string>, area: Area): TemplateResult {
    const inside = tree.inside.get(area.id) ?? [];
    const chosen = inside.filter((id) => cover.has(id)).length;
    const all = inside.length > 0 && chosen === inside.length;
    const open = !this.#closed.has(area.id);
    return html`<li>
      <div class="branch">
        <label class="check"
          ><input
            type="checkbox"
            .checked=${all}
            .indeterminate=${chosen > 0 && !all}
            ?disabled=${inside.length === 0}
            @change=${() => this.#pick(toggleArea(tree, this.targets, area.id))}
          />
          <span><b>${area.name}</b> <small class="muted">${t("targets.count", { n: chosen, of: inside.length })}</small></span></label
        >
        <button
          type="button"
          class="button quiet icon-only"
          aria-expanded=${open}
          aria-label=${t(open ? "targets.fold" : "targets.unfold", { area: area.name })}
          @click=${() => this.#fold(area.id)}
        >
          ${icon(open ? "up" : "down")}
        </button>
      </div>
      ${
        open
          ? html`<ul>
              ${(tree.children.get(area.id) ?? []).map((child) => this.#area(tree, cover, child))}
              ${(tree.stations.get(area.id) ?? []).map((station) => this.#station(tree, cover, station))}
            </ul>`
          : nothing
      }
    </li>`;
  }

  protected override render(): TemplateResult {
    const tree = this.#tree();
    const { stations: cover } = coverOf(tree, this.targets);
    return html`<ul class="tree" aria-label=${t("form.where")}>
      ${tree.roots.map((area) => this.#area(tree, cover, area))}
    </ul>`;
  }
}
customElements.define("loa-target-tree", TargetTree);
