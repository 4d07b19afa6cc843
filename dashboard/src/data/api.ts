import { ApiError, problemToError } from "./api-error.ts";
import { observeHubDate } from "./hub-clock.ts";
import { askOrRecall } from "./kept.ts";
import { Signal } from "./signal.ts";

/** Where the hub's interface begins. */
export const API = "/api/v1";

/** Rises when the hub says that nobody is logged in any more. */
export const sessionsEnded = new Signal(0);

type Query = Record<string, string | number | undefined>;

/** Path with its query; absent values are left out. */
export function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return `${API}${path}${text === "" ? "" : `?${text}`}`;
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function answered(method: string, url: string, accept: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  if (method !== "GET") headers["Idempotency-Key"] = crypto.randomUUID();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(url, {
    method,
    headers,
    credentials: "same-origin",
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    const write = method !== "GET";
    throw new ApiError("HUB_AWAY", "the hub did not answer", { status: 0, write }, { cause });
  });
  observeHubDate(response.headers.get("date"));
  if (response.ok) return response;
  const error = problemToError(response.status, await bodyOf(response), response.headers.get("retry-after"));
  if (error.code === "UNAUTHENTICATED") sessionsEnded.set(sessionsEnded.value + 1);
  throw error;
}

async function send<T>(method: string, url: string, body?: unknown): Promise<T> {
  return (await bodyOf(await answered(method, url, "application/json", body))) as T;
}

/** Requests to the hub; each throws ApiError. */
export const api = {
  get: <T>(path: string, query?: Query): Promise<T> => {
    const url = address(path, query);
    return askOrRecall(path, url, () => send<T>("GET", url));
  },
  post: <T>(path: string, body?: unknown): Promise<T> => send<T>("POST", address(path), body),
  patch: <T>(path: string, body: unknown): Promise<T> => send<T>("PATCH", address(path), body),
  put: <T>(path: string, body: unknown): Promise<T> => send<T>("PUT", address(path), body),
  delete: <T>(path: string, body?: unknown): Promise<T> => send<T>("DELETE", address(path), body),
};

/** A sound that the hub makes for what is sent. @throws ApiError */
export async function postForSound(path: string, body: unknown): Promise<Blob> {
  return (await answered("POST", address(path), "audio/wav", body)).blob();
}

/** All pages of a list, one after the other. */
export async function getAll<T>(path: string, query: Query = {}): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: T[]; next: string | null } = await api.get(path, {
      limit: 500,
      ...query,
      cursor: cursor ?? undefined,
    });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}
