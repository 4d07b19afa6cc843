import { html, nothing, type TemplateResult } from "lit";
import "./components/account-sheet.ts";
import "./components/alert-banner.ts";
import "./components/confirm.ts";
import "./components/link-banner.ts";
import "./components/shortcut-sheet.ts";
import "./components/toast.ts";
import { failureNotice } from "./components/error-text.ts";
import { pointAt } from "./components/guide.ts";
import { type IconName, icon } from "./components/icon.ts";
import { openShortcuts } from "./components/shortcut-sheet.ts";
import { followKeys } from "./components/shortcuts.ts";
import { View } from "./components/view.ts";
import { type Action, may } from "./data/access.ts";
import { toApiError } from "./data/api-error.ts";
import { feed } from "./data/feed.ts";
import { followFirstSteps } from "./data/first-steps.ts";
import { restoreSession, user } from "./data/session.ts";
import { followWorld } from "./data/world.ts";
import { type MessageId, t } from "./locales/translate.ts";
import { openPage } from "./pages/pages.ts";
import { type PageName, route } from "./router.ts";

interface NavigationEntry {
  readonly href: string;
  readonly text: MessageId;
  readonly drawing: IconName;
  readonly pages: readonly PageName[];
  /** On a phone it is behind “More”: the bar has room for five. */
  readonly rare?: boolean;
  /** Shown only to those who may. */
  readonly needs?: Action;
}

const NAVIGATION: readonly NavigationEntry[] = [
  { href: "/", text: "nav.overview", drawing: "overview", pages: ["overview", "station"] },
  {
    href: "/announcements",
    text: "nav.announcements",
    drawing: "announcement",
    pages: ["announcements", "announcement"],
  },
  {
    href: "/schedules",
    text: "nav.schedules",
    drawing: "calendar",
    pages: ["schedules", "schedule", "broadcast"],
  },
  {
    href: "/live",
    text: "nav.live",
    drawing: "microphone",
    pages: ["live", "liveSession"],
    needs: "speak",
  },
  { href: "/emergency", text: "nav.emergency", drawing: "siren", pages: ["emergency", "alert"] },
  {
    href: "/exercises",
    text: "nav.exercises",
    drawing: "exercise",
    pages: ["exercises", "exercise"],
    rare: true,
  },
  {
    href: "/emergency/incoming",
    text: "nav.incoming",
    drawing: "warning",
    pages: ["incoming"],
    needs: "alert",
    rare: true,
  },
  {
    href: "/admin",
    text: "nav.admin",
    drawing: "admin",
    pages: ["adminAreas", "adminStations", "adminStation", "adminLabels", "adminUsers"],
    needs: "enrol",
    rare: true,
  },
];

const TITLES: Record<PageName, MessageId> = {
  overview: "nav.overview",
  announcements: "nav.announcements",
  announcement: "nav.announcements",
  schedules: "nav.schedules",
  schedule: "schedules.new",
  live: "live.title",
  liveSession: "live.title",
  broadcast: "title.broadcast",
  station: "wall.title",
  emergency: "emergency.title",
  alert: "title.alert",
  exercises: "drill.title",
  exercise: "title.exercise",
  incoming: "cap.title",
  account: "account.title",
  adminAreas: "admin.areas",
  adminStations: "admin.stations",
  adminStation: "admin.stations",
  adminLabels: "labels.title",
  adminUsers: "admin.users",
  unknown: "unknown.title",
};

/** The frame of every page: who is logged in, where one can go, and whether the hub answers. */
export class App extends View {
  failure: unknown = null;
  #page: TemplateResult | typeof nothing = nothing;
  #unfollow: (() => void) | null = null;
  #userId: string | null = null;

