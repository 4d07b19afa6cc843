import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { distinct, throttled } from "../data/signal.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { failureNotice } from "./error-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const placed = () => world.stations.all.filter(({ lat, lon }) => lat !== null && lon !== null).length;

/** The map in its frame. Its code comes when it is about to be seen, once the page has nothing more urgent. */
export class MapCard extends View {
  ready = false;
  failure: unknown = null;
  #watch: IntersectionObserver | null = null;

  protected override sources() {
    const counts = () => `${placed()} ${world.stations.all.length}`;
    return [distinct(throttled(world.stations, 1_000), counts)];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      this.#watch?.disconnect();
      const idle = globalThis.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 200));
      idle(() => void this.#load());
    });
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch?.disconnect();
  }

  async #load(): Promise<void> {
    const failure = await import("./station-map.ts").then(
      () => null,
      (thrown: unknown) => thrown,
    );
    this.change(() => {
      this.failure = failure;
      this.ready = failure === null;
    });
  }

  #body(): TemplateResult {
    if (this.failure !== null) return failureNotice(this.failure, () => void this.#load());
    return this.ready
      ? html`<loa-station-map></loa-station-map>`
      : html`<div class="map-waiting" aria-busy="true">${t("loading")}</div>`;
  }

  #nowhere(): TemplateResult {
    return html`<section class="card map-nowhere" aria-label=${t("map.label")}>
      ${icon("pin")}
      <p><strong>${t("map.nowhere")}</strong> ${t(may("enrol") ? "map.nowhereHint" : "map.nowhereAsk")}</p>
    </section>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const all = world.stations.all.length;
    if (all === 0) return nothing;
    const missing = all - placed();
    if (missing === all) return this.#nowhere();
    return html`<section class="card map-card" aria-label=${t("map.label")}>
      ${this.#body()}
      ${missing > 0 ? html`<p class="small muted map-missing">${t("map.missing", { n: missing })}</p>` : nothing}
    </section>`;
  }
}
customElements.define("loa-map-card", MapCard);
