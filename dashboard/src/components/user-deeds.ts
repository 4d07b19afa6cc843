import type { Account, PatchUser } from "@loa/protocol/http/users";
import { html, nothing, type TemplateResult } from "lit";
import { patchUser } from "../data/accounts.ts";
import { t } from "../locales/translate.ts";
import { browserChance, madePassword } from "../words/made-password.ts";
import { confirmed } from "./confirm.ts";
import { icon } from "./icon.ts";
import { showPassword } from "./password-slip.ts";
import { offerUndo, say } from "./toast.ts";
import { isLocked } from "./user-words.ts";

type Deed = () => Promise<boolean>;
type Run = (work: Deed) => void;

const put = ({ id }: Account, patch: PatchUser): Promise<void> => patchUser(id, patch);

async function resetPassword(account: Account): Promise<boolean> {
  const { name } = account;
  const yes = await confirmed({
    title: t("users.resetTitle", { name }),
    facts: [t("users.resetFact"), t("users.sessionsEnd")],
    yes: t("users.reset"),
  });
  if (!yes) return false;
  const password = madePassword(browserChance);
  await put(account, { password });
  await showPassword(account, password);
  return true;
}

async function removeTotp(account: Account): Promise<boolean> {
  const { name } = account;
  const yes = await confirmed({
    title: t("users.totpOffTitle", { name }),
    facts: [t("users.totpOffFact"), t("users.totpOffCheck", { name })],
    yes: t("users.totpOff"),
  });
  if (!yes) return false;
  await put(account, { totp: false });
  say(t("users.totpOffDone", { name }));
  return true;
}

async function switchOff(account: Account): Promise<boolean> {
  const disabled = !account.disabled;
  await put(account, { disabled });
  offerUndo(t(disabled ? "users.wasDisabled" : "users.wasEnabled", { name: account.name }), () =>
    put(account, { disabled: !disabled }),
  );
  return true;
}

async function unlock(account: Account): Promise<boolean> {
  await put(account, { unlock: true });
  say(t("users.unlocked", { name: account.name }));
  return true;
}

/** What an admin can do for somebody: let in again, give a new password, take away a lost telephone, keep out. */
export function accountDeeds(account: Account, run: Run): TemplateResult {
  const button = (
    testId: string,
    drawing: "key" | "phone" | "lock" | "silent" | "check",
    text: string,
    work: Deed,
  ) =>
    html`<button type="button" class="button" data-testid=${testId} @click=${() => run(work)}>${icon(drawing)}${text}</button>`;
  return html`<fieldset class="field deeds-field">
    <legend class="label">${t("users.deeds")}</legend>
    <div class="buttons">
      ${isLocked(account) ? button("unlock-user", "lock", t("users.unlock"), () => unlock(account)) : nothing}
      ${button("reset-password", "key", t("users.reset"), () => resetPassword(account))}
      ${account.totp ? button("remove-totp", "phone", t("users.totpOff"), () => removeTotp(account)) : nothing}
      ${button("disable-user", account.disabled ? "check" : "silent", t(account.disabled ? "users.enable" : "users.disable"), () => switchOff(account))}
    </div>
  </fieldset>`;
}
