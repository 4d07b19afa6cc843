import type { Windows } from "@loa/protocol/time-envelope";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { readClock } from "../words/clock-entry.ts";
import { type Day, joined, painted, type Span, spansOf, timeOf, withDay } from "../words/open-hours.ts";
import { weekday } from "../words/repeat-text.ts";
import { WEEKDAY_KEYS } from "../words/weekday-keys.ts";
import "./hours-strip.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
/** What a new window is proposed as. */
const FIRST_WINDOW: Span = [300, 360];
const NEXT_WINDOW_MIN = 60;

/** Hours of each weekday: painted on strips, or typed window by window. Emits `hours-changed` with the new windows. */
export class HoursEditor extends View {
  static override properties = { windows: { attribute: false }, locked: { type: Boolean } };
  declare windows: Windows;
  declare locked: boolean;

  constructor() {
    super();
    this.windows = {};
    this.locked = false;
  }

  #put(day: Day, spans: readonly Span[]): void {
    emit(this, "hours-changed", withDay(this.windows, day, spans));
  }

  #toAll(day: Day): void {
    const spans = spansOf(this.windows, day);
    emit(
      this,
      "hours-changed",
      WEEKDAY_KEYS.reduce((windows, other) => withDay(windows, other, spans), this.windows),
    );
  }

  #add(day: Day): void {
    const spans = spansOf(this.windows, day);
    const last = spans.at(-1)?.[1];
    const from = last === undefined ? FIRST_WINDOW[0] : Math.min(1_380, last + NEXT_WINDOW_MIN);
    this.#put(day, [...spans, [from, Math.min(1_440, from + NEXT_WINDOW_MIN)]]);
  }

  /** A time as typed: 5, 5:30, 0530; 24:00 only as an end. Nonsense is put back. */
  #typed(event: Event, day: Day, i: number, end: 0 | 1): void {
    const field = event.target as HTMLInputElement;
    const spans = spansOf(this.windows, day);
    const before = spans[i];
    if (!before) return;
    const minute = /^24(:?00)?$/.test(field.value.trim()) && end === 1 ? 1_440 : this.#minute(field.value);
    const after: Span = end === 0 ? [minute, before[1]] : [before[0], minute];
    if (Number.isNaN(minute) || after[1] <= after[0]) field.value = timeOf(before[end]);
    else this.#put(day, joined([...spans.slice(0, i), after, ...spans.slice(i + 1)]));
  }

  #minute(text: string): number {
    const time = readClock(text);
    return time === null ? Number.NaN : minuteOf(time);
  }

  #window([from, until]: Span, i: number, day: Day, name: string): TemplateResult {
    const field = (minute: number, end: 0 | 1) => html`<input
      type="text"
      inputmode="numeric"
      aria-label=${t(end === 0 ? "hours.from" : "hours.until", { day: name, n: i + 1 })}
      .value=${timeOf(minute)}
      @change=${(event: Event) => this.#typed(event, day, i, end)}
    />`;
    if (this.locked) return html`<span class="window">${timeOf(from)}–${timeOf(until)}</span>`;
    return html`<span class="window"
      >${field(from, 0)}<span aria-hidden="true">–</span>${field(until, 1)}<button
        type="button"
        class="button quiet icon-only"
        aria-label=${t("hours.remove", { day: name, from: timeOf(from), until: timeOf(until) })}
        @click=${() => this.#put(day, painted(spansOf(this.windows, day), from, until, false))}
      >
        ${icon("close")}
      </button></span
    >`;
  }

  #day(day: Day, i: number): TemplateResult {
    const spans = spansOf(this.windows, day);
    const name = weekday(i);
    return html`<div class="hours-day" role="group" aria-label=${name} data-day=${day}>
      <b class="day-name">${name}</b>
      <loa-hours-strip
        aria-hidden="true"
        .spans=${spans}
        .locked=${this.locked}
        @painted=${(event: CustomEvent<Span[]>) => this.#put(day, event.detail)}
      ></loa-hours-strip>
      <div class="windows">
        ${spans.length === 0 ? html`<span class="muted">${t("hours.silent")}</span>` : nothing}
        ${spans.map((span, n) => this.#window(span, n, day, name))}
        ${
          this.locked
            ? nothing
            : html`<button type="button" class="button quiet" aria-label=${t("hours.addTo", { day: name })} @click=${() => this.#add(day)}>
                  ${icon("plus")}${t("hours.add")}
                </button>
                <button
                  type="button"
                  class="button quiet"
                  aria-label=${t("hours.toAllOf", { day: name })}
                  @click=${() => this.#toAll(day)}
                >
                  ${icon("copy")}${t("hours.toAll")}
                </button>`
        }
      </div>
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`<div class="hours-scale ${this.locked ? "beside" : ""}" aria-hidden="true">
        ${[0, 6, 12, 18, 24].map((hour) => html`<span style="left:${(hour / 24) * 100}%">${hour}</span>`)}
      </div>
      <div class="hours ${this.locked ? "locked" : ""}">
        ${WEEKDAY_KEYS.map((day, i) => this.#day(day, i))}
      </div>`;
  }
}
customElements.define("loa-hours-editor", HoursEditor);
