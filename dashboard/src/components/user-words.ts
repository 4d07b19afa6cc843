import type { Account } from "@loa/protocol/http/users";
import { html, nothing, type TemplateResult } from "lit";
import { hubNow } from "../data/hub-clock.ts";
import { world } from "../data/world.ts";
import { type MessageId, t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { badge } from "./badge.ts";

/** What somebody in the role may do, with the area's name in the sentence. */
export const roleSentence = (role: Account["role"], areaId: string): string =>
  t(`roleMay.${role}` as MessageId, { area: world.areas.get(areaId)?.name ?? areaId });

/** Whether too many failed attempts keep the account out now. */
export const isLocked = ({ lockedUntil }: Account): boolean => (lockedUntil ?? 0) > hubNow();

/** What is particular about an account: kept out, disabled, with or without a second factor. */
export function accountBadges(account: Account): TemplateResult {
  return html`${account.disabled ? badge("plain", "silent", t("users.disabled"), true) : nothing}
  ${isLocked(account) ? badge("bad", "lock", t("users.lockedUntil", { time: dayAndTime(account.lockedUntil ?? 0) }), true) : nothing}
  ${account.totp ? badge("ok", "key", t("users.totp"), true) : nothing}`;
}
