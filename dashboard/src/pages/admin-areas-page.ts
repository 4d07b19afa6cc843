import type { Area } from "@loa/protocol/http/areas";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { adminPage } from "../components/admin-frame.ts";
import { createArea } from "../components/area-create-sheet.ts";
import "../components/area-detail.ts";
import type { AreaTree } from "../components/area-tree.ts";
import "../components/area-tree.ts";
import { skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { dropArea } from "../components/relocate.ts";
import { sayError } from "../components/toast.ts";
import { View } from "../components/view.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { go } from "../router.ts";

/** The administrative tree beside what is known of the chosen area. On a phone one comes after the other. */
export class AdminAreasPage extends View {
  static override properties = { chosen: {} };
  declare chosen: string;
  #words = "";

  protected override sources() {
    return [world.areas, world.loaded, user];
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("chosen") && this.chosen !== "")
      this.querySelector<AreaTree>("loa-area-tree")?.reveal(this.chosen);
  }

  async #create(): Promise<void> {
    const parent = world.areas.get(this.chosen) ?? world.areas.get(user.value?.areaId ?? "");
    if (!parent) return;
    const id = await createArea(parent);
    if (id !== null) go(`/admin/areas/${id}`);
  }

  async #drop({ id, into }: { id: string; into: string }): Promise<void> {
    const area = world.areas.get(id);
    if (!area) return;
    try {
      if (await dropArea(area, into)) go(`/admin/areas/${id}`);
    } catch (thrown) {
      sayError(thrown);
    }
  }

  #tree(): TemplateResult {
    return html`<section class="card tree-card" aria-label=${t("admin.areas")}>
      <div class="tree-find">
        <div class="search">
          ${icon("search")}<input
            type="search"
            aria-label=${t("tree.find")}
            placeholder=${t("tree.find")}
            autocomplete="off"
            @input=${(event: Event) =>
              this.change(() => {
                this.#words = (event.target as HTMLInputElement).value;
              })}
          />
        </div>
      </div>
      <loa-area-tree
        movable
        .chosen=${this.chosen}
        .words=${this.#words}
        @area-chosen=${(event: CustomEvent<string>) => go(`/admin/areas/${event.detail}`)}
        @area-dropped=${(event: CustomEvent<{ id: string; into: string }>) => void this.#drop(event.detail)}
      ></loa-area-tree>
      <p class="tree-tip muted small">${t("tree.tip")}</p>
    </section>`;
  }

  #detail(area: Area | undefined): TemplateResult {
    if (area) return html`<loa-area-detail .area=${area}></loa-area-detail>`;
    return html`<div class="card empty">${icon("tree")}<p>${t("area.chooseOne")}</p></div>`;
  }

  #body(): TemplateResult {
    if (!world.loaded.value) return skeleton(3, 12);
    const area = world.areas.get(this.chosen);
    return html`<div class="areas ${area ? "has-chosen" : ""}">
      ${this.#tree()}
      <div class="area-side">
        ${area ? html`<a class="back phone-only" href="/admin/areas">${icon("left")}${t("admin.areas")}</a>` : nothing}
        ${this.#detail(area)}
      </div>
    </div>`;
  }

  #actions(): TemplateResult {
    return html`<button class="button primary" data-testid="create-area" @click=${() => void this.#create()}>
      ${icon("plus")}${t("area.createButton")}
    </button>`;
  }

  protected override render(): TemplateResult {
    return adminPage(
      "areas",
      "administer",
      () => this.#actions(),
      () => this.#body(),
    );
  }
}
customElements.define("loa-admin-areas-page", AdminAreasPage);
