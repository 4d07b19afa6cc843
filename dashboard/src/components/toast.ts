import { html, type TemplateResult } from "lit";
import { Signal } from "../data/signal.ts";
import { t } from "../locales/translate.ts";
import { errorText } from "./error-text.ts";
import { type IconName, icon } from "./icon.ts";
import { View } from "./view.ts";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly drawing: IconName;
}

const LASTS_MS = 7_000;
const toasts = new Signal<readonly Toast[]>([]);
let lastId = 0;

function drop(id: number): void {
  toasts.set(toasts.value.filter((toast) => toast.id !== id));
}

function show(text: string, drawing: IconName): void {
  const id = ++lastId;
  toasts.set([...toasts.value.slice(-2), { id, text, drawing }]);
  setTimeout(() => drop(id), LASTS_MS);
}

/** Says for some seconds that something was done. */
export const say = (text: string): void => show(text, "check");

/** Says for some seconds why something was not done. */
export const sayError = (thrown: unknown): void => show(errorText(thrown), "warning");

/** Where the short messages appear. */
export class ToastList extends View {
  protected override sources() {
    return [toasts];
  }

  protected override render(): TemplateResult {
    return html`<div class="toasts" role="status">
      ${toasts.value.map(
        ({ id, text, drawing }) => html`<div class="toast">
          ${icon(drawing)}<span>${text}</span>
          <button aria-label=${t("toast.close")} @click=${() => drop(id)}>${icon("close")}</button>
        </div>`,
      )}
    </div>`;
  }
}
customElements.define("loa-toasts", ToastList);
