import type { AlertTarget } from "@loa/protocol/http/alerts";
import type { Target } from "@loa/protocol/http/schedules";
import { html, nothing, type TemplateResult } from "lit";
import { groups } from "../data/alerts.ts";
import { user } from "../data/session.ts";
import { throttled } from "../data/signal.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import {
  isPlain,
  isShape,
  type Reach,
  reachOf,
  type Shape,
  stationsWithin,
  without,
} from "../words/alert-targets.ts";
import { treeOf } from "../words/targets.ts";
import { number } from "../words/time-text.ts";
import { failureNotice } from "./error-text.ts";
import "./group-list.ts";
import { saveGroup } from "./group-list.ts";
import { type IconName, icon } from "./icon.ts";
import "./shape-fields.ts";
import "./target-tree.ts";
import { emit, View } from "./view.ts";

type Way = "tree" | "map" | "groups";
const WAYS: readonly { way: Way; drawing: IconName }[] = [
  { way: "tree", drawing: "tree" },
  { way: "map", drawing: "pin" },
  { way: "groups", drawing: "save" },
];

/** Where something is to sound: by the tree, by what is drawn on the map, by saved groups. Emits `targets-changed`. */
export class TargetChooser extends View {
  static override properties = { targets: { attribute: false } };
  declare targets: readonly AlertTarget[];
  #way: Way = "tree";
  #mapReady = false;
  #mapFailure: unknown = null;
  #changing: Shape | null = null;

  protected override sources() {
    return [throttled(world.stations, 2_000), world.areas, groups, user];
  }

