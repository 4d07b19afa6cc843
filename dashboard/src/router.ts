import { Signal } from "./data/signal.ts";

/** Names of the pages. */
export const PAGES = [
  "overview",
  "announcements",
  "announcement",
  "schedules",
  "schedule",
  "live",
  "liveSession",
  "broadcast",
  "station",
  "emergency",
  "alert",
  "exercises",
  "exercise",
  "incoming",
  "account",
  "adminAreas",
  "adminStations",
  "adminStation",
  "adminLabels",
  "adminUsers",
  "unknown",
] as const;
export type PageName = (typeof PAGES)[number];

/** A page with the id in its address. */
export interface Route {
  readonly page: PageName;
  readonly id: string;
  readonly query: URLSearchParams;
}

const ROUTES: readonly [RegExp, PageName][] = [
  [/^\/$/, "overview"],
  [/^\/announcements$/, "announcements"],
  [/^\/announcements\/([^/]+)$/, "announcement"],
  [/^\/schedules$/, "schedules"],
  [/^\/schedules\/([^/]+)$/, "schedule"],
  [/^\/live$/, "live"],
  [/^\/live\/([^/]+)$/, "liveSession"],
  [/^\/broadcasts\/([^/]+)$/, "broadcast"],
  [/^\/stations\/([^/]+)$/, "station"],
  [/^\/emergency$/, "emergency"],
  [/^\/emergency\/incoming$/, "incoming"],
  [/^\/emergency\/([^/]+)$/, "alert"],
  [/^\/exercises$/, "exercises"],
  [/^\/exercises\/([^/]+)$/, "exercise"],
  [/^\/account$/, "account"],
  [/^\/admin$/, "adminStations"],
  [/^\/admin\/areas(?:\/([^/]+))?$/, "adminAreas"],
  [/^\/admin\/stations$/, "adminStations"],
  [/^\/admin\/stations\/labels$/, "adminLabels"],
  [/^\/admin\/stations\/([^/]+)$/, "adminStation"],
  [/^\/admin\/users$/, "adminUsers"],
];

/** The page that an address means. */
export function routeOf(address: string): Route {
  const { pathname, searchParams } = new URL(address, "http://loa");
  for (const [pattern, page] of ROUTES) {
    const match = pattern.exec(pathname);
    if (match) return { page, id: decodeURIComponent(match[1] ?? ""), query: searchParams };
  }
  return { page: "unknown", id: "", query: searchParams };
}

const here = (): string => location.pathname + location.search;

/** Where the user is. */
export const route = new Signal<Route>({ page: "unknown", id: "", query: new URLSearchParams() });

/** Asked before another page takes this one's place; false stays. */
type LeaveGuard = () => Promise<boolean>;
let guard: LeaveGuard | null = null;
/** Address of the page that is shown. */
let shown = "/";

/** Has somebody ask before the page is left, e.g. while its user is on air; null asks no more. */
export function guardLeaving(asks: LeaveGuard | null): void {
  guard = asks;
}

function show(address: string): void {
  shown = address;
  route.set(routeOf(address));
}

function leave(address: string, replace: boolean): void {
  guard = null;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  show(address);
}

/** Goes to a page of the dashboard, unless the page that is shown keeps its user. */
export function go(address: string, { replace = false } = {}): void {
  if (guard === null) leave(address, replace);
  else
    void guard().then((yes) => {
      if (yes) leave(address, replace);
    });
}

/** The browser has gone already: it is taken back until the user has answered. */
function followHistory(): void {
  const wanted = here();
  if (guard === null) show(wanted);
  else {
    history.pushState(null, "", shown);
    go(wanted, { replace: true });
  }
}

/** Follows plain clicks on links within the dashboard, and the back button. */
export function followLinks(): void {
  show(here());
  addEventListener("popstate", followHistory);
  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    const href = link?.getAttribute("href");
    if (!href?.startsWith("/") || href.startsWith("/api") || link?.target) return;
    event.preventDefault();
    if (href !== here()) go(href);
  });
}
