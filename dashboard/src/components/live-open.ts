import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** Longer than any slip. */
const HOLD_MS = 1_500;

/** Opens the voice of a real alert once it was held down for 1.5 s, by finger, mouse, Enter or space bar. Emits `held`. */
export class LiveOpen extends View {
  static override properties = { label: {}, blocked: { type: Boolean } };
  declare label: string;
  declare blocked: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #going = false;
  #short = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #begin(): void {
    if (this.blocked || this.#going) return;
    this.change(() => {
      [this.#going, this.#short] = [true, false];
    });
    this.#timer = setTimeout(() => {
      this.change(() => {
        this.#going = false;
      });
      emit(this, "held", null);
    }, HOLD_MS);
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    if (!this.#going) return;
    this.change(() => {
      [this.#going, this.#short] = [false, true];
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (event.type === "keyup") this.#letGo();
    else if (!event.repeat) this.#begin();
  }

  protected override render(): TemplateResult {
    const letGo = () => this.#letGo();
    const key = (event: KeyboardEvent) => this.#key(event);
    return html`<button
        type="button"
        class="button stop wide live-open hold-open ${this.#going ? "going" : ""}"
        data-testid="live-open"
        aria-disabled=${this.blocked}
        aria-describedby="hold-how"
        @pointerdown=${() => this.#begin()}
        @pointerup=${letGo}
        @pointerleave=${letGo}
        @pointercancel=${letGo}
        @blur=${letGo}
        @keydown=${key}
        @keyup=${key}
        @contextmenu=${(event: Event) => event.preventDefault()}
      >
        <i aria-hidden="true"></i><span>${icon("microphone")}${this.label}</span>
      </button>
      <p id="hold-how" class="muted small" role="status">${t(this.#short ? "live.alert.tooShort" : "live.alert.holdHow")}</p>`;
  }
}
customElements.define("loa-live-open", LiveOpen);
