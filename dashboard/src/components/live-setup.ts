import type { AlertTarget } from "@loa/protocol/http/alerts";
import type { CreateLive } from "@loa/protocol/http/live";
import type { Station } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { groups } from "../data/alerts.ts";
import type { ApiError } from "../data/api-error.ts";
import type { MicrophoneState } from "../data/live-desk.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { reachOf } from "../words/alert-targets.ts";
import { interruptionOf } from "../words/live-reach.ts";
import { treeOf } from "../words/targets.ts";
import { clockTime } from "../words/time-text.ts";
import { errorText } from "./error-text.ts";
import "./hold-button.ts";
import { icon } from "./icon.ts";
import { alertFields, freshAlert, type LiveAlert } from "./live-alert-fields.ts";
import "./live-meters.ts";
import { microphoneState } from "./live-microphone.ts";
import "./live-near.ts";
import "./target-chooser.ts";
import { emit, View } from "./view.ts";

/** Before live speech: whom to speak to, what that interrupts, and whether the microphone works. Emits `open` with the request, `listen` with a device. */
export class LiveSetup extends View {
  static override properties = {
    microphone: { attribute: false },
    kind: {},
    busy: { type: Boolean },
    error: { attribute: false },
  };
  declare microphone: MicrophoneState;
  /** Of the alert that is to be spoken; null: no alert. */
  declare kind: LiveAlert["kind"] | null;
  declare busy: boolean;
  declare error: ApiError | null;
  #targets: readonly AlertTarget[] = [];
  #alert: LiveAlert | null = null;
  #tried = false;

  protected override sources() {
    return [world.areas, world.stations, world.broadcasts, groups];
  }

  get #spoken(): LiveAlert | null {
    if (this.kind === null) return null;
    return this.#alert?.kind === this.kind ? this.#alert : freshAlert(this.kind);
  }

  #reached(): Station[] {
    const { all: stations } = world.stations;
    const tree = treeOf(world.areas.all, stations);
    const reach = reachOf(this.#targets, { tree, stations, groups: groups.value ?? [] });
    return stations.filter(({ id }) => reach.stations.has(id));
  }

  #open(): void {
    this.change(() => {
      this.#tried = true;
    });
    const alert = this.#spoken;
    if (this.#targets.length === 0 || this.busy || this.microphone.kind !== "open") return;
    if (alert !== null && alert.headline.trim() === "") {
      this.querySelector<HTMLElement>("#alert-headline")?.focus();
      return;
    }
    emit<CreateLive>(this, "open", { targets: [...this.#targets], ...(alert && { alert }) });
  }

  #facts(stations: readonly Station[]): TemplateResult {
    const own = this.kind === null ? "live" : "emergency";
    const { silenced, kept, away } = interruptionOf(stations, (id) => world.broadcasts.get(id), own);
    const fact = (look: string, drawing: "check" | "warning" | "silent", text: string) =>
      html`<p class="live-fact ${look}">${icon(drawing)}<span>${text}</span></p>`;
    return html`<div class="live-facts" data-testid="interrupts">
      ${
        silenced.length === 0
          ? fact("ok", "check", t("live.interrupts.nothing"))
          : silenced.map(({ title, stations: n }) =>
              fact(
                "warn",
                "warning",
                title === null
                  ? t("live.interrupts.other", { n })
                  : t("live.interrupts.broadcast", { title, n }),
              ),
            )
      }
      ${kept > 0 ? fact("warn", "warning", t("live.interrupts.kept", { n: kept })) : nothing}
      ${away > 0 ? fact("warn", "silent", t("live.interrupts.away", { n: away })) : nothing}
      <loa-live-near .stations=${stations}></loa-live-near>
    </div>`;
  }

  #held(): TemplateResult | typeof nothing {
    const error = this.error;
    if (error === null) return nothing;
    const holder = error.facts.holder;
    return html`<div class="notice bad" role="alert" data-testid="live-refused" data-code=${error.code}>
      ${icon("error")}
      <div>
        <strong>${t("live.refused")}</strong>
        ${holder ? t("live.heldBy", { name: holder.name, time: clockTime(holder.since) }) : errorText(error)}
      </div>
    </div>`;
  }

  #button(stations: readonly Station[]): TemplateResult {
    const none = this.#targets.length === 0;
    const able = !none && this.microphone.kind === "open" && !this.busy;
    const label = this.busy
      ? t("live.opening")
      : none
        ? t("live.open")
        : t("live.openTo", { n: stations.length });
    return html`${this.#held()}
      ${
        this.kind === "actual"
          ? html`<loa-hold-button
              testid="live-open"
              drawing="microphone"
              look="stop"
              .label=${label}
              .blocked=${!able}
              @held=${() => this.#open()}
            ></loa-hold-button>`
          : html`<button
              class="button primary wide live-open"
              data-testid="live-open"
              aria-disabled=${!able}
              @click=${() => this.#open()}
            >
              ${icon("microphone")}${label}
            </button>`
      }
      ${this.#tried && none ? html`<p class="error-text" role="alert">${icon("warning")}${t("live.missing")}</p>` : nothing}`;
  }

  protected override render(): TemplateResult {
    const alert = this.#spoken;
    const stations = this.#reached();
    return html`<div class="live-setup">
      <section class="card" aria-labelledby="live-where">
        <header>
          <h2 id="live-where">${t("live.where")}</h2>
        </header>
        <div class="body live-where">
          <loa-target-chooser
            .targets=${this.#targets}
            @targets-changed=${(event: CustomEvent<AlertTarget[]>) =>
              this.change(() => {
                this.#targets = event.detail;
              })}
          ></loa-target-chooser>
        </div>
      </section>
      <div class="live-side">
        ${
          alert === null
            ? nothing
            : html`<section class="card" aria-labelledby="live-alert-title">
                <header><h2 id="live-alert-title">${t("live.alert.what")}</h2></header>
                <div class="body">
                  ${alertFields(alert, this.#tried && alert.headline.trim() === "", (changed) =>
                    this.change(() => {
                      this.#alert = changed;
                    }),
                  )}
                </div>
              </section>`
        }
        <section class="card" aria-labelledby="live-mic">
          <header><h2 id="live-mic">${t("live.check")}</h2></header>
          <div class="body live-check">
            ${microphoneState(this.microphone, (deviceId) => emit(this, "listen", deviceId))}
            ${this.microphone.kind === "open" ? html`<loa-live-meters></loa-live-meters>` : nothing}
          </div>
        </section>
        <section class="card" aria-labelledby="live-effect">
          <header><h2 id="live-effect">${t("live.effect")}</h2></header>
          <div class="body">
            ${this.#targets.length === 0 ? html`<p class="muted">${t("live.chooseFirst")}</p>` : this.#facts(stations)}
          </div>
        </section>
        ${this.#button(stations)}
      </div>
    </div>`;
  }
}
customElements.define("loa-live-setup", LiveSetup);
