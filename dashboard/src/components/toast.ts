import { html, nothing, type TemplateResult } from "lit";
import { newer, takeNewer } from "../data/installed.ts";
import { type Message, Messages } from "../data/messages.ts";
import { t } from "../locales/translate.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const messages = new Messages();

/** Says for some seconds that something was done. */
export const say = (text: string): void => messages.add({ text, kind: "done" });

/** Says for some seconds why something was not done. */
export const sayError = (thrown: unknown): void => messages.add({ text: errorText(thrown), kind: "failed" });

/** Says that something was done and offers for at least 10 s to take it back; `undo` throws what kept it from that. */
export const offerUndo = (text: string, undo: () => Promise<void>): void =>
  messages.add({ text, kind: "done", undo });

/** Takes back the newest deed that is still on offer; false when there is none. */
export function undoLatest(): boolean {
  const message = messages.undoable();
  if (message) void takeBack(message);
  return message !== undefined;
}

async function takeBack({ id, undo }: Message): Promise<void> {
  messages.drop(id);
  messages.release();
  try {
    await undo?.();
    say(t("undo.done"));
  } catch (thrown) {
    sayError(thrown);
  }
}

/** Where the short messages appear. */
export class ToastList extends View {
  protected override sources() {
    return [messages.shown, newer];
  }

  #close(id: number): void {
    messages.drop(id);
    messages.release();
  }

  #toast(message: Message): TemplateResult {
    const { id, text, kind, undo } = message;
    return html`<div class="toast">
      ${icon(kind === "done" ? "check" : "warning")}<span>${text}</span>
      ${
        undo === undefined
          ? nothing
          : html`<button class="undo" data-testid="undo" @click=${() => void takeBack(message)}>${t("undo.button")}</button>`
      }
      <button aria-label=${t("toast.close")} @click=${() => this.#close(id)}>${icon("close")}</button>
    </div>`;
  }

  #newer(): TemplateResult {
    return html`<div class="toast" data-testid="newer">
      ${icon("info")}<span>${t("newer.text")}</span>
      <button class="undo" @click=${takeNewer}>${t("newer.reload")}</button>
      <button aria-label=${t("toast.close")} @click=${() => newer.set(null)}>${icon("close")}</button>
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`<div
      class="toasts"
      role="status"
      @pointerenter=${() => messages.hold()}
      @pointerleave=${() => messages.release()}
      @focusin=${() => messages.hold()}
      @focusout=${() => messages.release()}
    >
      ${messages.shown.value.map((message) => this.#toast(message))} ${newer.value ? this.#newer() : nothing}
    </div>`;
  }
}
customElements.define("loa-toasts", ToastList);
