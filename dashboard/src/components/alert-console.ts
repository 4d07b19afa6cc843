import "../styles/schedule-form.css";
import "../styles/emergency.css";
import type { AlertDetail, AlertTarget, AlertTemplate, AlertTone } from "@loa/protocol/http/alerts";
import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { type ActualBody, alertDesk, type DrillBody, groups, loadGroups } from "../data/alerts.ts";
import { api, getAll } from "../data/api.ts";
import type { ApiError } from "../data/api-error.ts";
import { feed } from "../data/feed.ts";
import { Rehearsing } from "../data/rehearsing.ts";
import { user } from "../data/session.ts";
import { voices } from "../data/speech.ts";
import { world } from "../data/world.ts";
import { type MessageId, t } from "../locales/translate.ts";
import { go } from "../router.ts";
import { type AlertDraft, emptyDraft, gapsOf, withTemplate } from "../words/alert-draft.ts";
import { reachOf } from "../words/alert-targets.ts";
import { treeOf } from "../words/targets.ts";
import "./alert-settings.ts";
import "./alert-words.ts";
import { errorText } from "./error-text.ts";
import "./hold-button.ts";
import { type IconName, icon } from "./icon.ts";
import { rehearsalPanel } from "./rehearsal-panel.ts";
import "./target-chooser.ts";
import { View } from "./view.ts";

/** What is being put together, by page, while one looks at another: a link in the midst of it loses nothing. */
const kept = new Map<string, { readonly userId: string | undefined; readonly draft: AlertDraft }>();

/** How one of the two pages differs in words and looks. */
export interface ConsoleLook {
  readonly tones: readonly AlertTone[];
  readonly hold: MessageId;
  readonly look: "stop" | "drill";
  readonly drawing: IconName;
  /** Where the board of what was sent is. */
  readonly boards: string;
}

/**
 * Where an alert is put together, rehearsed and sent. What is sent is up to the page: this knows no kind, and no tone that the page does
 * not have.
 */
export abstract class AlertConsole extends View {
  protected draft: AlertDraft;
  #templates: readonly AlertTemplate[] | null = null;
  #library: readonly Announcement[] | null = null;
  #languages: readonly string[] = ["vi", "en"];
  #asked = false;
  #sending = false;
  #failure: unknown = null;
  readonly #rehearsing = new Rehearsing(this);

  protected abstract readonly look: ConsoleLook;
  /** What the hub gets. */
  protected abstract body(draft: AlertDraft): ActualBody | DrillBody;
  /** @throws ApiError */
  protected abstract send(draft: AlertDraft): Promise<AlertDetail>;
  /** What stands before the words. */
  protected kindChoice(): TemplateResult | typeof nothing {
    return nothing;
  }

  constructor(tone: AlertTone) {
    super();
    this.draft = emptyDraft(tone);
  }

  protected override sources() {
    return [feed.link, groups, world.areas, user];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const last = kept.get(this.look.boards);
    if (last && last.userId === user.value?.id) this.draft = last.draft;
    void this.#load();
  }