  #set(targets: readonly AlertTarget[]): void {
    emit(this, "targets-changed", targets);
  }

  #go(way: Way): void {
    this.change(() => {
      this.#way = way;
    });
    if (way === "map" && !this.#mapReady) void this.#loadMap();
  }

  async #loadMap(): Promise<void> {
    const failure = await import("./shape-map.ts").then(
      () => null,
      (thrown: unknown) => thrown,
    );
    this.change(() => {
      [this.#mapFailure, this.#mapReady] = [failure, failure === null];
    });
  }

  get #plain(): Target[] {
    return this.targets.filter(isPlain);
  }

  #takePlain(plain: readonly Target[]): void {
    this.#set([...plain, ...this.targets.filter((target) => !isPlain(target))]);
  }

  #takeShape(shape: Shape): void {
    const others = this.#changing ? without(this.targets, this.#changing) : this.targets;
    this.#changing = null;
    this.#set([...others, shape]);
  }

  #toggleGroup(groupId: string): void {
    const others = this.targets.filter((target) => !("groupId" in target && target.groupId === groupId));
    this.#set(others.length < this.targets.length ? others : [...this.targets, { groupId }]);
  }

  #nameOf(target: AlertTarget): { drawing: IconName; words: string } {
    if ("areaId" in target)
      return { drawing: "tree", words: world.areas.get(target.areaId)?.name ?? target.areaId };
    if ("stationId" in target)
      return { drawing: "speaker", words: world.stations.get(target.stationId)?.name ?? target.stationId };
    if ("groupId" in target)
      return {
        drawing: "save",
        words: groups.value?.find(({ id }) => id === target.groupId)?.name ?? t("group.gone"),
      };
    const n = stationsWithin(target, world.stations.all).length;
    return "circle" in target
      ? { drawing: "circle", words: t("shape.circleNamed", { km: number(target.circle.radiusKm, 1), n }) }
      : { drawing: "polygon", words: t("shape.polygonNamed", { points: target.polygon.length, n }) };
  }

  #chip(target: AlertTarget): TemplateResult {
    const { drawing, words } = this.#nameOf(target);
    return html`<li class="target-chip">
      ${icon(drawing)}<span>${words}</span>
      ${
        isShape(target)
          ? html`<button type="button" class="chip-button" aria-label=${t("shape.edit", { shape: words })} @click=${() => this.#edit(target)}>${icon("edit")}</button>`
          : nothing
      }
      <button type="button" class="chip-button" aria-label=${t("targets.remove", { target: words })} @click=${() => this.#set(without(this.targets, target))}>
        ${icon("close")}
      </button>
    </li>`;
  }

  #edit(shape: Shape): void {
    this.#changing = shape;
    this.#go("map");
  }

  #summary(reach: Reach): TemplateResult {
    const own = world.areas.get(user.value?.areaId ?? "");
    const all = this.targets.some((target) => "areaId" in target && target.areaId === own?.id);
    const n = reach.stations.size;
    return html`<div class="reach" data-testid="reach" data-stations=${n} data-horns=${reach.horns}>
        <p role="status"><b>${t("targets.reach", { n, horns: reach.horns })}</b></p>
        <div class="buttons">
          ${
            own && !all
              ? html`<button type="button" class="button" data-testid="all-own" @click=${() => this.#set([{ areaId: own.id }])}>
                  ${icon("check")}${t("targets.all", { area: own.name })}
                </button>`
              : nothing
          }
          ${
            this.targets.length > 0
              ? html`<button type="button" class="button quiet" data-testid="save-group" @click=${() => void saveGroup(this.targets)}>
                    ${icon("save")}${t("group.saveThis")}
                  </button>
                  <button type="button" class="button quiet" @click=${() => this.#set([])}>${icon("close")}${t("targets.none")}</button>`
              : nothing
          }
        </div>
      </div>
      <ul class="target-chips" aria-label=${t("targets.chosen")}>
        ${this.targets.slice(0, 30).map((target) => this.#chip(target))}
        ${this.targets.length > 30 ? html`<li class="target-chip">${t("targets.more", { n: this.targets.length - 30 })}</li>` : nothing}
      </ul>`;
  }

  #ways(): TemplateResult {
    return html`<div class="segmented ways" role="radiogroup" aria-label=${t("targets.way")}>
      ${WAYS.map(
        ({ way, drawing }) => html`<label data-testid="way-${way}"
          ><input type="radio" name="target-way" .checked=${this.#way === way} @change=${() => this.#go(way)} /><span
            >${icon(drawing)}${t(`targets.way.${way}`)}</span
          ></label
        >`,
      )}
    </div>`;
  }

  #map(reach: Reach): TemplateResult {
    if (this.#mapFailure) return failureNotice(this.#mapFailure, () => void this.#loadMap());
    const shapes = this.targets.filter(isShape);
    return html`<div @shape-drawn=${(event: CustomEvent<Shape>) => this.#takeShape(event.detail)} @shape-written=${(event: CustomEvent<Shape>) => this.#takeShape(event.detail)}>
      ${
        this.#mapReady
          ? html`<loa-shape-map .shapes=${shapes} .reached=${reach.stations}></loa-shape-map>`
          : html`<div class="map-waiting" aria-busy="true">${t("loading")}</div>`
      }
      <details class="by-numbers" ?open=${this.#changing !== null}>
        <summary data-testid="by-numbers">${t("shape.numbers")}</summary>
        <loa-shape-fields .shape=${this.#changing}></loa-shape-fields>
      </details>
    </div>`;
  }

  #body(reach: Reach): TemplateResult {
    if (this.#way === "map") return this.#map(reach);
    if (this.#way === "groups")
      return html`<loa-group-list
        .targets=${this.targets}
        @group-toggled=${(event: CustomEvent<string>) => this.#toggleGroup(event.detail)}
        @group-removed=${(event: CustomEvent<string>) =>
          this.#set(
            this.targets.filter((target) => !("groupId" in target && target.groupId === event.detail)),
          )}
      ></loa-group-list>`;
    return html`<loa-target-tree
      .targets=${this.#plain}
      @targets-changed=${(event: CustomEvent<Target[]>) => {
        event.stopPropagation();
        this.#takePlain(event.detail);
      }}
    ></loa-target-tree>`;
  }

  protected override render(): TemplateResult {
    const { all: stations } = world.stations;
    const tree = treeOf(world.areas.all, stations);
    const reach = reachOf(this.targets, { tree, stations, groups: groups.value ?? [] });
    return html`${this.#summary(reach)} ${this.#ways()}
      <div class="way">${this.#body(reach)}</div>`;
  }
}
customElements.define("loa-target-chooser", TargetChooser);
