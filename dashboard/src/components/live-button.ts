import { html, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** What takes the space bar for itself. */
const OWN_SPACE =
  "input:not([type=checkbox]), textarea, select, summary, a, button:not(.talk), dialog, audio";

/** The big button: talk as long as it is held, by finger, mouse or space bar, or until it is pressed again. Emits `talk` with {talking, latched}. */
export class LiveButton extends View {
  static override properties = {
    talking: { type: Boolean },
    latched: { type: Boolean },
    blocked: {},
  };
  declare talking: boolean;
  declare latched: boolean;
  /** Why nobody can speak yet; empty when somebody can. */
  declare blocked: string;
  #latch = false;
  #held = false;

  constructor() {
    super();
    [this.talking, this.latched, this.blocked] = [false, false, ""];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#down);
    addEventListener("keyup", this.#up);
    addEventListener("blur", this.#release);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#down);
    removeEventListener("keyup", this.#up);
    removeEventListener("blur", this.#release);
  }

  #down = (event: KeyboardEvent): void => {
    const own = event.target instanceof Element && event.target.closest(OWN_SPACE) !== null;
    const enter = event.key === "Enter" && (event.target as Element).closest(".talk") !== null;
    if ((event.key !== " " && !enter) || own || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (!event.repeat) this.#press();
  };

  #up = (event: KeyboardEvent): void => {
    if (event.key === " " || event.key === "Enter") this.#release();
  };

  #pointer(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture?.(event.pointerId);
    this.#press();
  }

  /** What is latched may always be ended: when the line comes back, what is said meanwhile would go out. */
  get #waits(): boolean {
    return this.blocked !== "" && !this.latched;
  }

  #press(): void {
    if (this.#waits) return;
    if (this.#latch) emit(this, "talk", { talking: !this.talking, latched: !this.talking });
    else {
      this.#held = true;
      emit(this, "talk", { talking: true, latched: false });
    }
  }

  #release = (): void => {
    if (!this.#held) return;
    this.#held = false;
    emit(this, "talk", { talking: false, latched: false });
  };

  #setLatch(latch: boolean): void {
    this.change(() => {
      this.#latch = latch;
    });
    if (!latch && this.talking && !this.#held) emit(this, "talk", { talking: false, latched: false });
  }

  #word(): string {
    if (this.#waits) return t("live.talk.wait");
    if (this.talking) return t(this.latched ? "live.talk.onLatched" : "live.talk.on");
    return t(this.#latch ? "live.talk.press" : "live.talk.hold");
  }

  protected override render(): TemplateResult {
    return html`<button
        type="button"
        class="talk ${this.talking ? "on" : ""}"
        data-testid="talk"
        aria-pressed=${this.talking}
        aria-disabled=${this.#waits}
        aria-describedby="talk-how"
        @pointerdown=${(event: PointerEvent) => this.#pointer(event)}
        @pointerup=${this.#release}
        @pointercancel=${this.#release}
        @lostpointercapture=${this.#release}
        @contextmenu=${(event: Event) => event.preventDefault()}
      >
        ${icon("microphone")}<span>${this.#word()}</span>
      </button>
      <p id="talk-how" class="talk-how" role="status">${this.blocked || t(this.#latch ? "live.talk.pressHow" : "live.talk.holdHow")}</p>
      <label class="check latch" data-testid="latch"
        ><input
          type="checkbox"
          role="switch"
          .checked=${this.#latch}
          @change=${(event: Event) => this.#setLatch((event.target as HTMLInputElement).checked)}
        /><span>${t("live.latch")}</span></label
      >`;
  }
}
customElements.define("loa-live-button", LiveButton);