  protected override sources() {
    return [user, feed.link];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    user.subscribe(() => this.#sessionChanged());
    route.subscribe(() => void this.#show());
    feed.link.subscribe(() => {
      if (feed.link.value.state === "away") void restoreSession().catch(() => undefined);
    });
    followKeys(() => {
      if (user.value) openShortcuts();
    });
    followFirstSteps();
    void this.#restore();
  }

  async #restore(): Promise<void> {
    try {
      await restoreSession();
      this.change(() => {
        this.failure = null;
      });
    } catch (thrown) {
      this.change(() => {
        this.failure = toApiError(thrown);
      });
      setTimeout(() => void this.#restore(), 3_000);
    }
  }

  /** Another person, not another name or setting of the same one. */
  #sessionChanged(): void {
    const id = user.value?.id ?? null;
    if (user.value && id === this.#userId) return;
    this.#userId = id;
    this.#unfollow?.();
    this.#unfollow = user.value ? followWorld(user.value.id) : null;
    void this.#show();
  }

  async #show(): Promise<void> {
    if (user.value === undefined) return;
    const wanted = route.value;
    const focused = document.activeElement;
    const page = await openPage(user.value === null ? "login" : wanted.page, wanted).catch((thrown) =>
      failureNotice(thrown, () => location.reload()),
    );
    if (wanted !== route.value) return;
    const first = this.#page === nothing;
    this.#page = page;
    this.requestUpdate();
    await this.updateComplete;
    document.title = `${t(user.value === null ? "login.submit" : TITLES[wanted.page])} · Loa`;
    if (!first) {
      scrollTo(0, 0);
      const moved = document.activeElement !== focused && document.activeElement !== document.body;
      if (!moved) this.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
    }
    const guide = wanted.query.get("guide");
    if (guide !== null && user.value) void pointAt(guide);
  }

  #link({ href, text, drawing, pages }: NavigationEntry): TemplateResult {
    return html`<a
        class="nav"
        href=${href}
        aria-current=${pages.includes(route.value.page) ? "page" : nothing}
        >${icon(drawing)}<span>${t(text)}</span></a
      >`;
  }

  /** The bar of a phone: what is used daily, and the rest behind “More”. */
  #tabs(): TemplateResult {
    const entries = this.#entries();
    const rare = entries.filter((entry) => entry.rare);
    const inside = rare.some(({ pages }) => pages.includes(route.value.page));
    return html`<nav class="tabs" aria-label=${t("nav.label")}>
        ${entries.filter((entry) => !entry.rare).map((entry) => this.#link(entry))}
        <button
          class="nav"
          data-testid="nav-more"
          aria-haspopup="dialog"
          aria-current=${inside ? "true" : nothing}
          @click=${() => this.querySelector<HTMLDialogElement>(".more-sheet")?.showModal()}
        >
          ${icon("more")}<span>${t("nav.more")}</span>
        </button>
      </nav>
      <dialog class="sheet more-sheet" aria-label=${t("nav.more")} @click=${(event: Event) => (event.currentTarget as HTMLDialogElement).close()}>
        <nav aria-label=${t("nav.more")}>${rare.map((entry) => this.#link(entry))}</nav>
        <button class="button wide">${t("nav.closeMore")}</button>
      </dialog>`;
  }

  #entries(): readonly NavigationEntry[] {
    return NAVIGATION.filter(({ needs }) => needs === undefined || may(needs));
  }

  #brand(): TemplateResult {
    return html`<a class="brand" href="/"
      ><img src="/icon.svg" alt="" /><span><b>Loa</b><small>${t("brand.subtitle")}</small></span></a
    >`;
  }

  #rail(): TemplateResult {
    return html`<nav class="rail" aria-label=${t("nav.label")}>
      ${this.#brand()} ${this.#entries().map((entry) => this.#link(entry))}
      <div class="rail-foot"><loa-link-state></loa-link-state><loa-account-button></loa-account-button></div>
    </nav>`;
  }

  #loggedIn(): TemplateResult {
    return html`<div class="shell">
        ${this.#rail()}
        <header class="top">${this.#brand()}<loa-account-button compact></loa-account-button></header>
        <div class="content">
          <loa-link-banner></loa-link-banner>
          <loa-alert-banner></loa-alert-banner>
          <main id="main" tabindex="-1">${this.#page}</main>
        </div>
        ${this.#tabs()}
      </div>
      <loa-account-sheet></loa-account-sheet><loa-shortcut-sheet></loa-shortcut-sheet>`;
  }

  #body(): TemplateResult | typeof nothing {
    if (user.value) return this.#loggedIn();
    if (user.value === null) return html`<main id="main" tabindex="-1" class="bare">${this.#page}</main>`;
    return this.failure === null
      ? nothing
      : html`<main>${failureNotice(this.failure, () => void this.#restore())}</main>`;
  }

  protected override render(): TemplateResult {
    return html`<a class="skip" href="#main">${t("nav.skip")}</a>
      ${this.#body()}<loa-confirm></loa-confirm><loa-toasts></loa-toasts>`;
  }
}
customElements.define("loa-app", App);
