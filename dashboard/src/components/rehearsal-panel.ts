import type { Rehearsal } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { clockTime, lengthText } from "../words/time-text.ts";
import { type IconName, icon } from "./icon.ts";

const SHOWN = 50;

interface Named {
  readonly stationId: string;
  readonly name: string;
  readonly codes?: readonly string[];
}

const faultText = (code: string): string => tCode("fault", code, tCode("error", code));

function stationList(stations: readonly Named[]): TemplateResult {
  return html`<ul class="rehearsal-stations">
    ${stations.slice(0, SHOWN).map(
      ({ stationId, name, codes }) => html`<li>
        <a href="/stations/${stationId}">${name}</a>${codes ? html` <small>${codes.map(faultText).join(" · ")}</small>` : nothing}
      </li>`,
    )}
    ${stations.length > SHOWN ? html`<li class="muted">${t("targets.more", { n: stations.length - SHOWN })}</li>` : nothing}
  </ul>`;
}

function part(
  tone: "bad" | "warn",
  drawing: IconName,
  words: string,
  name: string,
  stations: readonly Named[],
) {
  if (stations.length === 0) return nothing;
  return html`<details class="rehearsal-part ${tone}" data-testid="rehearsal-${name}">
    <summary>${icon(drawing)}<span>${words}</span></summary>
    ${stationList(stations)}
  </details>`;
}

/** Somebody works at their poles, as far as the page knows. */
function worked(reached: Iterable<string>): Named[] {
  return [...reached].flatMap((id) => {
    const station = world.stations.get(id);
    return station?.status === "maintenance" ? [{ stationId: id, name: station.name }] : [];
  });
}

/** What an alert would do, in words: who hears it, what it ends or gives way to, who does not answer or is broken, and whether it can be spoken. */
export function rehearsalPanel(
  rehearsal: Rehearsal,
  reached: Iterable<string>,
  drill: boolean,
): TemplateResult {
  const { stations, horns, durationMs, roundMs, speechCode, unreachable, faulty } = rehearsal;
  const locked = faulty.filter(({ codes }) => codes.includes("LOCKED_OUT"));
  const broken = faulty.filter(({ codes }) => !codes.includes("LOCKED_OUT"));
  const hearing = stations - unreachable.length;
  return html`<div class="rehearsal" data-testid="rehearsal" data-stations=${stations} data-horns=${horns}>
    <p class="rehearsal-sentence">
      ${t("rehearsal.hear", { n: hearing, of: stations, horns })}
      <small class="muted">${t("rehearsal.length", { length: lengthText(durationMs), round: lengthText(roundMs) })}</small>
    </p>
    ${
      speechCode
        ? html`<div class="notice warn" data-testid="rehearsal-speech">
            ${icon("warning")}
            <div><strong>${t("rehearsal.noWords")}</strong>${tCode("error", speechCode)}</div>
          </div>`
        : nothing
    }
    ${part("bad", "silent", t("rehearsal.unreachable", { n: unreachable.length }), "unreachable", unreachable)}
    ${part("bad", "lock", t("rehearsal.locked", { n: locked.length }), "locked", locked)}
    ${((at: readonly Named[]) => part("warn", "wrench", t("rehearsal.worked", { n: at.length }), "worked", at))(worked(reached))}
    ${part("warn", "warning", t("rehearsal.faulty", { n: broken.length }), "faulty", broken)}
    ${before(rehearsal, drill)}
  </div>`;
}

/** What sounds there, now or meanwhile: an actual alert cuts it off, an exercise gives way to it. */
function before({ overrides, live, alerts }: Rehearsal, drill: boolean): TemplateResult {
  if (overrides.length + live.length + alerts.length === 0)
    return html`<p class="rehearsal-fine">${icon("check")}${t(drill ? "rehearsal.yieldsNone" : "rehearsal.overridesNone")}</p>`;
  const title = t(drill ? "rehearsal.yields" : "rehearsal.overrides");
  return html`<ul class="rehearsal-overrides" aria-label=${title}>
    ${alerts.map(({ alertId, kind, headline, stations: n }) => {
      const yields = drill && kind === "actual";
      const address = `/${kind === "actual" ? "emergency" : "exercises"}/${alertId}`;
      return html`<li data-testid="override-alert">
        ${icon(kind === "actual" ? "siren" : "exercise")}
        <span>${t(yields ? "rehearsal.yieldsAlert" : "rehearsal.cutsAlert", { n })} <a href=${address}>${headline}</a></span>
      </li>`;
    })}
    ${live.map(
      ({ sessionId, by: name, stations: n }) => html`<li data-testid="override-live">
        ${icon("microphone")}
        <span
          >${t(drill ? "rehearsal.yieldsLive" : "rehearsal.cutsLive", { n })}
          <a href="/live/${sessionId}">${name}</a></span
        >
      </li>`,
    )}
    ${overrides.slice(0, SHOWN).map(({ broadcastId, title, startAt, endAt, onAir, stations: n }) => {
      const words = onAir
        ? t(drill ? "rehearsal.yieldsNow" : "rehearsal.cutsNow", { n, time: clockTime(endAt) })
        : t(drill ? "rehearsal.yieldsLater" : "rehearsal.cutsLater", { n, time: clockTime(startAt) });
      return html`<li data-testid="override">
        ${icon(onAir ? "air" : "calendar")}
        <span>${words} <a href="/broadcasts/${broadcastId}">${title}</a></span>
      </li>`;
    })}
  </ul>`;
}
