import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { may } from "../data/access.ts";
import { distinct, throttled } from "../data/signal.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { sameGroup, type WallGroup } from "../words/wall.ts";
import { icon } from "./icon.ts";
import "./station-tile.ts";
import { stopArea } from "./stop.ts";
import { View } from "./view.ts";

/** Counts in the heading may lag behind the tiles by this. */
const COUNT_EVERY_MS = 1_000;

/** Stations of one area. Its tiles are made when the group first comes near the screen: a province has thousands. */
export class AreaGroup extends View {
  static override properties = {
    group: { attribute: false, hasChanged: (now: WallGroup, last?: WallGroup) => !sameGroup(now, last) },
  };
  declare group: WallGroup;
  near = false;
  #watch: IntersectionObserver | null = null;

  protected override sources() {
    return [distinct(throttled(world.stations, COUNT_EVERY_MS), () => Object.values(this.#counts()).join())];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        this.#watch?.disconnect();
        this.change(() => {
          this.near = true;
        });
      },
      { rootMargin: "600px" },
    );
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch?.disconnect();
  }

  #counts(): { ready: number; sounding: number } {
    const stations = this.group.stationIds.flatMap((id) => world.stations.get(id) ?? []);
    return {
      ready: stations.filter(({ status }) => status === "online").length,
      sounding: stations.filter(({ onAir }) => onAir !== null).length,
    };
  }

  #stopButton(sounding: number): TemplateResult | typeof nothing {
    if (sounding === 0 || !may("stop")) return nothing;
    const { area } = this.group;
    return html`<button
      class="button quiet bad"
      data-testid="stop-area"
      aria-label=${t("stop.areaButtonLabel", { area: area.name })}
      @click=${() => void stopArea(area)}
    >
      ${icon("stop")}${t("stop.areaButton")}
    </button>`;
  }

  protected override render(): TemplateResult {
    const { area, above, stationIds } = this.group;
    const { ready, sounding } = this.#counts();
    return html`<section class="area" aria-label=${area.name}>
      <div class="area-head">
        <div>
          <p class="small muted">${above.join(" › ")}</p>
          <h3>${area.name} <span class="muted">${t("wall.ready", { n: ready, of: stationIds.length })}</span></h3>
        </div>
        ${this.#stopButton(sounding)}
      </div>
      <ul class="tiles" style="min-height:${this.near ? 0 : Math.ceil(stationIds.length / 4) * 5.5}rem">
        ${
          this.near
            ? repeat(
                stationIds,
                (id) => id,
                (id) => html`<li><loa-station-tile .stationId=${id}></loa-station-tile></li>`,
              )
            : nothing
        }
      </ul>
    </section>`;
  }
}
customElements.define("loa-area-group", AreaGroup);
