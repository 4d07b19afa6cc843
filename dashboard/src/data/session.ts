import type { SessionAnswer, User } from "@loa/protocol/http/session";
import { api, sessionsEnded } from "./api.ts";
import { ApiError } from "./api-error.ts";
import { forgetKept, keep, kept } from "./kept.ts";
import { remembered } from "./preferences.ts";
import { Signal } from "./signal.ts";
import { forgetTextDrafts } from "./text-drafts.ts";

/** Who is logged in: undefined while that is being asked, null for nobody. */
export const user = new Signal<User | null | undefined>(undefined);

/** Whether somebody logged out here and the hub has not heard of it: its cookie still holds. */
const leaving = remembered("loa.leaving", ["no", "yes"], "no");

/** Where the map gets its tiles; null where the hub names no server. */
export const mapTiles = new Signal<SessionAnswer["map"] | null>(null);

function take(answer: SessionAnswer): void {
  mapTiles.set(answer.map ?? null);
  void keep("session", answer);
  if (answer.user.id !== user.value?.id) user.set(answer.user);
}

function end(): void {
  user.set(null);
  void forgetKept();
}

sessionsEnded.subscribe(() => {
  if (user.value) end();
});

/**
 * Asks the hub who is logged in. While it is away, whoever was logged in here last sees what was kept.
 * @throws ApiError when it does not answer
 */
export async function restoreSession(): Promise<void> {
  try {
    if (leaving.value === "yes") await leave();
    take(await api.get<SessionAnswer>("/me"));
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.code !== "UNAUTHENTICATED") {
      await recallSession();
      throw thrown;
    }
    end();
  }
}

async function recallSession(): Promise<void> {
  const last = user.value === undefined ? await kept<SessionAnswer>("session") : undefined;
  if (last === undefined || user.value !== undefined) return;
  mapTiles.set(last.map ?? null);
  user.set(last.user);
}

/** @throws ApiError BAD_CREDENTIALS · TOTP_REQUIRED · TOTP_INVALID · TOO_MANY_REQUESTS · HUB_AWAY */
export async function logIn(username: string, password: string, code?: string): Promise<void> {
  const given = { username, password, ...(code !== undefined && { code }) };
  const answer = await api.post<SessionAnswer>("/session", given);
  leaving.set("no");
  await forgetKept();
  take(answer);
}

async function leave(): Promise<void> {
  await api.delete("/session");
  leaving.set("no");
}

/** Forgets the session and everything kept of it, texts that were being written too; a hub that is away is told when it answers again. */
export async function logOut(): Promise<void> {
  leaving.set("yes");
  await leave().catch(() => undefined);
  end();
  forgetTextDrafts();
}
