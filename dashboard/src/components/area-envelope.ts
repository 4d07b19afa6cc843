import type { Area } from "@loa/protocol/http/areas";
import type { TimeEnvelope, Windows } from "@loa/protocol/time-envelope";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { api } from "../data/api.ts";
import { loadAreas, world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { limitsText, widerFacts } from "../words/envelope-text.ts";
import { widens } from "../words/open-hours.ts";
import { envelopeOwner } from "../words/relocation.ts";
import { confirmed } from "./confirm.ts";
import "./envelope-pending.ts";
import "./hours-editor.ts";
import { icon } from "./icon.ts";
import { offerUndo, say, sayError } from "./toast.ts";
import { View } from "./view.ts";

/** What the editor begins with where no hours are known. */
const OPEN: TimeEnvelope = { windows: {}, maxMinutesPerDay: 120, maxGainDb: 0 };

/** When an area may sound. */
export class AreaEnvelope extends View {
  static override properties = { area: { attribute: false } };
  declare area: Area;
  #draft: TimeEnvelope | null = null;
  #busy = false;

  protected override sources() {
    return [world.areas];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("area");
    if (before && before.id !== this.area.id) this.#draft = null;
  }

  /** What holds now: the area's own or the nearest one above. */
  #now(): { envelope: TimeEnvelope | null; owner: Area | null } {
    const owner = envelopeOwner(world.areas.all, this.area.id);
    return { envelope: owner?.envelope ?? null, owner };
  }

  #above(): TimeEnvelope | null {
    return envelopeOwner(world.areas.all, this.area.parentId)?.envelope ?? null;
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

  /** Widening lets loudspeakers sound where they were silent: what it opens is read out, then waits for another admin. */
  async #save(envelope: TimeEnvelope | null): Promise<void> {
    const { id, name } = this.area;
    const after = envelope ?? this.#above();
    if (widens(this.#now().envelope, after) && !(await this.#agreed(after))) return;
    const answer = await api.patch<Area>(`/areas/${id}`, { envelope });
    await loadAreas();
    this.change(() => {
      this.#draft = null;
    });
    if (answer.pendingEnvelope === undefined) say(t("envelope.saved", { area: name }));
    else offerUndo(t("envelope.proposed", { area: name }), () => this.#withdraw(id));
  }

  async #withdraw(id: string): Promise<void> {
    await api.delete(`/areas/${id}/envelope/proposal`);
    await loadAreas();
  }

  #agreed(after: TimeEnvelope | null): Promise<boolean> {
    const facts = widerFacts(this.#now().envelope, after);
    return confirmed({
      title: t("envelope.askWider", { area: this.area.name }),
      facts: [...facts, t("envelope.twoPersons"), t("envelope.alertsAnyway")],
      yes: t("envelope.propose"),
    });
  }

  #edit(part: Partial<TimeEnvelope>): void {
    this.change(() => {
      this.#draft = { ...(this.#draft ?? this.#now().envelope ?? OPEN), ...part };
    });
  }

  #fields(draft: TimeEnvelope): TemplateResult {
    const now = this.#now().envelope;
    const wider = widens(now, draft);
    const effect = wider ? "envelope.wider" : now === null ? "envelope.mayWait" : "envelope.willHold";
    return html`<form
      class="envelope-form"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#doing(() => this.#save(draft));
      }}
    >
      <p class="hint">${t("envelope.paint")}</p>
      <loa-hours-editor
        .windows=${draft.windows}
        @hours-changed=${(event: CustomEvent<Windows>) => this.#edit({ windows: event.detail })}
      ></loa-hours-editor>
      <div class="envelope-limits">
        <div class="field">
          <label for="max-minutes">${t("envelope.maxMinutes")}</label>
          <input
            id="max-minutes"
            type="number"
            min="0"
            max="1440"
            step="5"
            required
            .value=${String(draft.maxMinutesPerDay)}
            @change=${(event: Event) => this.#edit({ maxMinutesPerDay: (event.target as HTMLInputElement).valueAsNumber || 0 })}
          />
        </div>
        <div class="field">
          <label for="max-gain">${t("envelope.maxGain")}</label>
          <input
            id="max-gain"
            type="number"
            min="-60"
            max="12"
            step="1"
            required
            .value=${String(draft.maxGainDb)}
            @change=${(event: Event) => this.#edit({ maxGainDb: (event.target as HTMLInputElement).valueAsNumber || 0 })}
          />
        </div>
      </div>
      <div class="notice ${wider ? "warn" : ""}" role="status" data-testid="envelope-effect">
        ${icon(wider ? "warning" : "info")}
        <div>${t(effect)} ${this.area.pendingEnvelope ? t("envelope.endsPending") : nothing}</div>
      </div>
      <div class="buttons">
        <button
          type="button"
          class="button"
          @click=${() =>
            this.change(() => {
              this.#draft = null;
            })}
        >
          ${t("confirm.no")}
        </button>
        <button class="button primary" data-testid="save-envelope" ?disabled=${this.#busy}>
          ${t(wider ? "envelope.propose" : "envelope.save")}
        </button>
      </div>
    </form>`;
  }

  #shown(): TemplateResult {
    const { envelope, owner } = this.#now();
    const own = this.area.envelope !== null;
    return html`<p>
        ${own ? t("envelope.own") : owner ? t("envelope.inherited", { area: owner.name }) : t("envelope.none")}
      </p>
      ${
        envelope
          ? html`<loa-hours-editor locked .windows=${envelope.windows}></loa-hours-editor>
              <p class="small muted">${limitsText(envelope)}</p>`
          : nothing
      }
      <div class="buttons">
        <button class="button" data-testid="edit-envelope" @click=${() => this.#edit({})}>
          ${icon("edit")}${t(own ? "envelope.edit" : "envelope.makeOwn")}
        </button>
        ${
          own && this.area.parentId !== null
            ? html`<button class="button quiet" ?disabled=${this.#busy} @click=${() => void this.#doing(() => this.#save(null))}>
                ${t("envelope.drop")}
              </button>`
            : nothing
        }
      </div>`;
  }

  protected override render(): TemplateResult {
    return html`<section class="card envelope" aria-labelledby="envelope-title">
      <header><h2 id="envelope-title">${t("envelope.title")}</h2></header>
      <div class="body">
        <loa-envelope-pending .area=${this.area}></loa-envelope-pending>
        ${this.#draft ? this.#fields(this.#draft) : this.#shown()}
      </div>
    </section>`;
  }
}
customElements.define("loa-area-envelope", AreaEnvelope);
