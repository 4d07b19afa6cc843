import type { Area, PendingEnvelope } from "@loa/protocol/http/areas";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { html, nothing, type TemplateResult } from "lit";
import { api } from "../data/api.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { user } from "../data/session.ts";
import { loadAreas, world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { widerFacts } from "../words/envelope-text.ts";
import { envelopeOwner } from "../words/relocation.ts";
import { roughLength, timeWithDay } from "../words/time-text.ts";
import { confirmed } from "./confirm.ts";
import { icon } from "./icon.ts";
import { say, sayError } from "./toast.ts";
import { View } from "./view.ts";

/** Wider hours of an area that wait: for another admin, then for their time. */
export class EnvelopePending extends View {
  static override properties = { area: { attribute: false } };
  declare area: Area;
  #busy = false;

  protected override sources() {
    return [world.areas, user, everyQuarterMinute];
  }

  async #doing(work: () => Promise<void>): Promise<void> {
    this.change(() => {
      this.#busy = true;
    });
    try {
      await work();
    } catch (thrown) {
      sayError(thrown);
    }
    this.change(() => {
      this.#busy = false;
    });
  }

  #facts({ envelope }: PendingEnvelope): string[] {
    const areas = world.areas.all;
    const own = (id: string | null): TimeEnvelope | null => envelopeOwner(areas, id)?.envelope ?? null;
    return widerFacts(own(this.area.id), envelope ?? own(this.area.parentId));
  }

  async #confirm(pending: PendingEnvelope): Promise<void> {
    const yes = await confirmed({
      title: t("pending.ask", { area: this.area.name }),
      facts: [t("pending.by", said(pending)), ...this.#facts(pending), t("pending.day")],
      yes: t("pending.confirm"),
    });
    if (!yes) return;
    await api.post(`/areas/${this.area.id}/envelope/confirm`);
    await loadAreas();
    say(t("pending.confirmed"));
  }

  async #withdraw(): Promise<void> {
    await api.delete(`/areas/${this.area.id}/envelope/proposal`);
    await loadAreas();
    say(t("pending.withdrawn"));
  }

  #state({ proposedBy, confirmedBy, effectiveAt }: PendingEnvelope): string {
    if (confirmedBy === undefined || effectiveAt === undefined)
      return t(proposedBy.id === user.value?.id ? "pending.another" : "pending.second");
    const left = effectiveAt - hubNow();
    if (left <= 0) return t("pending.now");
    return t("pending.holds", {
      name: confirmedBy.name,
      at: timeWithDay(effectiveAt),
      left: roughLength(left),
    });
  }

  #buttons(pending: PendingEnvelope): TemplateResult {
    const me = user.value?.id;
    const { proposedBy, confirmedBy } = pending;
    return html`<div class="buttons">
      ${
        confirmedBy === undefined && proposedBy.id !== me
          ? html`<button
              class="button primary"
              data-testid="confirm-envelope"
              ?disabled=${this.#busy}
              @click=${() => void this.#doing(() => this.#confirm(pending))}
            >
              ${icon("check")}${t("pending.confirm")}
            </button>`
          : nothing
      }
      ${
        proposedBy.id === me || confirmedBy?.id === me
          ? html`<button
              class="button"
              data-testid="withdraw-envelope"
              ?disabled=${this.#busy}
              @click=${() => void this.#doing(() => this.#withdraw())}
            >
              ${t("pending.withdraw")}
            </button>`
          : nothing
      }
    </div>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { pendingEnvelope: pending } = this.area;
    if (pending === undefined) return nothing;
    return html`<div class="notice warn" role="status" data-testid="pending-envelope">
      ${icon("clock")}
      <div class="pending">
        <h3>${t("pending.title")}</h3>
        <p>${t("pending.by", said(pending))} ${this.#state(pending)}</p>
        <ul>
          ${this.#facts(pending).map((fact) => html`<li>${fact}</li>`)}
        </ul>
        ${this.#buttons(pending)}
      </div>
    </div>`;
  }
}
customElements.define("loa-envelope-pending", EnvelopePending);

const said = ({ proposedBy, proposedAt }: PendingEnvelope) => ({
  name: proposedBy.name,
  at: timeWithDay(proposedAt),
});
