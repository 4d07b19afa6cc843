import { html, type TemplateResult } from "lit";
import type { Resource } from "../data/resource.ts";
import { t, tCode } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { failureNotice, skeleton } from "./error-text.ts";

/** What became of an area or of a station, as the hub tells it. */
interface HistoryEntry {
  readonly at: number;
  readonly by: { readonly name: string };
  readonly kind: string;
  readonly from?: string;
  readonly to?: string;
}

function entryRow({ at, by, kind, from, to }: HistoryEntry): TemplateResult {
  const change = from === undefined && to === undefined ? "" : (to ?? from ?? "");
  const text = from !== undefined && to !== undefined ? t("history.fromTo", { from, to }) : change;
  return html`<li data-testid="history" data-kind=${kind}>
    <time datetime=${new Date(at).toISOString()}>${dayAndTime(at)}</time>
    <span><b>${tCode("history", kind)}</b> ${text}<small class="muted">${by.name}</small></span>
  </li>`;
}

/** Everything that was done to a thing, newest first. */
export function historyCard(history: Resource<readonly HistoryEntry[]>): TemplateResult {
  const { value, error } = history;
  return html`<section class="card history" aria-labelledby="history-title">
    <header><h2 id="history-title">${t("history.title")}</h2></header>
    <div class="body">
      ${
        error
          ? failureNotice(error, () => void history.refresh())
          : !value
            ? skeleton(2, 2)
            : value.length === 0
              ? html`<p class="muted">${t("history.none")}</p>`
              : html`<ol>
                  ${value.map(entryRow)}
                </ol>`
      }
    </div>
  </section>`;
}
