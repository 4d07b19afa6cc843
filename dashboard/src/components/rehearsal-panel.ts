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

/** What an alert would do, in words: who hears it, what it ends, who does not answer or is broken, and whether it can be spoken. */
export function rehearsalPanel(rehearsal: Rehearsal, reached: Iterable<string>): TemplateResult {
  const { stations, horns, durationMs, roundMs, speechCode, overrides, unreachable, faulty } = rehearsal;
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
    ${
      overrides.length === 0
        ? html`<p class="rehearsal-fine">${icon("check")}${t("rehearsal.overridesNone")}</p>`
        : html`<ul class="rehearsal-overrides" aria-label=${t("rehearsal.overrides")}>
            ${overrides.slice(0, SHOWN).map(
              ({ broadcastId, title, startAt, endAt, onAir, stations: n }) => html`<li data-testid="override">
                ${icon(onAir ? "air" : "calendar")}
                <span
                  >${t(onAir ? "rehearsal.cutsNow" : "rehearsal.cutsLater", { n, time: clockTime(onAir ? endAt : startAt) })}
                  <a href="/broadcasts/${broadcastId}">${title}</a></span
                >
              </li>`,
            )}
          </ul>`
    }
  </div>`;
}
