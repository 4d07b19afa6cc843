import "../styles/admin.css";
import { html, type TemplateResult } from "lit";
import { type Action, may } from "../data/access.ts";
import { type MessageId, t } from "../locales/translate.ts";
import { type IconName, icon } from "./icon.ts";

type Tab = "areas" | "stations" | "users";

const TABS: readonly { tab: Tab; text: MessageId; drawing: IconName; needs: Action }[] = [
  { tab: "stations", text: "admin.stations", drawing: "speaker", needs: "enrol" },
  { tab: "areas", text: "admin.areas", drawing: "tree", needs: "administer" },
  { tab: "users", text: "admin.users", drawing: "users", needs: "administer" },
];

function forbidden(): TemplateResult {
  return html`<div class="empty" data-testid="forbidden">
    ${icon("lock")}
    <h1>${t("admin.forbidden")}</h1>
    <p>${t("admin.forbiddenHint")}</p>
    <a class="button primary" href="/">${t("unknown.home")}</a>
  </div>`;
}

/** An administration page under its tabs, or a word to those whose role has no use for it. */
export function adminPage(
  tab: Tab,
  needs: Action,
  actions: () => TemplateResult,
  body: () => TemplateResult,
): TemplateResult {
  if (!may(needs)) return forbidden();
  return html`<header class="page-head admin-head">
      <div><h1 tabindex="-1">${t("nav.admin")}</h1></div>
      <div class="buttons">${actions()}</div>
    </header>
    <nav class="subnav" aria-label=${t("admin.tabs")}>
      ${TABS.filter((entry) => may(entry.needs)).map(
        (entry) => html`<a href="/admin/${entry.tab}" aria-current=${entry.tab === tab ? "page" : "false"}
          >${icon(entry.drawing)}${t(entry.text)}</a
        >`,
      )}
    </nav>
    ${body()}`;
}

/** A page below one of the tabs, with the way back to it. */
export function adminSubpage(tab: Tab, needs: Action, body: () => TemplateResult): TemplateResult {
  if (!may(needs)) return forbidden();
  const { text } = TABS.find((entry) => entry.tab === tab) ?? { text: "nav.admin" };
  return html`<a class="back no-print" href="/admin/${tab}">${icon("left")}${t(text)}</a>${body()}`;
}
