import type { StationDetail } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { t, tCode } from "../locales/translate.ts";
import { clockTime, dayAndTime, dayName, lengthText } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import { icon } from "./icon.ts";

function verdict({ plan, planConfirmed }: StationDetail): TemplateResult {
  if (plan.wanted === null) return badge("plain", "dashed", t("plan.none"));
  if (plan.rejectedCode !== undefined) return badge("bad", "error", t("plan.rejected"));
  const same =
    plan.confirmed?.hubEpoch === plan.wanted.hubEpoch && plan.confirmed.revision === plan.wanted.revision;
  if (!same) return badge("warn", "warning", t("plan.behind"));
  return planConfirmed
    ? badge("ok", "check", t("plan.confirmed"))
    : badge("warn", "clock", t("plan.fetching"));
}

/** Whether the station holds the newest plan, and until when that lasts without the hub. */
export function planCard(station: StationDetail): TemplateResult {
  const { wanted, confirmed, rejectedCode } = station.plan;
  const facts: [string, string][] = [
    [t("plan.wanted"), wanted === null ? "–" : String(wanted.revision)],
    [t("plan.held"), confirmed === null ? "–" : String(confirmed.revision)],
    [t("plan.validUntil"), confirmed === null ? "–" : dayAndTime(confirmed.validUntil)],
    [t("station.software"), station.software ?? "–"],
    [t("station.id"), station.id],
    [
      t("station.place"),
      station.lat === null || station.lon === null
        ? "–"
        : `${station.lat.toFixed(4)}, ${station.lon.toFixed(4)}`,
    ],
  ];
  return html`<section class="card" aria-labelledby="plan-title" data-testid="plan">
    <header><h2 id="plan-title">${t("plan.title")}</h2></header>
    <div class="body">
      <p>${verdict(station)}</p>
      ${rejectedCode === undefined ? nothing : html`<p class="small">${tCode("error", rejectedCode)}</p>`}
      <dl class="pairs">
        ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
    </div>
  </section>`;
}

/** What the station will play in the next 24 hours. */
export function upcomingCard({ plan }: StationDetail): TemplateResult {
  return html`<section class="card" aria-labelledby="upcoming-title">
    <header><h2 id="upcoming-title">${t("upcoming.title")}</h2></header>
    ${
      plan.segments.length === 0
        ? html`<div class="empty">${icon("calendar")}<p>${t("upcoming.none")}</p></div>`
        : html`<ol class="upcoming">
            ${plan.segments.map(
              ({ broadcastId, title, startAt, durationMs }) => html`<li>
                <a href="/broadcasts/${broadcastId}">
                  <time>${clockTime(startAt)}<small class="muted">${dayName(startAt)}</small></time>
                  <span><b>${title}</b><small class="muted">${lengthText(durationMs)}</small></span>
                </a>
              </li>`,
            )}
          </ol>`
    }
  </section>`;
}
