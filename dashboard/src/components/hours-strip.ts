import { html, type TemplateResult } from "lit";
import { painted, type Span } from "../words/open-hours.ts";
import { emit, View } from "./view.ts";

const DAY_MIN = 1_440;
/** The brush's width. */
const STEP_MIN = 30;

const percent = (minute: number): string => `${(minute / DAY_MIN) * 100}%`;

/** One day as a strip to paint on: a stroke that begins on closed time opens, one that begins on open time closes. Emits `painted`. */
export class HoursStrip extends View {
  static override properties = { spans: { attribute: false }, locked: { type: Boolean } };
  declare spans: readonly Span[];
  declare locked: boolean;
  #stroke: { from: number; open: boolean } | null = null;
  #shown: readonly Span[] | null = null;

  constructor() {
    super();
    this.spans = [];
    this.locked = false;
  }

  #cellAt(event: PointerEvent): number {
    const { left, width } = this.getBoundingClientRect();
    const minute = ((event.clientX - left) / width) * DAY_MIN;
    return Math.min(DAY_MIN - STEP_MIN, Math.max(0, Math.floor(minute / STEP_MIN) * STEP_MIN));
  }

  #begin(event: PointerEvent): void {
    if (this.locked || event.button !== 0) return;
    const from = this.#cellAt(event);
    const open = !this.spans.some(([a, b]) => a < from + STEP_MIN && from < b);
    this.#stroke = { from, open };
    this.setPointerCapture(event.pointerId);
    this.#draw(event);
  }

  #draw(event: PointerEvent): void {
    const stroke = this.#stroke;
    if (!stroke) return;
    const at = this.#cellAt(event);
    const [from, until] = [Math.min(stroke.from, at), Math.max(stroke.from, at) + STEP_MIN];
    this.change(() => {
      this.#shown = painted(this.spans, from, until, stroke.open);
    });
  }

  #end(keep: boolean): void {
    const spans = this.#shown;
    this.#stroke = null;
    this.#shown = null;
    if (keep && spans) emit(this, "painted", spans);
    else this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.onpointerdown = (event) => this.#begin(event);
    this.onpointermove = (event) => this.#draw(event);
    this.onpointerup = () => this.#end(true);
    this.onpointercancel = () => this.#end(false);
  }

  protected override render(): TemplateResult {
    return html`${(this.#shown ?? this.spans).map(
      ([from, until]) => html`<i style="left:${percent(from)};width:${percent(until - from)}"></i>`,
    )}`;
  }
}
customElements.define("loa-hours-strip", HoursStrip);
