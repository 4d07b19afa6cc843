import { html, nothing, type TemplateResult } from "lit";
import { feed } from "../data/feed.ts";
import { loadWorld, world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { timeWithDay } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import { failureNotice } from "./error-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** Says across the page that the hub does not answer, and from when the data is. */
export class LinkBanner extends View {
  protected override sources() {
    return [feed.link, world.failure];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state, since } = feed.link.value;
    if (state === "away")
      return html`<div class="away" role="status">
        ${icon("warning")}<span>${t("link.awaySince", { time: timeWithDay(since) })}</span>
      </div>`;
    const failure = world.failure.value;
    return failure === null ? nothing : failureNotice(failure, () => void loadWorld());
  }
}
customElements.define("loa-link-banner", LinkBanner);

/** Whether what is on the page is live, in one word. */
export class LinkWord extends View {
  protected override sources() {
    return [feed.link];
  }

  protected override render(): TemplateResult {
    const { state } = feed.link.value;
    return html`<div class="link-state">
      ${
        state === "live"
          ? badge("ok", "check", t("link.live"))
          : state === "away"
            ? badge("warn", "warning", t("link.away"))
            : badge("plain", "dashed", t("link.connecting"))
      }
    </div>`;
  }
}
customElements.define("loa-link-state", LinkWord);
