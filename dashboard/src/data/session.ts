import type { SessionAnswer, User } from "@loa/protocol/http/session";
import { api, sessionsEnded } from "./api.ts";
import { ApiError } from "./api-error.ts";
import { Signal } from "./signal.ts";

/** Who is logged in: undefined while that is being asked, null for nobody. */
export const user = new Signal<User | null | undefined>(undefined);

/** Where the map gets its tiles; null where the hub names no server. */
export const mapTiles = new Signal<SessionAnswer["map"] | null>(null);

function take({ user: who, map }: SessionAnswer): void {
  mapTiles.set(map ?? null);
  if (who.id !== user.value?.id) user.set(who);
}

sessionsEnded.subscribe(() => {
  if (user.value) user.set(null);
});

/** Asks the hub who is logged in. @throws ApiError when it does not answer */
export async function restoreSession(): Promise<void> {
  try {
    take(await api.get<SessionAnswer>("/me"));
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.code !== "UNAUTHENTICATED") throw thrown;
    user.set(null);
  }
}

/** @throws ApiError BAD_CREDENTIALS · TOO_MANY_REQUESTS · HUB_AWAY */
export async function logIn(username: string, password: string): Promise<void> {
  take(await api.post<SessionAnswer>("/session", { username, password }));
}

/** Forgets the session here even when the hub does not answer. */
export async function logOut(): Promise<void> {
  await api.delete("/session").catch(() => undefined);
  user.set(null);
}
