import "../styles/alert-board.css";
import "../styles/emergency.css";
import "../styles/proof.css";
import type { AlertDetail, AlertStationState, AlertSummary } from "@loa/protocol/http/alerts";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { AlertReading } from "../data/alert-reading.ts";
import { alertDesk } from "../data/alerts.ts";
import { feed } from "../data/feed.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { go } from "../router.ts";
import { recallable, renewable, stateNow, waits } from "../words/alert-times.ts";
import { timeWithDay } from "../words/time-text.ts";
import { alertBadge, boardAddress, kindBadge, toneText } from "./alert-badge.ts";
import "./alert-clock.ts";
import "./alert-confirmation.ts";
import { alertProgress, progressSentence } from "./alert-progress.ts";
import "./alert-proof.ts";
import "./alert-sheet.ts";
import type { AlertDeed, AlertSheet } from "./alert-sheet.ts";
import "./alert-stations.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import "./hold-button.ts";
import { type IconName, icon } from "./icon.ts";
import { sayError } from "./toast.ts";
import { View } from "./view.ts";

type Side = "stations" | "map" | "proof";
const SIDES: readonly { side: Side; drawing: IconName }[] = [
  { side: "stations", drawing: "overview" },
  { side: "map", drawing: "pin" },
  { side: "proof", drawing: "check" },
];

/** One alert as it goes out: how far it is, where it failed, and the recall, always in reach. */
export class AlertBoard extends View {
  static override properties = { alertId: {}, drill: { type: Boolean } };
  declare alertId: string;
  /** Whether this is the page of exercises; an alert of the other kind is shown where it belongs. */
  declare drill: boolean;
  readonly #reading = new AlertReading(this, () => this.alertId);
  #side: Side = "stations";
  #states: ReadonlySet<AlertStationState> = new Set();
  #recalling = false;
  #mapReady = false;

