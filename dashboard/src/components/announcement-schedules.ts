import type { Announcement } from "@loa/protocol/http/announcements";
import type { Schedule } from "@loa/protocol/http/schedules";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { getAll } from "../data/api.ts";
import { Resource } from "../data/resource.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** Which schedules play an announcement, and when next. */
export class AnnouncementSchedules extends View {
  static override properties = { announcement: { attribute: false } };
  declare announcement: Announcement;
  readonly #schedules = new Resource<readonly Schedule[]>(this, async () => {
    const all = await getAll<Schedule>("/schedules");
    return all.filter(({ programme }) =>
      programme.items.some(
        (item) => "announcementId" in item && item.announcementId === this.announcement.id,
      ),
    );
  });

  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get("announcement") as Announcement | undefined;
    if (before && before.id !== this.announcement.id) void this.#schedules.restart();
  }

  #row({ id, title, nextOccurrences }: Schedule): TemplateResult {
    const [next] = nextOccurrences;
    return html`<li>
      <a href="/schedules/${id}">${title}</a>
      <span class="muted">${next === undefined ? t("schedules.noNext") : `${t("schedules.next")} ${dayAndTime(Date.parse(next))}`}</span>
    </li>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { value } = this.#schedules;
    if (!value || value.length === 0) return nothing;
    return html`<section class="in-schedules" data-testid="in-schedules">
      <h3>${icon("calendar")}${t("announcement.inSchedules")}</h3>
      <ul>${value.map((schedule) => this.#row(schedule))}</ul>
    </section>`;
  }
}
customElements.define("loa-announcement-schedules", AnnouncementSchedules);
