import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { type IconName, icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** So long it has to be held: longer than any slip, shorter than a doubt. */
const HOLD_MS = 1_500;

/**
 * A button for what must not happen by a slip: it emits `held` once it was pressed for 1.5 s, by finger, mouse, Enter or the space bar.
 * Let go earlier, it says that nothing was done.
 */
export class HoldButton extends View {
  static override properties = {
    label: {},
    drawing: {},
    look: {},
    blocked: { type: Boolean },
    testid: {},
  };
  declare label: string;
  declare drawing: IconName;
  /** `stop`, `drill` or empty; a class of the button. */
  declare look: string;
  declare blocked: boolean;
  declare testid: string;
  #since: number | null = null;
  #said = "";
  #due: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor() {
    super();
    [this.label, this.drawing, this.look, this.blocked, this.testid] = ["", "check", "stop", false, "hold"];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("blur", this.#letGo);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("blur", this.#letGo);
    this.#stop();
  }

  protected override updated(): void {
    if (this.blocked && this.#since !== null) this.#letGo();
  }

  get #button(): HTMLElement | null {
    return this.querySelector("button");
  }

  #stop(): void {
    clearTimeout(this.#due);
    cancelAnimationFrame(this.#frame);
    this.#since = null;
    this.#button?.style.removeProperty("--held");
  }

  #begin(): void {
    if (this.blocked || this.#since !== null) return;
    this.#since = performance.now();
    this.#due = setTimeout(() => this.#finish(), HOLD_MS);
    this.#grow();
    this.#say(t("hold.going"));
  }

  readonly #grow = (): void => {
    if (this.#since === null) return;
    const share = Math.min(1, (performance.now() - this.#since) / HOLD_MS);
    this.#button?.style.setProperty("--held", String(share));
    this.#frame = requestAnimationFrame(this.#grow);
  };

  #finish(): void {
    this.#stop();
    this.#say("");
    emit(this, "held", null);
  }

  readonly #letGo = (): void => {
    if (this.#since === null) return;
    this.#stop();
    this.#say(t("hold.early"));
  };

  #say(words: string): void {
    this.change(() => {
      this.#said = words;
    });
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#begin();
  }

  /** A finger that slides off has thought better of it. */
  #slide(event: PointerEvent): void {
    const { left, right, top, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < left || x > right || y < top || y > bottom) this.#letGo();
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!event.repeat) this.#begin();
  }

  #keyUp(event: KeyboardEvent): void {
    if (event.key === "Enter" || event.key === " ") this.#letGo();
  }

  protected override render(): TemplateResult {
    const going = this.#since !== null;
    return html`<button
        type="button"
        class="button hold ${this.look} ${going ? "going" : ""}"
        aria-disabled=${this.blocked}
        aria-describedby="${this.testid}-how"
        data-testid=${this.testid}
        @pointerdown=${this.#press}
        @pointermove=${this.#slide}
        @pointerup=${this.#letGo}
        @pointercancel=${this.#letGo}
        @lostpointercapture=${this.#letGo}
        @keydown=${this.#keyDown}
        @keyup=${this.#keyUp}
        @blur=${this.#letGo}
        @contextmenu=${(event: Event) => event.preventDefault()}
      >
        <span class="hold-fill" aria-hidden="true"></span>
        <span class="hold-word">${icon(this.drawing)}${this.label}</span>
      </button>
      <p class="hold-how small" id="${this.testid}-how" role="status" data-testid="${this.testid}-how">
        ${this.#said === "" ? t("hold.how") : this.#said}
      </p>`;
  }
}
customElements.define("loa-hold-button", HoldButton);