  protected override sources() {
    return [world.alerts, feed.link, everyQuarterMinute];
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get("alertId") !== undefined) this.#reading.restart();
    const kind = this.#reading.value?.kind;
    if (kind !== undefined && (kind !== "actual") !== this.drill)
      go(boardAddress({ id: this.alertId, kind }), { replace: true });
  }

  /** Counts come with the events, at once; stations a little later. */
  #now(detail: AlertDetail): AlertDetail {
    const newer = world.alerts.get(detail.id);
    const alert = newer && newer.revision >= detail.revision ? { ...detail, ...newer } : detail;
    return { ...alert, state: stateNow(alert, hubNow()) };
  }

  #open(alert: AlertSummary, deed: AlertDeed): void {
    this.querySelector<AlertSheet>("loa-alert-sheet")?.open(alert, deed);
  }

  /** Also while no news comes: a recall may still get through, and whoever holds the button must not wait for the rest of the page. */
  async #recall(): Promise<void> {
    if (this.#recalling) return;
    this.change(() => {
      this.#recalling = true;
    });
    try {
      this.#reading.take(await alertDesk.recall(this.alertId));
    } catch (thrown) {
      sayError(thrown);
    }
    this.change(() => {
      this.#recalling = false;
    });
  }

  #recallPart(alert: AlertDetail): TemplateResult | typeof nothing {
    if (!may("alert") || !recallable(alert, hubNow())) return nothing;
    const unsent = alert.state === "awaitingConfirmation";
    return html`<div class="recall-bar" data-testid="recall">
      <loa-hold-button
        testid="hold-recall-now"
        .label=${this.#recalling ? t("alert.sending") : t(unsent ? "recall.withdraw" : "recall.now")}
        drawing="stop"
        look="recall"
        ?blocked=${this.#recalling}
        @held=${() => void this.#recall()}
      ></loa-hold-button>
      ${
        unsent
          ? nothing
          : html`<button class="button quiet" data-testid="recall-words" @click=${() => this.#open(alert, "recall")}>
              ${icon("edit")}${t("recall.ownWords")}
            </button>`
      }
    </div>`;
  }

  #deeds(alert: AlertDetail): TemplateResult | typeof nothing {
    if (!may("alert") || !renewable(alert, hubNow())) return nothing;
    const away = feed.link.value.state === "away";
    return html`<div class="buttons alert-deeds">
      <button class="button" data-testid="repeat" ?disabled=${away} @click=${() => this.#open(alert, "repeat")}>${icon("repeat")}${t("repeat.button")}</button>
      <button class="button" data-testid="update" ?disabled=${away} @click=${() => this.#open(alert, "update")}>${icon("edit")}${t("update.button")}</button>
    </div>`;
  }

  #head(alert: AlertDetail): TemplateResult {
    const { kind, headline, createdBy, confirmedBy, createdAt, sentAt, origin, recalledBy } = alert;
    return html`<header class="board-head ${this.drill ? "drill" : "actual"}" data-testid="alert" data-kind=${kind} data-state=${alert.state} data-revision=${alert.revision}>
      <div class="board-words">
        <p class="badges">${kindBadge(kind)} ${alertBadge(alert)}</p>
        <h1 tabindex="-1">${headline}</h1>
        <p class="muted">
          ${t(`board.origin.${origin}`, { name: createdBy.name, time: timeWithDay(sentAt ?? createdAt) })}${
            confirmedBy ? html` · ${t("board.confirmedBy", { name: confirmedBy.name })}` : nothing
          }${recalledBy ? html` · ${t("board.recalledBy", { name: recalledBy.name })}` : nothing}
        </p>
        <loa-alert-clock .alert=${alert}></loa-alert-clock>
      </div>
      ${this.#recallPart(alert)}
    </header>`;
  }

  #said(alert: AlertDetail): TemplateResult {
    const { text, repeat, translations, announcementId, speechCode, supersededBy } = alert;
    return html`<section class="card said-card" aria-labelledby="said-title">
      <header><h2 id="said-title">${t("board.said")}</h2></header>
      <div class="body">
        <p class="small muted">${toneText(alert)} · ${repeat === 0 ? t("alert.untilRecalled") : t("alert.rounds", { n: repeat })}</p>
        ${text ? html`<p class="read-text">${text}</p>` : nothing}
        ${announcementId ? html`<p><a href="/announcements/${announcementId}">${t("board.announcement")}</a></p>` : nothing}
        ${translations.map((one) => html`<p class="read-text"><small class="muted">${tCode("spoken", one.language)}</small> ${one.text}</p>`)}
        ${speechCode ? html`<p class="error-text">${icon("warning")}${t("rehearsal.noWords")}: ${tCode("error", speechCode)}</p>` : nothing}
        ${supersededBy ? html`<p><a href="${this.drill ? "/exercises" : "/emergency"}/${supersededBy}">${t("board.superseded")}</a></p>` : nothing}
        ${this.#deeds(alert)}
      </div>
    </section>`;
  }

  #toggle(state: AlertStationState): void {
    const states = new Set(this.#states);
    if (!states.delete(state)) states.add(state);
    this.change(() => {
      this.#states = states;
      this.#side = "stations";
    });
  }

  #show(side: Side): void {
    this.change(() => {
      this.#side = side;
    });
    if (side === "map" && !this.#mapReady)
      void import("./alert-map.ts").then(
        () =>
          this.change(() => {
            this.#mapReady = true;
          }),
        sayError,
      );
  }

  #body(alert: AlertDetail): TemplateResult {
    if (this.#side === "proof") return html`<loa-alert-proof .alert=${alert}></loa-alert-proof>`;
    if (this.#side === "map")
      return this.#mapReady
        ? html`<loa-alert-map .stations=${alert.stations} .targets=${alert.targets}></loa-alert-map>`
        : html`<div class="map-waiting" aria-busy="true">${t("loading")}</div>`;
    return html`<loa-alert-stations .stations=${alert.stations} .states=${this.#states} .until=${alert.state === "sent" ? alert.expiresAt : 0}></loa-alert-stations>`;
  }

  #sides(alert: AlertDetail): TemplateResult {
    return html`<section class="card board-sides" aria-label=${t("board.stations")}>
      <header>
        <div class="segmented" role="radiogroup" aria-label=${t("board.side")}>
          ${SIDES.map(
            ({ side, drawing }) => html`<label data-testid="side-${side}"
              ><input type="radio" name="board-side" .checked=${this.#side === side} @change=${() => this.#show(side)} /><span
                >${icon(drawing)}${t(`board.side.${side}`)}</span
              ></label
            >`,
          )}
        </div>
        <span class="count">${alert.counts.stations}</span>
      </header>
      ${this.#body(alert)}
    </section>`;
  }

  #shown(detail: AlertDetail): TemplateResult {
    const alert = this.#now(detail);
    return html`${this.#head(alert)}
      ${waits(alert, hubNow()) ? html`<loa-alert-confirmation .alert=${alert}></loa-alert-confirmation>` : nothing}
      <div class="board">
        <section class="card summary" aria-labelledby="progress-title">
          <h2 id="progress-title" data-testid="progress" role="status">${progressSentence(alert)}</h2>
          ${alert.revision === 0 ? nothing : alertProgress(alert, this.#states, (state) => this.#toggle(state))}
        </section>
        ${this.#said(alert)} ${alert.revision === 0 ? nothing : this.#sides(alert)}
      </div>`;
  }

  protected override render(): TemplateResult {
    const { value, error } = this.#reading;
    return html`<div
      class="alert-page ${this.drill ? "drill" : "actual"}"
      @done=${(event: CustomEvent<AlertDetail>) => this.#reading.take(event.detail)}
    >
      <a class="back" href=${this.drill ? "/exercises" : "/emergency"}>${icon("left")}${t(this.drill ? "drill.title" : "emergency.title")}</a>
      ${this.drill ? html`<p class="drill-ribbon">${icon("exercise")}${t("drill.ribbon")}</p>` : nothing}
      ${error ? failureNotice(error, () => void this.#reading.read()) : nothing}
      ${value ? this.#shown(value) : error ? nothing : skeleton(5, 6, 20)}
      <loa-alert-sheet></loa-alert-sheet>
    </div>`;
  }
}
customElements.define("loa-alert-board", AlertBoard);
