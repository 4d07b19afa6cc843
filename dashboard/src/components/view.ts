import { LitElement } from "lit";
import type { Source } from "../data/signal.ts";
import { texts } from "../locales/translate.ts";

/**
 * Base of every component. It renders into the page itself, so that one design system, labels and anchors hold
 * everywhere, and renders again when a watched source or the language changes.
 */
export abstract class View extends LitElement {
  #ends: (() => void)[] = [];

  /** What this view shows; each change of one of them renders it again. */
  protected sources(): readonly Source[] {
    return [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const again = () => this.requestUpdate();
    this.#ends = [texts, ...this.sources()].map((source) => source.subscribe(again));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Carries out a change of own fields, then renders. */
  protected change(apply: () => void): void {
    apply();
    this.requestUpdate();
  }
}

/** Tells whoever stands around `from` what the user wants. */
export function emit<T>(from: EventTarget, name: string, detail: T): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}
