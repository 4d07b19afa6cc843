import "../styles/incoming.css";
import type { CapMessage, CapSourceState } from "@loa/protocol/http/cap";
import { html, type TemplateResult } from "lit";
import { askReason, confirmed } from "../components/confirm.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { incomingAlert } from "../components/incoming-alert.ts";
import { incomingHistory, incomingSources } from "../components/incoming-history.ts";
import { say, sayError } from "../components/toast.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { api } from "../data/api.ts";
import { feed } from "../data/feed.ts";
import { everyQuarterMinute } from "../data/hub-clock.ts";
import { Resource } from "../data/resource.ts";
import { user } from "../data/session.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";

const SHOWN = 50;

interface Incoming {
  readonly waiting: readonly CapMessage[];
  readonly others: readonly CapMessage[];
  readonly sources: readonly CapSourceState[];
}

async function read(): Promise<Incoming> {
  const [waiting, all, sources] = await Promise.all([
    api.get<{ items: CapMessage[] }>("/alerts/cap", { state: "waiting", limit: 100 }),
    api.get<{ items: CapMessage[] }>("/alerts/cap", { limit: SHOWN }),
    api.get<{ items: CapSourceState[] }>("/alerts/cap/sources"),
  ]);
  const others = all.items.filter(({ state }) => state !== "waiting");
  return { waiting: waiting.items.sort(realFirst), others, sources: sources.items };
}

/** Real emergencies before exercises and tests, the newest of each first. */
const realFirst = (a: CapMessage, b: CapMessage): number =>
  Number(b.kind === "actual") - Number(a.kind === "actual") || b.receivedAt - a.receivedAt;

/** What other systems sent: to be decided on, decided, and how asking them goes. */
export class IncomingPage extends View {
  readonly #incoming = new Resource<Incoming>(this, read);

  protected override sources() {
    const onAlert = () =>
      feed.on((events) => {
        if (events.some(({ kind }) => kind === "alert" || kind === "reset")) this.#incoming.refreshSoon();
      });
    const often = () => everyQuarterMinute.subscribe(() => this.#incoming.refreshSoon());
    return [{ subscribe: onAlert }, { subscribe: often }, user];
  }

  readonly #takeUp = async (message: CapMessage): Promise<void> => {
    const { alertId, headline = "", stationCount, kind = "actual" } = message;
    const yes = await confirmed({
      title: t("cap.takeUpTitle", { headline }),
      facts: [
        t(kind === "actual" ? "cap.takeUpActual" : "cap.takeUpMarked"),
        t("cap.takeUpStations", { n: stationCount }),
        t("cap.takeUpRecall"),
      ],
      yes: t("cap.takeUp"),
    });
    if (!yes) return;
    await this.#done(async () => {
      const { state } = await api.post<{ state: string }>(`/alerts/${alertId}/confirm`);
      say(t(state === "awaitingConfirmation" ? "cap.second" : "cap.takenUp"));
    });
  };

  readonly #confirm = async (message: CapMessage): Promise<void> => {
    const { id, headline = "", stationCount, kind = "actual", startsAt = 0 } = message;
    const yes = await confirmed({
      title: t("cap.confirmTitle", { headline, time: dayAndTime(startsAt) }),
      facts: [
        t(kind === "actual" ? "cap.takeUpActual" : "cap.takeUpMarked"),
        t("cap.confirmStations", { n: stationCount }),
        t("cap.confirmRecall"),
      ],
      yes: t("cap.confirm"),
    });
    if (!yes) return;
    await this.#done(async () => {
      const { airs } = await api.post<CapMessage>(`/alerts/cap/${id}/confirm`);
      say(t(airs === "asked" ? "cap.second" : "cap.confirmed"));
    });
  };

  readonly #dismiss = ({ alertId, headline = "" }: CapMessage): Promise<void> =>
    this.#putAside("dismiss", headline, `/alerts/${alertId}/dismiss`);

  readonly #withhold = ({ id, headline = "" }: CapMessage): Promise<void> =>
    this.#putAside("withhold", headline, `/alerts/cap/${id}/withhold`);

  async #putAside(deed: "dismiss" | "withhold", headline: string, path: string): Promise<void> {
    const reason = await askReason({
      title: t(`cap.${deed}Title`, { headline }),
      facts: [t(`cap.${deed}Fact`)],
      yes: t(`cap.${deed}`),
      reason: t("cap.dismissReason"),
    });
    if (reason === null) return;
    await this.#done(async () => {
      await api.post(path, { reason: reason.slice(0, 500) });
      say(t(deed === "dismiss" ? "cap.dismissed" : "cap.withheld"));
    });
  }

  async #done(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      sayError(thrown);
    }
    await this.#incoming.refresh();
  }

  #waiting(waiting: readonly CapMessage[]): TemplateResult {
    const deeds = may("alert")
      ? {
          takeUp: (message: CapMessage) => void this.#takeUp(message),
          dismiss: (message: CapMessage) => void this.#dismiss(message),
          confirm: (message: CapMessage) => void this.#confirm(message),
          withhold: (message: CapMessage) => void this.#withhold(message),
        }
      : null;
    return html`<section aria-labelledby="incoming-waiting">
      <div class="section-head">
        <h2 id="incoming-waiting">${t("cap.waiting")}</h2>
        <span class="count">${waiting.length}</span>
      </div>
      ${
        waiting.length === 0
          ? html`<div class="card empty">${icon("check")}<strong>${t("cap.none")}</strong><p>${t("cap.noneHint")}</p></div>`
          : waiting.map((message) => incomingAlert(message, deeds))
      }
    </section>`;
  }

  #shown({ waiting, others, sources }: Incoming): TemplateResult {
    return html`${this.#waiting(waiting)}
      <div class="incoming-rest">${incomingHistory(others)} ${incomingSources(sources)}</div>`;
  }

  protected override render(): TemplateResult {
    const { value, error } = this.#incoming;
    return html`<header class="page-head">
        <div>
          <h1 tabindex="-1">${t("cap.title")}</h1>
          <p class="muted">${t("cap.about")}</p>
        </div>
      </header>
      ${error ? failureNotice(error, () => void this.#incoming.refresh()) : ""}
      ${value ? this.#shown(value) : error ? "" : skeleton(6, 10, 6)}`;
  }
}
customElements.define("loa-incoming-page", IncomingPage);
