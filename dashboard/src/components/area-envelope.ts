import type { Area } from "@loa/protocol/http/areas";
import type { TimeEnvelope, Windows } from "@loa/protocol/time-envelope";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { api } from "../data/api.ts";
import { user } from "../data/session.ts";
import { loadAreas, world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { weekMinutes, widens } from "../words/open-hours.ts";
import { envelopeOwner } from "../words/relocation.ts";
import { dayAndTime, number } from "../words/time-text.ts";
import "./hours-editor.ts";
import { icon } from "./icon.ts";
import { offerUndo, say, sayError } from "./toast.ts";
import { View } from "./view.ts";

/** What nobody has narrowed yet: all day, every day, at full level. */
const OPEN: TimeEnvelope = { windows: {}, maxMinutesPerDay: 120, maxGainDb: 0 };

/** When an area may sound. Narrowing holds at once; widening waits for a second person. */
export class AreaEnvelope extends View {
  static override properties = { area: { attribute: false } };
  declare area: Area;
  #draft: TimeEnvelope | null = null;
  #busy = false;

  protected override sources() {
    return [world.areas, user];
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

  async #put(envelope: TimeEnvelope | null): Promise<Area> {
    const area = await api.patch<Area>(`/areas/${this.area.id}`, { envelope });
    await loadAreas();
    return area;
  }

  /** Taking back a narrowing is a widening: it waits for the second person like any other. */
  async #save(envelope: TimeEnvelope | null): Promise<void> {
    const before = this.area.envelope;
    const area = await this.#put(envelope);
    this.change(() => {
      this.#draft = null;
    });
    const { name } = this.area;
    if (area.pendingEnvelope) say(t("envelope.proposed", { area: name }));
    else
      offerUndo(t("envelope.saved", { area: name }), async () => {
        await this.#put(before);
      });
  }

  async #confirm(): Promise<void> {
    await api.post(`/areas/${this.area.id}/envelope/confirm`);
    await loadAreas();
    say(t("envelope.confirmed", { area: this.area.name }));
  }

  async #withdraw(): Promise<void> {
    await this.#put(this.area.envelope);
    say(t("envelope.withdrawn"));
  }

  #edit(part: Partial<TimeEnvelope>): void {
    this.change(() => {
      this.#draft = { ...(this.#draft ?? this.#now().envelope ?? OPEN), ...part };
    });
  }

  #pending(): TemplateResult | typeof nothing {
    const pending = this.area.pendingEnvelope;
    if (!pending) return nothing;
    const { proposedBy, proposedAt, confirmedBy, effectiveAt } = pending;
    const own = proposedBy.id === user.value?.id;
    const time = dayAndTime(proposedAt);
    const facts =
      confirmedBy && effectiveAt
        ? t("envelope.confirmedBy", { name: confirmedBy.name, time: dayAndTime(effectiveAt) })
        : own
          ? t("envelope.ownWaits")
          : t("envelope.readFirst");
    return html`<div class="notice warn pending" data-testid="pending-envelope">
      ${icon("clock")}
      <div>
        <strong>${t("envelope.proposedBy", { name: proposedBy.name, time })}</strong>
        <p>${facts}</p>
        ${
          pending.envelope
            ? html`<loa-hours-editor locked .windows=${pending.envelope.windows}></loa-hours-editor>
                <p class="small">${this.#limits(pending.envelope)}</p>`
            : html`<p>${t("envelope.toAbove")}</p>`
        }
        <div class="buttons">
          ${
            own || confirmedBy
              ? nothing
              : html`<button
                  class="button primary"
                  data-testid="confirm-envelope"
                  ?disabled=${this.#busy}
                  @click=${() => void this.#doing(() => this.#confirm())}
                >
                  ${icon("check")}${t("envelope.confirm")}
                </button>`
          }
          <button class="button" ?disabled=${this.#busy} @click=${() => void this.#doing(() => this.#withdraw())}>
            ${t("envelope.withdraw")}
          </button>
        </div>
      </div>
    </div>`;
  }

  #limits({ windows, maxMinutesPerDay, maxGainDb }: TimeEnvelope): string {
    const week = number(weekMinutes(windows) / 60, weekMinutes(windows) % 60 === 0 ? 0 : 1);
    return t("envelope.limits", { week, n: maxMinutesPerDay, gain: number(maxGainDb) });
  }

  #fields(draft: TimeEnvelope): TemplateResult {
    const wider = widens(this.#now().envelope, draft);
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
        ${icon(wider ? "users" : "info")}
        <div>${t(wider ? "envelope.willWait" : "envelope.willHold")}</div>
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
              <p class="small muted">${this.#limits(envelope)}</p>`
          : nothing
      }
      <div class="buttons">
        <button class="button" data-testid="edit-envelope" @click=${() => this.#edit({})}>
          ${icon("edit")}${t(own ? "envelope.edit" : "envelope.makeOwn")}
        </button>
        ${
          own && this.area.parentId !== null
            ? html`<button class="button quiet" ?disabled=${this.#busy} @click=${() => void this.#doing(() => this.#save(null))}>
                ${t(widens(this.area.envelope, this.#above()) ? "envelope.dropAsk" : "envelope.drop")}
              </button>`
            : nothing
        }
      </div>`;
  }

  protected override render(): TemplateResult {
    return html`<section class="card envelope" aria-labelledby="envelope-title">
      <header><h2 id="envelope-title">${t("envelope.title")}</h2></header>
      <div class="body">${this.#pending()} ${this.#draft ? this.#fields(this.#draft) : this.#shown()}</div>
    </section>`;
  }
}
customElements.define("loa-area-envelope", AreaEnvelope);
