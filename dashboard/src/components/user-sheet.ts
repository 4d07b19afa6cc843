import type { Role } from "@loa/protocol/http/session";
import type { Account, PatchUser } from "@loa/protocol/http/users";
import { html, nothing, type TemplateResult } from "lit";
import { ROLES } from "../data/access.ts";
import { patchUser } from "../data/accounts.ts";
import { api } from "../data/api.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { user } from "../data/session.ts";
import { t } from "../locales/translate.ts";
import { browserChance, madePassword } from "../words/made-password.ts";
import { proposedUsername } from "../words/proposed-id.ts";
import { areaField } from "./area-field.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { showPassword } from "./password-slip.ts";
import { offerUndo } from "./toast.ts";
import { accountDeeds } from "./user-deeds.ts";
import { roleSentence } from "./user-words.ts";
import { View } from "./view.ts";

const USERNAME = /^[a-z0-9][a-z0-9._-]{1,39}$/;

interface Draft {
  name: string;
  username: string;
  role: Role;
  areaId: string;
}

/** A new account, or one to change. Resolves its promise when it is closed, whatever was done. */
class UserSheet extends View {
  /** Null for a new one. */
  account: Account | null = null;
  taken: ReadonlySet<string> = new Set();
  closed: () => void = () => undefined;
  #draft: Draft = { name: "", username: "", role: "staff", areaId: "" };
  #ownUsername = false;
  #tried = false;
  #busy = false;
  #error: ApiError | null = null;

  open(account: Account | null, taken: ReadonlySet<string>): void {
    this.account = account;
    this.taken = taken;
    this.#draft = account
      ? { ...account }
      : { name: "", username: "", role: "staff", areaId: user.value?.areaId ?? "" };
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  #close(): void {
    this.remove();
    this.closed();
  }

  #edit(part: Partial<Draft>): void {
    this.change(() => {
      this.#draft = { ...this.#draft, ...part };
      if (part.username !== undefined) this.#ownUsername = part.username !== "";
      if (part.name !== undefined && !this.account && !this.#ownUsername)
        this.#draft.username = proposedUsername(part.name, this.taken);
    });
  }

  #usernameProblem(): string | null {
    const { username } = this.#draft;
    if (this.account) return null;
    if (this.taken.has(username)) return t("users.usernameTaken");
    return USERNAME.test(username) ? null : t("users.usernameShape");
  }

  /** Closes once the work is done; `false` is a person who turned back. */
  async #sending(work: () => Promise<boolean>): Promise<void> {
    this.change(() => {
      this.#busy = true;
      this.#error = null;
    });
    try {
      if (await work()) return this.#close();
      this.change(() => {
        this.#busy = false;
      });
    } catch (thrown) {
      this.change(() => {
        const error = toApiError(thrown);
        this.#busy = false;
        if (error.code === "CONFLICT" && !this.account)
          this.taken = new Set([...this.taken, this.#draft.username]);
        else this.#error = error;
      });
    }
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    this.change(() => {
      this.#tried = true;
    });
    if (this.#busy || this.#draft.name.trim() === "" || this.#usernameProblem() !== null) return;
    const { account } = this;
    await this.#sending(() => (account ? this.#save(account) : this.#create()));
  }

  async #create(): Promise<boolean> {
    const password = madePassword(browserChance);
    const { name, ...rest } = this.#draft;
    const account = await api.post<Account>("/users", { ...rest, name: name.trim(), password });
    this.querySelector("dialog")?.close();
    await showPassword(account, password);
    return true;
  }

  async #save(account: Account): Promise<boolean> {
    const { name, role, areaId } = this.#draft;
    const patch: PatchUser = {
      ...(name.trim() !== account.name && { name: name.trim() }),
      ...(role !== account.role && { role }),
      ...(areaId !== account.areaId && { areaId }),
    };
    if (Object.keys(patch).length === 0) return true;
    await patchUser(account.id, patch);
    offerUndo(t("users.saved", { name: name.trim() }), () =>
      patchUser(account.id, { name: account.name, role: account.role, areaId: account.areaId }),
    );
    return true;
  }

  #roles(own: boolean): TemplateResult {
    const { role, areaId } = this.#draft;
    return html`<fieldset class="field roles">
      <legend class="label">${t("users.role")}</legend>
      ${ROLES.map(
        (one) => html`<label class="role ${one === role ? "chosen" : ""}"
          ><input
            type="radio"
            name="role"
            value=${one}
            .checked=${one === role}
            ?disabled=${own}
            @change=${() => this.#edit({ role: one })}
          /><span
            ><b>${t(`role.${one}`)}</b>${one === role ? html`<small>${roleSentence(one, areaId)}</small>` : nothing}</span
          ></label
        >`,
      )}
      ${own ? html`<p class="hint">${t("users.ownRights")}</p>` : nothing}
    </fieldset>`;
  }

  #username(): TemplateResult {
    const problem =
      this.#tried || this.#ownUsername || this.#draft.username !== "" ? this.#usernameProblem() : null;
    return html`<div class="field">
      <label for="user-username">${t("login.username")}</label>
      <input
        id="user-username"
        type="text"
        class="mono"
        maxlength="40"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        aria-invalid=${problem !== null}
        .value=${this.#draft.username}
        @input=${(event: Event) => this.#edit({ username: (event.target as HTMLInputElement).value.trim() })}
      />
      ${problem === null ? nothing : html`<p class="error-text" role="alert">${problem}</p>`}
    </div>`;
  }

  protected override render(): TemplateResult {
    const { account } = this;
    const own = account !== null && account.id === user.value?.id;
    const nameMissing = this.#tried && this.#draft.name.trim() === "";
    return html`<dialog class="sheet user-sheet" aria-labelledby="user-title" @close=${() => this.isConnected && this.#busy === false && this.#close()}>
      <form novalidate @submit=${(event: Event) => void this.#submit(event)}>
        <div>
          <h2 id="user-title">${account ? account.name : t("users.create")}</h2>
          ${account ? html`<p class="muted"><code>${account.username}</code></p>` : nothing}
        </div>
        ${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div>${errorText(this.#error)}</div></div>` : nothing}
        <div class="field">
          <label for="user-name">${t("users.name")}</label>
          <input
            id="user-name"
            type="text"
            maxlength="120"
            autocomplete="off"
            aria-invalid=${nameMissing}
            .value=${this.#draft.name}
            @input=${(event: Event) => this.#edit({ name: (event.target as HTMLInputElement).value })}
          />
          ${nameMissing ? html`<p class="error-text" role="alert">${t("users.nameMissing")}</p>` : nothing}
        </div>
        ${account ? nothing : this.#username()}
        ${areaField("user-area", t("users.area"), this.#draft.areaId, (areaId) => this.#edit({ areaId }), own)} ${this.#roles(own)}
        ${account && !own ? accountDeeds(account, (work) => void this.#sending(work)) : nothing}
        ${account ? nothing : html`<p class="hint">${t("users.passwordComes")}</p>`}
        <div class="buttons">
          <button type="button" class="button" @click=${() => this.#close()}>${t("confirm.no")}</button>
          <button class="button primary" data-testid="save-user" ?disabled=${this.#busy}>
            ${account ? t("form.saveShort") : t("users.createYes")}
          </button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-user-sheet", UserSheet);

/** Opens an account, or the form of a new one; resolves when it is closed. */
export function openUser(account: Account | null, taken: ReadonlySet<string>): Promise<void> {
  const sheet = document.createElement("loa-user-sheet") as UserSheet;
  document.body.append(sheet);
  sheet.open(account, taken);
  return new Promise((resolve) => {
    sheet.closed = resolve;
  });
}
