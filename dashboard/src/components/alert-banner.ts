import type { AlertSummary } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { route } from "../router.ts";
import { stands, waits } from "../words/alert-times.ts";
import { boardAddress } from "./alert-badge.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const MOST = 3;

/** Says on every page that an alert stands or waits for a second person; exercises look otherwise and say so. */
export class AlertBanner extends View {
  protected override sources() {
    return [world.alerts, everyQuarterMinute, route, user];
  }

  #words(alert: AlertSummary): string {
    const { headline, counts, createdBy, proposal } = alert;
    const by = (proposal?.proposedBy ?? createdBy).id;
    if (waits(alert, hubNow()))
      return t(may("alert") && by !== user.value?.id ? "banner.confirm" : "banner.waits", { headline });
    const heard = counts.sounding + counts.done;
    return t(alert.kind === "actual" ? "banner.actual" : "banner.drill", {
      headline,
      n: heard,
      of: counts.stations,
    });
  }

  #one(alert: AlertSummary): TemplateResult {
    const waiting = waits(alert, hubNow());
    const look = alert.kind !== "actual" ? "drill" : waiting ? "waiting" : "actual";
    return html`<a class="alert-banner ${look}" href=${boardAddress(alert)} data-testid="alert-banner" data-alert=${alert.id}>
      ${icon(look === "drill" ? "exercise" : look === "waiting" ? "clock" : "siren")}<span>${this.#words(alert)}</span>${icon("right")}
    </a>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const now = hubNow();
    const here = route.value.page === "alert" || route.value.page === "exercise" ? route.value.id : "";
    const all = world.alerts.all
      .filter((alert) => alert.id !== here && (stands(alert, now) || waits(alert, now)))
      .sort((a, b) => Number(b.kind === "actual") - Number(a.kind === "actual") || b.createdAt - a.createdAt);
    if (all.length === 0) return nothing;
    const real = all.filter(({ kind }) => kind === "actual");
    const shown = all.slice(0, Math.min(MOST, real.length < all.length ? real.length + 1 : real.length));
    const hidden = all.length - shown.length;
    return html`<div class="alert-banners" role="status">
      ${shown.map((alert) => this.#one(alert))}
      ${
        hidden > 0
          ? html`<a class="alert-banner rest" href=${real.length > MOST ? "/emergency" : "/exercises"}>${t("banner.more", { n: hidden })}</a>`
          : nothing
      }
    </div>`;
  }
}
customElements.define("loa-alert-banner", AlertBanner);
