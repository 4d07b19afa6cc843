import "../styles/first-steps.css";
import { html, nothing, type TemplateResult } from "lit";
import { closeSteps, type FirstRun, firstRun } from "../data/first-steps.ts";
import { t } from "../locales/translate.ts";
import { type StepName, stepAddress } from "../words/first-steps.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** What somebody new does first; each step ticks itself once it was done. */
export class FirstSteps extends View {
  protected override sources() {
    return [firstRun];
  }

  #step(step: StepName, { done, steps, deeds }: FirstRun): TemplateResult {
    const finished = done.has(step);
    const next = steps.find((one) => !done.has(one)) === step;
    return html`<li class=${finished ? "done" : next ? "next" : ""} data-testid="first-step" data-step=${step} data-done=${finished}>
      ${icon(finished ? "check" : "dashed")}
      <div>
        <a href=${stepAddress(step, deeds)}>${t(`first.${step}`)}</a>
        ${finished ? html`<span class="visually-hidden">${t("first.done")}</span>` : html`<small class="muted">${t(`first.${step}Hint`)}</small>`}
      </div>
    </li>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const run = firstRun.value;
    if (run === null) return nothing;
    const { steps, done } = run;
    const all = done.size === steps.length;
    return html`<section class="card first-steps" aria-labelledby="first-title" data-testid="first-steps">
      <header>
        <h2 id="first-title">${t(all ? "first.allDone" : "first.title")}</h2>
        <span class="small muted">${t("first.count", { n: done.size, of: steps.length })}</span>
        <button class="button quiet icon-only" aria-label=${t("first.close")} title=${t("first.close")} @click=${closeSteps}>
          ${icon("close")}
        </button>
      </header>
      <ol>${steps.map((step) => this.#step(step, run))}</ol>
    </section>`;
  }
}
customElements.define("loa-first-steps", FirstSteps);
