import { html, nothing, type TemplateResult } from "lit";
import { everySecond, hubNow } from "../data/hub-clock.ts";
import type { LiveDesk } from "../data/live-desk.ts";
import type { LiveTalk, TalkState } from "../data/live-talk.ts";
import { t, tCode } from "../locales/translate.ts";
import { clockTime, number, playerTime } from "../words/time-text.ts";
import { confirmed } from "./confirm.ts";
import { icon } from "./icon.ts";
import { placesOf } from "./live-archive.ts";
import "./live-button.ts";
import { listeners } from "./live-listeners.ts";
import "./live-meters.ts";
import { microphoneState } from "./live-microphone.ts";
import { sayError } from "./toast.ts";
import { emit, View } from "./view.ts";

/** Messages lost lately that nobody notices. */
const SOME_LOST = 3;
/** A station that is on warms up within this; then whoever wants to may speak to those that say nothing. */
const WARM_UP_MS = 6_000;

/** While somebody speaks: the big button, what is heard of it, who hears it, and the end. Emits `again` after it. */
export class LiveBooth extends View {
  static override properties = { desk: { attribute: false }, talk: { attribute: false } };
  declare desk: LiveDesk;
  declare talk: LiveTalk;

  protected override sources() {
    return [this.talk.state, this.desk.microphone, everySecond];
  }

  #blocked({ joined, live }: TalkState): string {
    if (this.desk.microphone.value.kind !== "open") return t("live.wait.microphone");
    if (!joined) return t("live.wait.link");
    if (live.alertId !== undefined && live.state === "waiting" && live.counts.ready === 0)
      return t("live.wait.confirmation");
    const warming = hubNow() - live.createdAt < WARM_UP_MS;
    return live.counts.ready + live.counts.sounding === 0 && warming ? t("live.wait.stations") : "";
  }

  #headline({ live, talking, joined }: TalkState): TemplateResult {
    const { ready, sounding, stations } = live.counts;
    const heard = ready + sounding > 0 ? "live.now.talking" : "live.now.nobody";
    const word = joined ? t(talking ? heard : "live.now.open") : t("live.now.lost");
    return html`<header class="live-strip ${joined ? (talking ? "on" : "") : "lost"}" data-testid="live-strip" data-talking=${talking} data-joined=${joined}>
      <p class="live-word" role="status">${icon(joined ? (talking ? "air" : "microphone") : "warning")}<b>${word}</b></p>
      <p>${placesOf(live)} · <span data-testid="ready">${t("live.readyOf", { n: ready, of: stations })}</span></p>
      <p class="live-clock"><b>${playerTime(hubNow() - (live.startedAt ?? live.createdAt))}</b> <span>${t("live.endsBy", { time: clockTime(live.endsBy) })}</span></p>
    </header>`;
  }

  #delay({ soundsAfterMs, roundTripMs }: TalkState): TemplateResult {
    const microphone = this.desk.microphone.value;
    if (soundsAfterMs === null || microphone.kind !== "open")
      return html`<dd class="muted">${t("live.delay.measuring")}</dd>`;
    const ms = soundsAfterMs + microphone.voice.delayMs + (roundTripMs ?? 0) / 2;
    return html`<dd data-testid="delay" data-ms=${Math.round(ms)}>${t("live.delay.seconds", { s: number(ms / 1_000, 2) })}</dd>`;
  }

  #figures(state: TalkState): TemplateResult {
    const { lost, dropped, level } = state;
    return html`<dl class="live-figures">
      <div><dt>${t("live.delay")}</dt>${this.#delay(state)}</div>
      <div><dt>${t("live.hubLevel")}</dt><dd>${level === null ? "–" : t("live.db", { n: number(level) })}</dd></div>
      <div>
        <dt>${t("live.lost")}</dt>
        <dd data-testid="lost" data-lost=${lost} data-dropped=${dropped}>
          ${dropped === 0 ? number(lost) : t("live.lostOf", { n: lost, dropped })}
        </dd>
      </div>
    </dl>`;
  }

  #warnings({ joined, echo, lately }: TalkState): TemplateResult {
    return html`${
      joined
        ? nothing
        : html`<div class="notice bad" role="alert" data-testid="line-lost">${icon("warning")}<div><strong>${t("live.lostTitle")}</strong>${t("live.lostHelp")}</div></div>`
    }
    ${
      echo === null
        ? nothing
        : html`<div class="notice warn" role="alert" data-testid="echo">${icon("warning")}<div><strong>${t("live.echo", { s: number(echo.delayMs / 1_000, 1) })}</strong>${t("live.echoHelp")}</div></div>`
    }
    ${
      joined && lately > SOME_LOST
        ? html`<div class="notice warn" role="status" data-testid="gaps">${icon("warning")}<div>${t("live.gaps", { n: lately, s: number(lately * 0.06, 1) })}</div></div>`
        : nothing
    }`;
  }

  async #end(): Promise<void> {
    try {
      await this.talk.end();
    } catch (thrown) {
      sayError(thrown);
    }
  }

  async #listen(deviceId?: string): Promise<void> {
    const yes =
      !this.talk.state.value.talking ||
      (await confirmed({ title: t("live.swap"), facts: [t("live.swapFact")], yes: t("live.swapYes") }));
    if (yes) await this.desk.listen(deviceId);
  }

  #over({ live, ended }: TalkState): TemplateResult {
    const end = ended?.end ?? "speaker";
    return html`<section class="card live-over" data-testid="live-over" data-end=${end}>
      ${icon(end === "speaker" || end === "stopped" ? "check" : "warning")}
      <h2>${t(`live.over.${end}`)}</h2>
      ${ended?.code === undefined ? nothing : html`<p>${tCode("error", ended.code)}</p>`}
      <p class="muted">${t("live.overKept")}</p>
      <div class="buttons">
        <a class="button" href="/live/${live.id}">${icon("play")}${t("live.toRecording")}</a>
        <button class="button primary" data-testid="live-again" @click=${() => emit(this, "again", null)}>
          ${icon("microphone")}${t("live.again")}
        </button>
      </div>
    </section>`;
  }

  protected override render(): TemplateResult {
    const state = this.talk.state.value;
    if (state.ended) return this.#over(state);
    const microphone = this.desk.microphone.value;
    const listen = (id?: string) => void this.#listen(id);
    return html`${this.#headline(state)}
      <div class="live-desk">
        <div class="live-talk">
          ${this.#warnings(state)} ${microphone.kind === "open" ? nothing : microphoneState(microphone, listen, true)}
          <section class="card live-board" aria-label=${t("live.speak")}>
            <loa-live-button
              .talking=${state.talking}
              .latched=${state.latched}
              .blocked=${this.#blocked(state)}
              @talk=${({ detail }: CustomEvent<{ talking: boolean; latched: boolean }>) => this.talk.talk(detail.talking, detail.latched)}
            ></loa-live-button>
            <loa-live-meters .onAir=${state.talking}></loa-live-meters>
            ${microphone.kind === "open" ? microphoneState(microphone, listen) : nothing}
          </section>
          <button class="button big-stop wide live-end" data-testid="live-end" @click=${() => void this.#end()}>
            ${icon("stop")}${t("live.end")}
          </button>
        </div>
        <div class="live-hearers">${this.#figures(state)} ${listeners(state.live, state.stations)}</div>
      </div>`;
  }
}
customElements.define("loa-live-booth", LiveBooth);
