import { Signal } from "./data/signal.ts";

/** Names of the pages. */
export const PAGES = [
  "overview",
  "announcements",
  "announcement",
  "schedules",
  "schedule",
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

/** Goes to a page of the dashboard. */
export function go(address: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  route.set(routeOf(address));
}

/** Follows plain clicks on links within the dashboard, and the back button. */
export function followLinks(): void {
  route.set(routeOf(here()));
  addEventListener("popstate", () => route.set(routeOf(here())));
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
