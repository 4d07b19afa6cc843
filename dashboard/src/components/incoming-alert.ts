import type { CapMessage } from "@loa/protocol/http/cap";
import { html, nothing, type TemplateResult } from "lit";
import { user } from "../data/session.ts";
import { language, t, tCode } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import { icon } from "./icon.ts";

type Deed = (message: CapMessage) => void;

/** What a person can do with a message that waits; null when they may not. The last two before its time. */
export interface IncomingDeeds {
  readonly takeUp: Deed;
  readonly dismiss: Deed;
  readonly confirm: Deed;
  readonly withhold: Deed;
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
      ${
        message.postedBy
          ? html`<p class="badge warn">${icon("people")}${t("cap.postedBy", { name: message.postedBy.name })}</p>`
          : nothing
      }
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

function decision(message: CapMessage, deeds: IncomingDeeds | null): TemplateResult {
  const { airs, waitsFor, alertState, postedBy, decidedBy } = message;
  const second = waitsFor === "second-person";
  const mine = second && [postedBy?.id, decidedBy?.id].includes(user.value?.id);
  const notes = [
    airs === undefined ? nothing : timing(message, airs),
    second
      ? html`<p class="badge warn">${icon("people")}${t(mine ? "cap.mine" : "cap.second")}</p>`
      : nothing,
  ];
  if (deeds === null) return html`${notes}`;
  const buttons =
    airs === undefined
      ? [
          alertState === "draft" ? plain(message, "dismiss", "cap.dismiss", deeds.dismiss) : nothing,
          mine ? nothing : primary(message, "take-up", "cap.takeUp", deeds.takeUp),
        ]
      : [
          plain(message, "withhold", "cap.withhold", deeds.withhold),
          airs !== "asked" || mine ? nothing : primary(message, "confirm", "cap.confirm", deeds.confirm),
        ];
  return html`${notes}
    <div class="buttons">${buttons}</div>`;
}

/** When it will be aired, and why, or what is still needed for that. */
function timing(
  { startsAt = 0, decidedBy }: CapMessage,
  airs: NonNullable<CapMessage["airs"]>,
): TemplateResult {
  const words = t(`cap.airs.${airs}`, { time: dayAndTime(startsAt), name: decidedBy?.name ?? "" });
  return html`<p class=${airs === "asked" ? "badge warn" : "badge"} data-testid="starts" data-airs=${airs}>
    ${icon("clock")}${words}
  </p>`;
}

function plain(
  message: CapMessage,
  testid: string,
  words: "cap.dismiss" | "cap.withhold",
  deed: Deed,
): TemplateResult {
  return html`<button
    class="button"
    aria-label=${`${t(words)}: ${message.headline ?? ""}`}
    data-testid=${testid}
    @click=${() => deed(message)}
  >
    ${icon("close")}${t(words)}
  </button>`;
}

function primary(
  message: CapMessage,
  testid: string,
  words: "cap.takeUp" | "cap.confirm",
  deed: Deed,
): TemplateResult {
  return html`<button
    class="button primary"
    aria-label=${`${t(words)}: ${message.headline ?? ""}`}
    data-testid=${testid}
    @click=${() => deed(message)}
  >
    ${icon("announcement")}${t(words)}
  </button>`;
}
