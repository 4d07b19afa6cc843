import type { SessionAnswer, User } from "@loa/protocol/http/session";
import { api, sessionsEnded } from "./api.ts";
import { ApiError } from "./api-error.ts";
import { Signal } from "./signal.ts";

/** Who is logged in: undefined while that is being asked, null for nobody. */
export const user = new Signal<User | null | undefined>(undefined);

sessionsEnded.subscribe(() => {
  if (user.value) user.set(null);
});

/** Asks the hub who is logged in. @throws ApiError when it does not answer */
export async function restoreSession(): Promise<void> {
  try {
    const { user: who } = await api.get<SessionAnswer>("/me");
    if (who.id !== user.value?.id) user.set(who);
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.code !== "UNAUTHENTICATED") throw thrown;
    user.set(null);
  }
}

/** @throws ApiError BAD_CREDENTIALS · TOTP_REQUIRED · TOTP_INVALID · TOO_MANY_REQUESTS · HUB_AWAY */
export async function logIn(username: string, password: string, code?: string): Promise<void> {
  const given = { username, password, ...(code !== undefined && { code }) };
  user.set((await api.post<SessionAnswer>("/session", given)).user);
}

/** Forgets the session here even when the hub does not answer. */
export async function logOut(): Promise<void> {
  await api.delete("/session").catch(() => undefined);
  user.set(null);
}
