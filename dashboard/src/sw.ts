/** What of a service worker's scope is used; the DOM's types do not know it. */
interface Scope {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(name: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(name: "message", listener: (event: MessageEvent<unknown>) => void): void;
}
interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

/** Filled in by the build. */
const VERSION = "__VERSION__";
const SHELL = "__SHELL__" as unknown as readonly string[];
const CACHE = `loa-shell-${VERSION}`;
/** A line that is this slow is taken for a broken one, where the page is at hand. */
const PATIENCE_MS = 4_000;

const scope = globalThis as unknown as Scope;

/** The page's files, as this build has them. A worker that cannot get all of them is not installed. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload" })));
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith("loa-shell-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The newest page from the hub; the kept one when it does not answer, or not soon. */
async function page(request: Request): Promise<Response> {
  const fresh = fetch(request);
  const stored = await caches.match("/", { cacheName: CACHE });
  if (!stored) return fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(stored), PATIENCE_MS));
  const good = fresh.then((answer) => (answer.status >= 500 ? stored : answer));
  return Promise.race([good, late]).catch(() => stored);
}

/** Files are named by their content: what is kept is right. */
const file = async (request: Request): Promise<Response> =>
  (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("message", ({ data }) => {
  if (data === "take over") void scope.skipWaiting();
});
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const own = !/^\/(api|healthz|readyz|metrics|s)(\/|$)/.test(pathname);
  if (request.mode === "navigate" && own) event.respondWith(page(request));
  else if (SHELL.includes(pathname)) event.respondWith(file(request));
});
