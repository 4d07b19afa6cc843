import "../styles/emergency.css";
import "../styles/live.css";
import "../styles/recorder.css";
import "../styles/schedule-form.css";
import type { CreateLive } from "@loa/protocol/http/live";
import { html, nothing, type TemplateResult } from "lit";
import { confirmed } from "../components/confirm.ts";
import { skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { alertKindOf } from "../components/live-alert-fields.ts";
import "../components/live-archive.ts";
import "../components/live-booth.ts";
import type { LiveMeters } from "../components/live-meters.ts";
import "../components/live-setup.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { LiveDesk } from "../data/live-desk.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { guardLeaving } from "../router.ts";

/** Speaking live: choose, open, hold to talk, end. `alert`: the page speaks an alert, of the kind in its address. */
export class LivePage extends View {
  static override properties = { alert: {} };
  declare alert: string;
  readonly #desk = new LiveDesk();
  #busy = false;
  #error: ApiError | null = null;

  protected override sources() {
    return [this.#desk.microphone, this.#desk.talk, world.loaded];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.#may) return;
    this.#desk.onReading = (reading) => this.querySelector<LiveMeters>("loa-live-meters")?.hear(reading);
    addEventListener("beforeunload", this.#unload);
    void this.#desk.listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.#unload);
    this.#desk.close();
  }

  get #kind() {
    return alertKindOf(this.alert);
  }

  get #may(): boolean {
    return may("speak") && (this.#kind === null || may("alert"));
  }

  #unload = (event: Event): void => {
    if (this.#desk.busy) event.preventDefault();
  };

  async #open(body: CreateLive): Promise<void> {
    const show = (busy: boolean, error: ApiError | null) =>
      this.change(() => {
        [this.#busy, this.#error] = [busy, error];
      });
    show(true, null);
    try {
      await this.#desk.open(body);
      guardLeaving(() => this.#asksToLeave());
      show(false, null);
    } catch (thrown) {
      show(false, toApiError(thrown));
    }
  }

  async #asksToLeave(): Promise<boolean> {
    if (!this.#desk.busy) return true;
    return confirmed({
      title: t("live.leave"),
      facts: [t("live.leaveFact")],
      yes: t("live.leaveYes"),
      no: t("live.leaveNo"),
      stop: true,
    });
  }

  #again(): void {
    guardLeaving(null);
    this.#desk.forget();
  }

  #head(): TemplateResult {
    const kind = this.#kind;
    if (kind === null)
      return html`<header class="page-head">
        <div><p class="kicker">${t("live.kicker")}</p><h1 tabindex="-1">${t("live.title")}</h1></div>
      </header>`;
    return html`<header class="page-head alert-head">
      ${icon("warning")}
      <div><p class="kicker">${t(`live.alert.kicker.${kind}`)}</p><h1 tabindex="-1">${t(`live.alert.title.${kind}`)}</h1></div>
    </header>`;
  }

  #body(): TemplateResult {
    const talk = this.#desk.talk.value;
    if (!this.#may)
      return html`<div class="notice">${icon("lock")}<div><strong>${t("live.notAllowed")}</strong></div></div>`;
    if (!world.loaded.value) return skeleton(8, 20);
    if (talk)
      return html`<loa-live-booth .desk=${this.#desk} .talk=${talk} @again=${() => this.#again()}></loa-live-booth>`;
    return html`<loa-live-setup
      .microphone=${this.#desk.microphone.value}
      .kind=${this.#kind}
      .busy=${this.#busy}
      .error=${this.#error}
      @open=${(event: CustomEvent<CreateLive>) => void this.#open(event.detail)}
      @listen=${(event: CustomEvent<string | undefined>) => void this.#desk.listen(event.detail ?? undefined)}
    ></loa-live-setup>`;
  }

  protected override render(): TemplateResult {
    const kind = this.#kind;
    return html`<div class="live-page ${kind === null ? "" : `alert-${kind}`}" data-testid="live-page">
      ${this.#head()} ${this.#body()}
      ${this.#desk.talk.value === null && kind === null ? html`<loa-live-archive></loa-live-archive>` : nothing}
    </div>`;
  }
}
customElements.define("loa-live-page", LivePage);
