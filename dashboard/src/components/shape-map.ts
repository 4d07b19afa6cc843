import { circle, type LatLng, type Layer, layerGroup, polygon, polyline } from "leaflet";
import { html, nothing, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import type { Shape } from "../words/alert-targets.ts";
import { coordinatesText } from "../words/coordinates.ts";
import { icon } from "./icon.ts";
import { type Dot, Dots, type Ground, lookAt, openGround } from "./map-ground.ts";
import { emit, View } from "./view.ts";

type Mode = "look" | "polygon" | "circle";
const LEAST_DRAG_PX = 8;
/** What a press without a drag means, km. */
const PROPOSED_KM = 1;
/** Five decimals are about a metre. */
const tidy = (degrees: number) => Math.round(degrees * 1e5) / 1e5;
const pointOf = ({ lat, lng }: LatLng) => ({ lat: tidy(lat), lon: tidy(lng) });

/** Stations on a map to draw round. Emits `shape-drawn`; those that are reached are filled, the others hollow. */
export class ShapeMap extends View {
  static override properties = { shapes: { attribute: false }, reached: { attribute: false } };
  declare shapes: readonly Shape[];
  declare reached: ReadonlyMap<string, unknown>;
  #ground: Ground | null = null;
  #dots: Dots | null = null;
  #drawn = layerGroup();
  #mode: Mode = "look";
  #points: { lat: number; lon: number }[] = [];
  #from: { at: LatLng; x: number; y: number } | null = null;
  #radiusKm = 0;
  #looks: { in: Dot; out: Dot } | null = null;

  protected override sources() {
    return [world.stations];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#dots?.end();
    this.#ground?.end();
    this.#ground = null;
  }

  protected override firstUpdated(): void {
    const box = this.querySelector<HTMLElement>(".map") as HTMLElement;
    this.#ground = openGround(box, () => {
      this.#looks = null;
      this.requestUpdate();
    });
    const { map } = this.#ground;
    this.#dots = new Dots(map);
    this.#drawn.addTo(map);
    map.on("click", ({ latlng }) => {
      if (this.#mode === "polygon") this.#addPoint(latlng);
    });
    box.addEventListener("pointerdown", (event) => this.#press(event));
    box.addEventListener("pointermove", (event) => this.#drag(event));
    box.addEventListener("pointerup", (event) => this.#release(event));
    const at = world.stations.all.flatMap(({ lat, lon }) =>
      lat === null || lon === null ? [] : [[lat, lon] as const],
    );
    lookAt(map, at);
    this.requestUpdate();
  }

  protected override updated(): void {
    this.#drawDots();
    this.#drawShapes();
  }

  #drawDots(): void {
    const style = getComputedStyle(this);
    this.#looks ??= {
      in: { radius: 7, weight: 2, color: style.getPropertyValue("--accent"), fillOpacity: 1 },
      out: { radius: 5, weight: 2, color: style.getPropertyValue("--ink-3"), fillOpacity: 0 },
    };
    const looks = this.#looks;
    this.#dots?.show(
      world.stations.all.flatMap(({ id, lat, lon }) =>
        lat === null || lon === null
          ? []
          : [{ id, lat, lon, dot: this.reached.has(id) ? looks.in : looks.out }],
      ),
    );
  }

  #drawShapes(): void {
    const color = getComputedStyle(this).getPropertyValue("--accent");
    const line = { color, weight: 2, fillOpacity: 0.12, interactive: false };
    const layer = (shape: Shape): Layer =>
      "circle" in shape
        ? circle([shape.circle.lat, shape.circle.lon], { ...line, radius: shape.circle.radiusKm * 1_000 })
        : polygon(
            shape.polygon.map(({ lat, lon }): [number, number] => [lat, lon]),
            line,
          );
    this.#drawn.clearLayers();
    for (const shape of this.shapes) this.#drawn.addLayer(layer(shape));
    const corners = this.#points.map(({ lat, lon }) => [lat, lon] as [number, number]);
    if (corners.length > 0) this.#drawn.addLayer(polyline(corners, { ...line, dashArray: "6 5" }));
    for (const at of corners) this.#drawn.addLayer(circle(at, { ...line, radius: 1, weight: 9, opacity: 1 }));
    if (this.#from && this.#radiusKm > 0)
      this.#drawn.addLayer(
        circle(this.#from.at, { ...line, dashArray: "6 5", radius: this.#radiusKm * 1_000 }),
      );
  }

  #begin(mode: Mode): void {
    this.change(() => {
      this.#mode = mode;
      this.#points = [];
      this.#from = null;
    });
    const map = this.#ground?.map;
    if (mode === "circle") map?.dragging.disable();
    else map?.dragging.enable();
    if (mode !== "look") map?.getContainer().focus({ preventScroll: true });
  }

  #addPoint(at: LatLng): void {
    this.change(() => {
      this.#points = [...this.#points, pointOf(at)];
    });
  }

  /** For who has no pointer: the middle of the map is where the cross stands. */
  #addMiddle(): void {
    const middle = this.#ground?.map.getCenter();
    if (!middle) return;
    if (this.#mode === "polygon") this.#addPoint(middle);
    else this.#done({ circle: { ...pointOf(middle), radiusKm: PROPOSED_KM } });
  }

  #press(event: PointerEvent): void {
    const map = this.#ground?.map;
    const onControl = event.target instanceof Element && event.target.closest(".leaflet-control") !== null;
    if (this.#mode !== "circle" || !map || onControl) return;
    this.#from = { at: map.mouseEventToLatLng(event), x: event.clientX, y: event.clientY };
    this.#radiusKm = 0;
    map.getContainer().setPointerCapture(event.pointerId);
  }

  #drag(event: PointerEvent): void {
    const map = this.#ground?.map;
    if (!this.#from || !map) return;
    const { at } = this.#from;
    this.change(() => {
      this.#radiusKm = map.distance(at, map.mouseEventToLatLng(event)) / 1_000;
    });
  }

  #release(event: PointerEvent): void {
    if (!this.#from) return;
    const { at, x, y } = this.#from;
    const dragged = Math.hypot(event.clientX - x, event.clientY - y) >= LEAST_DRAG_PX;
    const radiusKm = dragged ? Math.max(0.05, Math.round(this.#radiusKm * 100) / 100) : PROPOSED_KM;
    this.#done({ circle: { ...pointOf(at), radiusKm } });
  }

  #done(shape: Shape): void {
    this.#begin("look");
    emit<Shape>(this, "shape-drawn", shape);
  }

  #tools(): TemplateResult {
    if (this.#mode === "look")
      return html`<button type="button" class="button" data-testid="draw-polygon" @click=${() => this.#begin("polygon")}>
          ${icon("polygon")}${t("shape.polygon")}
        </button>
        <button type="button" class="button" data-testid="draw-circle" @click=${() => this.#begin("circle")}>
          ${icon("circle")}${t("shape.circle")}
        </button>`;
    const polygon = this.#mode === "polygon";
    return html`${
      polygon
        ? html`<button
                type="button"
                class="button primary"
                data-testid="draw-done"
                ?disabled=${this.#points.length < 3}
                @click=${() => this.#done({ polygon: this.#points })}
              >
                ${icon("check")}${t("shape.close", { n: this.#points.length })}
              </button>
              <button
                type="button"
                class="button"
                ?disabled=${this.#points.length === 0}
                @click=${() =>
                  this.change(() => {
                    this.#points = this.#points.slice(0, -1);
                  })}
              >
                ${icon("left")}${t("shape.back")}
              </button>`
        : nothing
    }
      <button type="button" class="button" data-testid="draw-middle" @click=${() => this.#addMiddle()}>
        ${icon("plus")}${t(polygon ? "shape.middle" : "shape.middleCircle")}
      </button>
      <button type="button" class="button quiet" @click=${() => this.#begin("look")}>${icon("close")}${t("shape.cancel")}</button>`;
  }

  #hint(): string {
    if (this.#mode === "look") return t("shape.hint");
    if (this.#mode === "circle")
      return this.#from && this.#radiusKm > 0
        ? t("shape.radiusNow", { km: this.#radiusKm.toFixed(2) })
        : t("shape.circleHint");
    const last = this.#points.at(-1);
    return last
      ? t("shape.lastPoint", { n: this.#points.length, place: coordinatesText(last) })
      : t("shape.polygonHint");
  }

  protected override render(): TemplateResult {
    return html`<div class="shape-tools buttons">${this.#tools()}</div>
      <p class="hint" role="status">${this.#hint()}</p>
      <div class="under-cross drawing-${this.#mode}">
        <div class="map" role="application" aria-label=${t("shape.map")} data-testid="shape-map"></div>
        ${this.#mode === "look" ? nothing : html`<span class="cross" aria-hidden="true">${icon("plus")}</span>`}
      </div>`;
  }
}
customElements.define("loa-shape-map", ShapeMap);
