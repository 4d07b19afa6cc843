import type { CapMessage } from "@loa/protocol/http/cap";
import { html, nothing, type TemplateResult } from "lit";
import { language, t, tCode } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import { icon } from "./icon.ts";

/** What a person can do with a message that waits; null when they may not. */
export interface IncomingDeeds {
  readonly takeUp: (message: CapMessage) => void;
  readonly dismiss: (message: CapMessage) => void;
}

/** Names of a language in the language of the page. */
const languageName = (tag: string): string =>
  new Intl.DisplayNames(language() === "vi" ? "vi-VN" : "en-GB", { type: "language" }).of(tag) ?? tag;

/** A message that waits for a person, with everything that the decision needs. */
export function incomingAlert(message: CapMessage, deeds: IncomingDeeds | null): TemplateResult {
  const { id, kind = "actual", headline = "", source, sender = "", senderName, receivedAt } = message;
  return html`<article class="card incoming ${kind}" data-testid="incoming" aria-labelledby="incoming-${id}">
    <header>
      ${badge(kind === "actual" ? "bad" : "warn", kind === "actual" ? "warning" : "flag", t(`cap.kind.${kind}`), true)}
      <h3 id="incoming-${id}">${headline}</h3>
    </header>
    <div class="body">
      <p class="muted">
        ${t("cap.from", { source, sender: senderName ?? sender })} · ${t("cap.received", { time: dayAndTime(receivedAt) })}
      </p>
      ${facts(message)} ${words(message)} ${decision(message, deeds)}
    </div>
  </article>`;
}

function facts(message: CapMessage): TemplateResult {
  const { event = "", severity = "Unknown", urgency = "Unknown", certainty = "Unknown" } = message;
  const { areas, languages, expiresAt } = message;
  const rows: [string, string][] = [
    [t("cap.event"), event],
    [t("cap.severity"), tCode("cap.severity", severity)],
    [t("cap.urgency"), tCode("cap.urgency", urgency)],
    [t("cap.certainty"), tCode("cap.certainty", certainty)],
    [t("cap.area"), areas.length === 0 ? t("cap.noArea") : areas.join(", ")],
    [t("cap.stations"), places(message)],
    [t("cap.languages"), languages.map(languageName).join(", ")],
    ...(expiresAt === undefined ? [] : [[t("cap.expires"), dayAndTime(expiresAt)] as [string, string]]),
  ];
  return html`<dl class="incoming-facts">
    ${rows.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}
  </dl>`;
}

function places({ stations, stationCount }: CapMessage): string {
  const names = stations.slice(0, 5).map(({ name }) => name);
  const rest = stationCount - names.length;
  const list = [...names, ...(rest > 0 ? [t("cap.more", { n: rest })] : [])].join(", ");
  return `${t("stations", { n: stationCount })}: ${list}`;
}

function words({ text = "", language: own = "vi", translations }: CapMessage): TemplateResult {
  return html`<div class="incoming-words">
    <h4>${t("cap.text")}</h4>
    <blockquote lang=${own}>${text}</blockquote>
    ${translations.map(
      (said) =>
        html`<h4>${t("cap.alsoIn", { language: languageName(said.language) })}</h4>
          <blockquote lang=${said.language}>${said.text}</blockquote>`,
    )}
  </div>`;
}

function decision(message: CapMessage, deeds: IncomingDeeds | null): TemplateResult | typeof nothing {
  const { startsAt, alertState, headline = "" } = message;
  if (startsAt !== undefined)
    return html`<p class="badge">${icon("clock")}${t("cap.startsAt", { time: dayAndTime(startsAt) })}</p>`;
  const second = alertState === "awaitingConfirmation";
  const note = second ? html`<p class="badge warn">${icon("people")}${t("cap.second")}</p>` : nothing;
  if (deeds === null) return note;
  return html`${note}
    <div class="buttons">
      ${
        second
          ? nothing
          : html`<button
              class="button"
              aria-label=${`${t("cap.dismiss")}: ${headline}`}
              data-testid="dismiss"
              @click=${() => deeds.dismiss(message)}
            >
              ${icon("close")}${t("cap.dismiss")}
            </button>`
      }
      <button
        class="button primary"
        aria-label=${`${t("cap.takeUp")}: ${headline}`}
        data-testid="take-up"
        @click=${() => deeds.takeUp(message)}
      >
        ${icon("announcement")}${t("cap.takeUp")}
      </button>
    </div>`;
}
