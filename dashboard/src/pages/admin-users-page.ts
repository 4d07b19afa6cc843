import type { Role } from "@loa/protocol/http/session";
import type { Account } from "@loa/protocol/http/users";
import { html, nothing, type TemplateResult } from "lit";
import { adminPage } from "../components/admin-frame.ts";
import { areaPathText } from "../components/area-field.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { openUser } from "../components/user-sheet.ts";
import { accountBadges } from "../components/user-words.ts";
import { View } from "../components/view.ts";
import { may, ROLES } from "../data/access.ts";
import { accountsChanged } from "../data/accounts.ts";
import { getAll } from "../data/api.ts";
import { everyQuarterMinute } from "../data/hub-clock.ts";
import { Resource } from "../data/resource.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { folded } from "../words/folded.ts";
import { pageOf } from "../words/station-rows.ts";

const PAGE = 50;

/** Who may do what where, within the admin's area. */
export class AdminUsersPage extends View {
  readonly #accounts = new Resource<Account[]>(this, () =>
    may("administer") ? getAll("/users") : Promise.resolve([]),
  );
  #words = "";
  #role: Role | "" = "";
  #page = 0;

  protected override sources() {
    const onChange = () => accountsChanged.subscribe(() => void this.#accounts.refresh());
    return [world.areas, user, everyQuarterMinute, { subscribe: onChange }];
  }

  async #open(account: Account | null): Promise<void> {
    const taken = new Set((this.#accounts.value ?? []).map(({ username }) => username));
    await openUser(account, taken);
    await this.#accounts.refresh();
  }

  #matching(): Account[] {
    const wanted = folded(this.#words);
    return (this.#accounts.value ?? []).filter(
      ({ name, username, role, areaId }) =>
        (this.#role === "" || role === this.#role) &&
        (wanted === "" ||
          [name, username, world.areas.get(areaId)?.name ?? ""].some((text) =>
            folded(text).includes(wanted),
          )),
    );
  }

  #finder(): TemplateResult {
    return html`<div class="list-find">
      <div class="search">
        ${icon("search")}<input
          type="search"
          aria-label=${t("users.find")}
          placeholder=${t("users.find")}
          autocomplete="off"
          @input=${(event: Event) =>
            this.change(() => {
              this.#words = (event.target as HTMLInputElement).value;
              this.#page = 0;
            })}
        />
      </div>
      <select
        class="role-filter"
        aria-label=${t("users.roleFilter")}
        @change=${(event: Event) =>
          this.change(() => {
            this.#role = (event.target as HTMLSelectElement).value as Role | "";
            this.#page = 0;
          })}
      >
        <option value="">${t("users.everyRole")}</option>
        ${ROLES.map((role) => html`<option value=${role} ?selected=${role === this.#role}>${t(`role.${role}`)}</option>`)}
      </select>
    </div>`;
  }

  #row(account: Account): TemplateResult {
    const { id, name, username, role, areaId, disabled } = account;
    return html`<li class=${disabled ? "off" : ""} data-testid="user-row" data-username=${username}>
      <button class="row-button" @click=${() => void this.#open(account)}>
        <span class="who"><b>${name}</b>${id === user.value?.id ? html` <small class="muted">${t("users.you")}</small>` : nothing}<code class="muted">${username}</code></span>
        <span class="what"><b>${t(`role.${role}`)}</b><small class="muted">${areaPathText(areaId)}</small></span>
        <span class="badges">${accountBadges(account)}</span>
        ${icon("right")}
      </button>
    </li>`;
  }

  #list(): TemplateResult {
    const { value, error } = this.#accounts;
    if (error) return failureNotice(error, () => void this.#accounts.refresh());
    if (!value) return skeleton(3, 3, 3);
    const matching = this.#matching();
    const { rows, page, from } = pageOf(matching, this.#page, PAGE);
    this.#page = page;
    if (rows.length === 0)
      return html`<div class="card empty">${icon("users")}<p>${t("users.noMatch")}</p></div>`;
    const turn = (by: number) => () =>
      this.change(() => {
        this.#page += by;
      });
    return html`<section class="card"><ul class="users-list">${rows.map((account) => this.#row(account))}</ul></section>
      ${
        matching.length <= PAGE
          ? nothing
          : html`<nav class="pager" aria-label=${t("list.pages")}>
              <button class="button icon-only" aria-label=${t("list.before")} ?disabled=${from === 0} @click=${turn(-1)}>${icon("left")}</button>
              <span>${t("list.range", { from: from + 1, until: from + rows.length, n: matching.length })}</span>
              <button class="button icon-only" aria-label=${t("list.after")} ?disabled=${from + rows.length >= matching.length} @click=${turn(1)}>
                ${icon("right")}
              </button>
            </nav>`
      }`;
  }

  #actions(): TemplateResult {
    return html`<button class="button primary" data-testid="create-user" @click=${() => void this.#open(null)}>
      ${icon("plus")}${t("users.create")}
    </button>`;
  }

  protected override render(): TemplateResult {
    return adminPage(
      "users",
      "administer",
      () => this.#actions(),
      () => html`${this.#finder()} ${this.#list()}`,
    );
  }
}
customElements.define("loa-admin-users-page", AdminUsersPage);
