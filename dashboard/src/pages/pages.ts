import { html, type TemplateResult } from "lit";
import type { PageName, Route } from "../router.ts";

type Opener = (route: Route) => Promise<TemplateResult>;

/** How each page is fetched and shown; code of a page comes when it is first opened. */
const OPENERS: Record<PageName | "login", Opener> = {
  login: async () => {
    await import("./login-page.ts");
    return html`<loa-login-page></loa-login-page>`;
  },
  overview: async () => {
    await import("./overview-page.ts");
    return html`<loa-overview-page></loa-overview-page>`;
  },
  announcements: async () => {
    await import("./announcements-page.ts");
    return html`<loa-announcements-page></loa-announcements-page>`;
  },
  announcement: async ({ id }) => {
    await import("./announcements-page.ts");
    return html`<loa-announcements-page .chosen=${id}></loa-announcements-page>`;
  },
  schedules: async () => {
    await import("./schedules-page.ts");
    return html`<loa-schedules-page></loa-schedules-page>`;
  },
  schedule: async ({ id, query }) => {
    await import("./schedule-form-page.ts");
    return html`<loa-schedule-form-page .scheduleId=${id} .announcementId=${query.get("announcement") ?? ""}>
    </loa-schedule-form-page>`;
  },
  live: async ({ query }) => {
    await import("./live-page.ts");
    return html`<loa-live-page .alert=${query.get("alert") ?? ""}></loa-live-page>`;
  },
  liveSession: async ({ id }) => {
    await import("./live-session-page.ts");
    return html`<loa-live-session-page .sessionId=${id}></loa-live-session-page>`;
  },
  broadcast: async ({ id }) => {
    await import("./broadcast-page.ts");
    return html`<loa-broadcast-page .broadcastId=${id}></loa-broadcast-page>`;
  },
  station: async ({ id }) => {
    await import("./station-page.ts");
    return html`<loa-station-page .stationId=${id}></loa-station-page>`;
  },
  emergency: async () => {
    await import("./emergency-page.ts");
    return html`<loa-emergency-page></loa-emergency-page>`;
  },
  alert: async ({ id }) => {
    await import("../components/alert-board.ts");
    return html`<loa-alert-board .alertId=${id} .drill=${false}></loa-alert-board>`;
  },
  exercises: async () => {
    await import("./exercises-page.ts");
    return html`<loa-exercises-page></loa-exercises-page>`;
  },
  exercise: async ({ id }) => {
    await import("../components/alert-board.ts");
    return html`<loa-alert-board .alertId=${id} .drill=${true}></loa-alert-board>`;
  },
  incoming: async () => {
    await import("./incoming-page.ts");
    return html`<loa-incoming-page></loa-incoming-page>`;
  },
  account: async () => {
    await import("./account-page.ts");
    return html`<loa-account-page></loa-account-page>`;
  },
  adminAreas: async ({ id }) => {
    await import("./admin-areas-page.ts");
    return html`<loa-admin-areas-page .chosen=${id}></loa-admin-areas-page>`;
  },
  adminStations: async ({ query }) => {
    await import("./admin-stations-page.ts");
    return html`<loa-admin-stations-page .areaId=${query.get("area") ?? ""}></loa-admin-stations-page>`;
  },
  adminStation: async ({ id, query }) => {
    await import("./admin-station-page.ts");
    return html`<loa-admin-station-page .stationId=${id} .areaId=${query.get("area") ?? ""}>
    </loa-admin-station-page>`;
  },
  adminLabels: async ({ query }) => {
    await import("./admin-labels-page.ts");
    return html`<loa-admin-labels-page .ids=${query.get("ids") ?? ""}></loa-admin-labels-page>`;
  },
  adminUsers: async () => {
    await import("./admin-users-page.ts");
    return html`<loa-admin-users-page></loa-admin-users-page>`;
  },
  unknown: async () => {
    await import("./unknown-page.ts");
    return html`<loa-unknown-page></loa-unknown-page>`;
  },
};

/** The page's template, once its code is here. */
export const openPage = (page: PageName | "login", route: Route): Promise<TemplateResult> =>
  OPENERS[page](route);
