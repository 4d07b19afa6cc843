import type { NewToken, Token } from "@loa/protocol/http/users";
import { html, type TemplateResult } from "lit";
import { api, getAll } from "../data/api.ts";
import { hubNow } from "../data/hub-clock.ts";
import { Resource } from "../data/resource.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime, dayAndTimeFull } from "../words/time-text.ts";
import { confirmed } from "./confirm.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { say, sayError } from "./toast.ts";
import { View } from "./view.ts";

const DAY_MS = 86_400_000;
const LIFETIMES_DAYS = [30, 90, 365] as const;

/** Tokens of programs that act for the user: made, shown once, revoked. */
export class TokenCard extends View {
  readonly #tokens = new Resource<Token[]>(this, () => getAll("/tokens"));
  #made: NewToken | null = null;
  #asking = false;
  #busy = false;

  async #create(event: Event): Promise<void> {
    event.preventDefault();
    if (this.#busy) return;
    const form = new FormData(event.target as HTMLFormElement);
    const days = Number(form.get("days"));
    const expiresAt = days === 0 ? null : hubNow() + days * DAY_MS;
    this.#busy = true;
    try {
      this.#made = await api.post<NewToken>("/tokens", { name: String(form.get("name")).trim(), expiresAt });
      this.#asking = false;
      await this.#tokens.refresh();
    } catch (thrown) {
      sayError(thrown);
    }
    this.change(() => {
      this.#busy = false;
    });
  }

  async #revoke({ id, name }: Token): Promise<void> {
    const yes = await confirmed({
      title: t("tokens.revokeTitle", { name }),
      facts: [t("tokens.revokeFact")],
      yes: t("tokens.revoke"),
    });
    if (!yes) return;
    try {
      await api.delete(`/tokens/${id}`);
      await this.#tokens.refresh();
      say(t("tokens.revoked", { name }));
    } catch (thrown) {
      sayError(thrown);
    }
  }

  async #copy(token: string): Promise<void> {
    await navigator.clipboard.writeText(token);
    say(t("tokens.copied"));
  }

  #newOne({ name, token }: NewToken): TemplateResult {
    return html`<div class="notice warn">${icon("warning")}<div><strong>${name}</strong>${t("tokens.once")}</div></div>
      <p class="mono secret-text" data-testid="new-token">${token}</p>
      <div class="buttons">
        <button class="button" @click=${() => void this.#copy(token)}>${icon("copy")}${t("enrol.copy")}</button>
        <button
          class="button primary"
          @click=${() =>
            this.change(() => {
              this.#made = null;
            })}
        >
          ${t("recovery.kept")}
        </button>
      </div>`;
  }

  #form(): TemplateResult {
    return html`<form class="account-form" @submit=${(event: Event) => void this.#create(event)}>
      <div class="field">
        <label for="token-name">${t("tokens.name")}</label>
        <input id="token-name" name="name" type="text" maxlength="120" required autocomplete="off" placeholder=${t("tokens.nameExample")} />
      </div>
      <div class="field">
        <label for="token-days">${t("tokens.lifetime")}</label>
        <select id="token-days" name="days">
          ${LIFETIMES_DAYS.map((days) => html`<option value=${days} ?selected=${days === 90}>${t("tokens.days", { n: days })}</option>`)}
          <option value="0">${t("tokens.forever")}</option>
        </select>
      </div>
      <div class="buttons">
        <button
          type="button"
          class="button"
          @click=${() =>
            this.change(() => {
              this.#asking = false;
            })}
        >
          ${t("confirm.no")}
        </button>
        <button class="button primary" data-testid="make-token" ?disabled=${this.#busy}>${t("tokens.make")}</button>
      </div>
    </form>`;
  }

  #row(token: Token): TemplateResult {
    const { name, createdAt, usedAt, expiresAt } = token;
    const over = expiresAt !== null && expiresAt < hubNow();
    return html`<li data-testid="token">
      <div>
        <b>${name}</b>
        <small class="muted">
          ${t("tokens.created", { time: dayAndTimeFull(createdAt) })} ·
          ${usedAt === null ? t("tokens.neverUsed") : t("tokens.used", { time: dayAndTime(usedAt) })} ·
          ${expiresAt === null ? t("tokens.noEnd") : t(over ? "tokens.ended" : "tokens.ends", { time: dayAndTimeFull(expiresAt) })}
        </small>
      </div>
      <button class="button quiet bad" aria-label=${t("tokens.revokeLabel", { name })} @click=${() => void this.#revoke(token)}>
        ${icon("trash")}${t("tokens.revoke")}
      </button>
    </li>`;
  }

  #list(): TemplateResult {
    const { value, error } = this.#tokens;
    if (error) return failureNotice(error, () => void this.#tokens.refresh());
    if (!value) return skeleton(2);
    return html`${value.length === 0 ? html`<p class="muted">${t("tokens.none")}</p>` : html`<ul class="tokens">${value.map((token) => this.#row(token))}</ul>`}
      <div class="buttons">
        <button
          class="button"
          data-testid="new-token-form"
          @click=${() =>
            this.change(() => {
              this.#asking = true;
            })}
        >
          ${icon("plus")}${t("tokens.new")}
        </button>
      </div>`;
  }

  protected override render(): TemplateResult {
    return html`<section class="card" aria-labelledby="tokens-title">
      <header><h2 id="tokens-title">${t("tokens.title")}</h2></header>
      <div class="body account-form">
        <p class="muted">${t("tokens.what")}</p>
        ${this.#made ? this.#newOne(this.#made) : this.#asking ? this.#form() : this.#list()}
      </div>
    </section>`;
  }
}
customElements.define("loa-token-card", TokenCard);
