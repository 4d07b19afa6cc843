import type { CapMessage, CapSourceState, CapState } from "@loa/protocol/http/cap";
import { html, nothing, type TemplateResult } from "lit";
import { t, tCode } from "../locales/translate.ts";
import type { Tone } from "../words/proof.ts";
import { clockSeconds, dayAndTime } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import type { IconName } from "./icon.ts";

const STATES: Record<CapState, readonly [Tone, IconName]> = {
  waiting: ["warn", "clock"],
  aired: ["air", "air"],
  ended: ["plain", "check"],
  ignored: ["plain", "close"],
  invalid: ["bad", "error"],
};

/** Messages that need nothing more, newest first. */
export function incomingHistory(messages: readonly CapMessage[]): TemplateResult {
  return html`<section class="card" aria-labelledby="incoming-history">
    <header><h2 id="incoming-history">${t("cap.history")}</h2></header>
    ${
      messages.length === 0
        ? html`<p class="body muted">${t("cap.historyNone")}</p>`
        : html`<ul class="incoming-list">${messages.map(row)}</ul>`
    }
  </section>`;
}

function row(message: CapMessage): TemplateResult {
  const { state, headline, source, receivedAt, kind = "actual" } = message;
  const [tone, drawing] = STATES[state];
  return html`<li data-testid="received" data-state=${state}>
    <div>
      <b>${headline ?? (state === "invalid" ? t("cap.unreadable") : (message.identifier ?? ""))}</b>
      <small class="muted">${source} · ${dayAndTime(receivedAt)}</small>
      ${problems(message)}
    </div>
    <div class="incoming-fate">
      ${badge(tone, drawing, t(`cap.state.${state}`))}
      ${kind === "actual" ? nothing : badge("warn", "flag", t(`cap.kind.${kind}`))}
      <small class="muted">${why(message)}</small>
    </div>
  </li>`;
}

function why({ because, decidedBy, reason }: CapMessage): string {
  const parts = [
    because && tCode("cap.because", because),
    decidedBy && t("cap.by", { name: decidedBy.name }),
    reason,
  ];
  return parts.filter((part) => part).join(" · ");
}

function problems({ problems: found }: CapMessage): TemplateResult | typeof nothing {
  if (found.length === 0) return nothing;
  return html`<details>
    <summary>${t("cap.problems", { n: found.length })}</summary>
    <ul>${found.slice(0, 20).map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`)}</ul>
  </details>`;
}

const SOURCES: Record<CapSourceState["state"], readonly [Tone, IconName]> = {
  starting: ["plain", "clock"],
  ok: ["ok", "check"],
  failing: ["bad", "warning"],
};

/** Sources and how asking them goes; one that fails says why and when it is asked again. */
export function incomingSources(sources: readonly CapSourceState[]): TemplateResult {
  return html`<section class="card" aria-labelledby="incoming-sources">
    <header><h2 id="incoming-sources">${t("cap.sources")}</h2></header>
    ${
      sources.length === 0
        ? html`<p class="body muted">${t("cap.sourcesNone")}</p>`
        : html`<ul class="incoming-list">${sources.map(sourceRow)}</ul>`
    }
  </section>`;
}

function sourceRow(source: CapSourceState): TemplateResult {
  const { name, url, state, lastSuccessAt, lastError, failures, nextAt } = source;
  const [tone, drawing] = SOURCES[state];
  return html`<li data-testid="source" data-state=${state}>
    <div>
      <b>${name}</b>
      <small class="muted incoming-url">${url}</small>
      ${
        state === "failing" && lastError
          ? html`<small class="bad-text">
              ${t("cap.sourceFailing", { n: failures, why: tCode("error", lastError.code, lastError.message) })}
            </small>`
          : nothing
      }
    </div>
    <div class="incoming-fate">
      ${badge(tone, drawing, t(`cap.source.${state}`))}
      <small class="muted">
        ${lastSuccessAt === undefined ? t("cap.sourceNever") : t("cap.sourceSuccess", { time: dayAndTime(lastSuccessAt) })}
        ${state === "failing" && nextAt !== undefined ? html`<br />${t("cap.sourceNext", { time: clockSeconds(nextAt) })}` : nothing}
      </small>
    </div>
  </li>`;
}
