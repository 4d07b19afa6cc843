import "../styles/live.css";
import "../styles/proof.css";
import type { Playout } from "@loa/protocol/http/broadcasts";
import type { LiveDetail, LiveStation } from "@loa/protocol/http/live";
import { html, nothing, type TemplateResult } from "lit";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { liveState, placesOf } from "../components/live-archive.ts";
import { liveBadge, liveReason } from "../components/live-listeners.ts";
import { lineCell, startCell } from "../components/proof-cells.ts";
import { say, sayError } from "../components/toast.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { API, api } from "../data/api.ts";
import { feed } from "../data/feed.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { clockSpan, dayInText, dayName, lengthText, number } from "../words/time-text.ts";

/** One live speech after it: recording, what was said, and what proves that it sounded. */
export class LiveSessionPage extends View {
  static override properties = { sessionId: {} };
  declare sessionId: string;
  readonly #stored = new Resource<LiveDetail>(this, () => api.get(`/live/${this.sessionId}`));

  protected override sources() {
    const follow = () =>
      feed.on((events) => {
        const about = events.some(
          (event) => event.kind === "reset" || (event.kind === "live" && event.live.id === this.sessionId),
        );
        if (about) this.#stored.refreshSoon();
      });
    return [world.stations, world.areas, { subscribe: follow }];
  }

  async #write(event: Event): Promise<void> {
    event.preventDefault();
    const transcript = this.querySelector<HTMLTextAreaElement>("#transcript")?.value ?? "";
    try {
      await api.patch(`/live/${this.sessionId}`, { transcript });
      say(t("live.transcriptSaved"));
      await this.#stored.refresh();
    } catch (thrown) {
      sayError(thrown);
    }
  }

  #recording({ id, recording, recordingRemovedAt, state }: LiveDetail): TemplateResult {
    const none = t(state === "ended" ? "live.noRecording" : "live.recordingLater");
    return html`<section class="card" aria-labelledby="recording-title">
      <header>
        <h2 id="recording-title">${t("live.recording")}</h2>
        ${recording ? html`<span class="count">${lengthText(recording.durationMs)}</span>` : nothing}
      </header>
      <div class="body">
        ${
          recording
            ? html`<audio controls preload="none" class="live-audio" data-testid="live-audio" src="${API}/live/${id}/audio" aria-label=${t("live.recording")}></audio>`
            : html`<p class="muted">${recordingRemovedAt === undefined ? none : t("live.recordingRemoved", { day: dayInText(recordingRemovedAt) })}</p>`
        }
      </div>
    </section>`;
  }

  #transcript({ transcript = "" }: LiveDetail): TemplateResult {
    if (!may("speak"))
      return html`<section class="card"><header><h2>${t("live.transcript")}</h2></header>
        <p class="body live-said">${transcript === "" ? t("live.noTranscript") : transcript}</p></section>`;
    return html`<form class="card" @submit=${(event: Event) => void this.#write(event)}>
      <header><h2><label for="transcript">${t("live.transcript")}</label></h2></header>
      <div class="body live-transcript">
        <textarea id="transcript" maxlength="20000" rows="5" placeholder=${t("live.transcriptHint")} .value=${transcript}></textarea>
        <button class="button" data-testid="save-transcript">${icon("check")}${t("live.transcriptSave")}</button>
      </div>
    </form>`;
  }

  #reception({ reception }: LiveStation): TemplateResult | string {
    if (reception === undefined) return html`<span class="muted">–</span>`;
    const { packets, lost, late, concealedMs, silencedMs } = reception;
    return html`<span class="live-reception"
      >${t("live.proof.packets", { n: number(packets) })}
      <small class="muted">${t("live.proof.gaps", { n: lost + late, s: number((concealedMs + silencedMs) / 1_000, 1) })}</small></span
    >`;
  }

  #row(station: LiveStation, playout: Playout | undefined): TemplateResult {
    return html`<tr data-testid="live-proof" data-station=${station.stationId} data-state=${station.state}>
      <td class="who">
        <a href="/stations/${station.stationId}">${station.name}</a>
        <small class="muted">${world.areas.get(station.areaId)?.name ?? ""}</small>
      </td>
      <td class="what">
        ${liveBadge(station.state)}${station.code === undefined ? nothing : html`<small>${liveReason(station.code)}</small>`}
      </td>
      <td data-label=${t("live.proof.reception")}>${this.#reception(station)}</td>
      <td data-label=${t("proof.start")}>${playout ? startCell(playout) : html`<span class="muted">–</span>`}</td>
      <td data-label=${t("proof.line")}>
        ${playout ? lineCell(playout, world.stations.get(station.stationId)?.zones ?? []) : html`<span class="muted">–</span>`}
      </td>
    </tr>`;
  }

  #proof({ stations, playouts }: LiveDetail): TemplateResult {
    const of = new Map(playouts.map((playout) => [playout.stationId, playout]));
    return html`<section class="card proof" aria-labelledby="proof-title">
      <header><h2 id="proof-title">${t("proof.title")}</h2><span class="count">${stations.length}</span></header>
      <table>
        <thead>
          <tr>
            <th scope="col">${t("proof.station")}</th>
            <th scope="col">${t("proof.outcome")}</th>
            <th scope="col">${t("live.proof.reception")}</th>
            <th scope="col">${t("proof.start")}</th>
            <th scope="col">${t("proof.line")}</th>
          </tr>
        </thead>
        <tbody>
          ${stations.map((station) => this.#row(station, of.get(station.stationId)))}
        </tbody>
      </table>
    </section>`;
  }

  #shown(live: LiveDetail): TemplateResult {
    const from = live.startedAt ?? live.createdAt;
    return html`<header class="page-head" data-testid="live-session" data-state=${live.state}>
        <div>
          <p class="kicker">${dayName(from)} · ${clockSpan(from, live.endedAt ?? from)}</p>
          <h1 tabindex="-1">${t("live.spokenBy", { name: live.by.name })}</h1>
          <p class="badges">${liveState(live)}<span class="muted">${placesOf(live)}</span></p>
        </div>
      </header>
      <div class="live-past">${this.#recording(live)} ${this.#transcript(live)}</div>
      ${this.#proof(live)}`;
  }

  protected override render(): TemplateResult {
    const { value, error } = this.#stored;
    return html`<a class="back" href="/live">${icon("left")}${t("live.title")}</a>
      ${error ? failureNotice(error, () => void this.#stored.refresh()) : nothing}
      ${value ? this.#shown(value) : error ? nothing : skeleton(4, 6, 20)}`;
  }
}
customElements.define("loa-live-session-page", LiveSessionPage);