  async #load(): Promise<void> {
    const take = (apply: () => void) => this.change(apply);
    void voices()
      .then(({ items }) =>
        take(() => (this.#languages = [...new Set(items.map(({ language }) => language))])),
      )
      .catch(() => undefined);
    void loadGroups().catch(() => undefined);
    void library()
      .then((items) => take(() => (this.#library = items)))
      .catch(() => undefined);
    try {
      const templates = await alertDesk.templates();
      take(() => (this.#templates = templates));
    } catch {
      take(() => {
        this.#templates = [];
        this.draft = { ...this.draft, source: "text" };
      });
    }
  }

  protected set(part: Partial<AlertDraft>): void {
    this.change(() => {
      this.draft = { ...this.draft, ...part };
      this.#failure = null;
    });
    kept.set(this.look.boards, { userId: user.value?.id, draft: this.draft });
  }

  protected override updated(): void {
    const whole = gapsOf(this.draft).length === 0 && feed.link.value.state !== "away";
    this.#rehearsing.follow(whole ? this.body(this.draft) : null);
  }

  /** What was not checked is not sent, unless the hub has a fault that only checking meets: no fault holds up an alert. */
  get #blocked(): boolean {
    const { value, error } = this.#rehearsing;
    const unchecked = value === null && !(error !== null && isFault(error));
    return this.#sending || unchecked || feed.link.value.state === "away";
  }

  async #send(): Promise<void> {
    if (this.#blocked) return;
    this.change(() => {
      [this.#sending, this.#failure] = [true, null];
    });
    try {
      const { id } = await this.send(this.draft);
      kept.delete(this.look.boards);
      go(`${this.look.boards}/${id}`);
    } catch (thrown) {
      this.change(() => {
        this.#failure = thrown;
      });
    }
    this.change(() => {
      this.#sending = false;
    });
  }

  #part(number: number, title: MessageId, body: unknown): TemplateResult {
    return html`<section class="card form-part" aria-labelledby="part-${number}">
      <h2 id="part-${number}"><span class="step" aria-hidden="true">${number}</span>${t(title)}</h2>
      ${body}
    </section>`;
  }

  #gaps(): TemplateResult {
    const gaps = gapsOf(this.draft);
    return html`<div class="check-gaps" data-testid="gaps">
      <p>${icon("info")}<b>${t("alert.gaps")}</b></p>
      <ul>
        ${gaps.map((gap) => html`<li>${t(`gap.${gap}`)}</li>`)}
      </ul>
      <button
        type="button"
        class="button quiet"
        @click=${() =>
          this.change(() => {
            this.#asked = true;
          })}
      >
        ${icon("search")}${t("alert.showGaps")}
      </button>
    </div>`;
  }

  #checked(): TemplateResult {
    const { value, error, asking } = this.#rehearsing;
    if (feed.link.value.state === "away")
      return html`<div class="notice warn" role="status" data-testid="console-away">
        ${icon("warning")}
        <div><strong>${t("alert.away")}</strong>${t("alert.awayHint")}</div>
      </div>`;
    if (gapsOf(this.draft).length > 0) return this.#gaps();
    if (error)
      return html`<div class="notice bad" role="alert" data-testid="rehearsal-failed">
        ${icon("warning")}
        <div>
          <strong>${t("rehearsal.failed")}</strong>${errorText(error)} ${isFault(error) ? t("rehearsal.sendAllTheSame") : nothing}
        </div>
        <button type="button" class="button" @click=${() => void this.#rehearsing.ask()}>${t("failure.retry")}</button>
      </div>`;
    if (value === null)
      return html`<p class="muted" aria-busy=${asking} data-testid="rehearsal-asking">${icon("clock")} ${t("rehearsal.asking")}</p>`;
    const { all: stations } = world.stations;
    const known = { tree: treeOf(world.areas.all, stations), stations, groups: groups.value ?? [] };
    const reached = reachOf(this.draft.targets, known).stations.keys();
    return rehearsalPanel(value, reached, this.look.look === "drill");
  }

  #side(): TemplateResult {
    const { hold, look, drawing } = this.look;
    return html`<aside class="console-side card" aria-labelledby="part-check">
      <h2 id="part-check"><span class="step" aria-hidden="true">4</span>${t("rehearsal.title")}</h2>
      <div role="status">${this.#checked()}</div>
      ${
        this.#failure === null
          ? nothing
          : html`<div class="notice bad" role="alert" data-testid="send-failed">
              ${icon("warning")}
              <div><strong>${t("alert.notSent")}</strong>${errorText(this.#failure)}</div>
            </div>`
      }
      <loa-hold-button
        testid="hold-send"
        .label=${this.#sending ? t("alert.sending") : t(hold)}
        .drawing=${drawing}
        .look=${look}
        ?blocked=${this.#blocked}
        @held=${() => void this.#send()}
      ></loa-hold-button>
    </aside>`;
  }

  protected override render(): TemplateResult {
    const draft = this.draft;
    return html`<div
      class="console-form"
      @draft=${(event: CustomEvent<Partial<AlertDraft>>) => this.set(event.detail)}
      @template=${(event: CustomEvent<AlertTemplate>) => this.set(withTemplate(draft, event.detail, this.look.tones))}
      @targets-changed=${(event: CustomEvent<AlertTarget[]>) => this.set({ targets: event.detail })}
    >
      <div class="form-main">
        ${this.#part(
          1,
          "alert.what",
          html`${this.kindChoice()}<loa-alert-words
              .draft=${draft}
              .templates=${this.#templates}
              .library=${this.#library}
              .asked=${this.#asked}
            ></loa-alert-words>`,
        )}
        ${this.#part(
          2,
          "alert.where",
          html`<loa-target-chooser .targets=${draft.targets}></loa-target-chooser>
            ${this.#asked && draft.targets.length === 0 ? html`<p class="error-text" role="alert">${t("gap.targets")}</p>` : nothing}`,
        )}
        ${this.#part(
          3,
          "alert.how",
          html`<loa-alert-settings
            .draft=${draft}
            .tones=${this.look.tones}
            .languages=${this.#languages}
            .asked=${this.#asked}
          ></loa-alert-settings>`,
        )}
      </div>
      ${this.#side()}
    </div>`;
  }
}

/** Not what was asked for is wrong, but the hub. */
const isFault = ({ facts: { status } }: ApiError): boolean => status >= 500;

/** So many of one's own are looked for among the newest. */
const NEWEST = 100;

/** What may be sent: what was approved, and what one brought oneself and nobody has decided on. @throws ApiError */
async function library(): Promise<Announcement[]> {
  const undecided = (state: "draft" | "submitted") =>
    api.get<{ items: Announcement[] }>("/announcements", { state, limit: NEWEST });
  const [approved, ...own] = await Promise.all([
    getAll<Announcement>("/announcements", { state: "approved" }),
    undecided("draft"),
    undecided("submitted"),
  ]);
  const mine = own
    .flatMap(({ items }) => items)
    .filter(({ createdBy }) => createdBy.id === user.value?.id)
    .map((one) => ({ ...one, title: t("alert.ownUpload", { title: one.title }) }));
  return [...mine, ...approved].filter(({ ingest }) => ingest.state === "ready");
}
