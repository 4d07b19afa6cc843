import type { AlertKind } from "@loa/protocol/alert";
import type { AlertSummary } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { alertDesk } from "../data/alerts.ts";
import { toApiError } from "../data/api-error.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { stateNow } from "../words/alert-times.ts";
import { folded } from "../words/folded.ts";
import { timeWithDay } from "../words/time-text.ts";
import { alertBadge, boardAddress, kindBadge } from "./alert-badge.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** A search reads on by itself, but not through years. */
const PAGES_SEARCHED = 10;

/** Alerts of the past, newest first, by kind and by words. */
export class AlertHistory extends View {
  static override properties = { kinds: { attribute: false } };
  /** Kinds to choose from; the first is shown first. Several with `null`: all of them. */
  declare kinds: readonly (AlertKind | null)[];
  #kind: AlertKind | null = null;
  #rows: AlertSummary[] | null = null;
  #next: string | null = null;
  #error: unknown = null;
  #words = "";
  #turn = 0;

  protected override sources() {
    return [world.alerts, everyQuarterMinute];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#choose(this.kinds[0] ?? null);
  }

  async #choose(kind: AlertKind | null): Promise<void> {
    this.change(() => {
      [this.#kind, this.#rows, this.#next] = [kind, null, null];
    });
    await this.#more();
    await this.#searchOn();
  }

  async #more(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const page = await alertDesk.page(this.#kind ?? undefined, this.#next ?? undefined);
      if (turn !== this.#turn) return;
      this.change(() => {
        this.#rows = [...(this.#rows ?? []), ...page.items];
        [this.#next, this.#error] = [page.next, null];
      });
    } catch (thrown) {
      if (turn === this.#turn)
        this.change(() => {
          this.#error = toApiError(thrown);
        });
    }
  }

  async #search(event: Event): Promise<void> {
    this.change(() => {
      this.#words = (event.target as HTMLInputElement).value;
    });
    await this.#searchOn();
  }

  async #searchOn(): Promise<void> {
    for (let n = 0; n < PAGES_SEARCHED && this.#words.trim() !== "" && this.#next !== null; n++) {
      const turn = this.#turn;
      await this.#more();
      if (this.#error !== null || turn + 1 !== this.#turn) return;
    }
  }

  /** What was read, as it is now, with those that were sent since. */
  #current(): AlertSummary[] {
    const read = this.#rows ?? [];
    const known = new Set(read.map(({ id }) => id));
    const newest = read[0]?.createdAt ?? 0;
    const fits = ({ kind }: AlertSummary) => this.#kind === null || kind === this.#kind;
    const since = world.alerts.all.filter(
      (one) => fits(one) && !known.has(one.id) && one.createdAt >= newest,
    );
    const now = hubNow();
    const wanted = folded(this.#words);
    return [...since.sort((a, b) => b.createdAt - a.createdAt), ...read]
      .map((one) => world.alerts.get(one.id) ?? one)
      .map((one) => ({ ...one, state: stateNow(one, now) }))
      .filter(({ headline, createdBy }) => folded(`${headline} ${createdBy.name}`).includes(wanted));
  }

  #row(alert: AlertSummary): TemplateResult {
    const { headline, createdBy, createdAt, sentAt, counts } = alert;
    const heard = counts.sounding + counts.done;
    return html`<li data-testid="alert-row" data-alert=${alert.id} data-kind=${alert.kind} data-state=${alert.state}>
      <a href=${boardAddress(alert)}>
        <span class="row-words"
          ><b>${headline}</b><small class="muted">${timeWithDay(sentAt ?? createdAt)} · ${createdBy.name}</small></span
        >
        <span class="row-badges">${kindBadge(alert.kind)}${alertBadge(alert)}</span>
        <small class="muted row-heard">${alert.state === "recalled" ? t("history.reached", { n: counts.stations }) : t("history.heard", { n: heard, of: counts.stations })}</small>
      </a>
    </li>`;
  }

  #filters(): TemplateResult {
    return html`<div class="history-filters">
      <div class="search">
        ${icon("search")}<input
          type="search"
          aria-label=${t("history.find")}
          placeholder=${t("history.find")}
          autocomplete="off"
          @input=${(event: Event) => void this.#search(event)}
        />
      </div>
      <div class="chips" role="group" aria-label=${t("history.kind")}>
        ${this.kinds.map(
          (
            kind,
          ) => html`<button class="chip" aria-pressed=${this.#kind === kind} data-testid="history-${kind ?? "all"}" @click=${() => void this.#choose(kind)}>
            ${kind === null ? t("history.all") : t(`alertKind.${kind}`)}
          </button>`,
        )}
      </div>
    </div>`;
  }

  #list(): TemplateResult {
    if (this.#error !== null && this.#rows === null)
      return failureNotice(this.#error, () => void this.#more());
    if (this.#rows === null) return skeleton(4, 4, 4);
    const rows = this.#current();
    if (rows.length === 0)
      return html`<div class="empty" data-testid="no-alerts">
        ${icon("clock")}<strong>${t(this.#words === "" ? "history.none" : "history.noMatch")}</strong>
        ${this.#words === "" ? html`<p>${t("history.noneHint")}</p>` : nothing}
      </div>`;
    return html`<ul class="alert-history">
        ${rows.map((alert) => this.#row(alert))}
      </ul>
      ${
        this.#next === null
          ? nothing
          : html`<div class="buttons more"><button class="button" data-testid="history-more" @click=${() => void this.#more()}>${icon("down")}${t("history.more")}</button></div>`
      }`;
  }

  protected override render(): TemplateResult {
    return html`<section class="card history" aria-labelledby="history-title">
      <header><h2 id="history-title">${t("history.title")}</h2></header>
      ${this.#filters()} ${this.#list()}
    </section>`;
  }
}
customElements.define("loa-alert-history", AlertHistory);
