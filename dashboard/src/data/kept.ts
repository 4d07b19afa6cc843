import { clear, createStore, get, set } from "idb-keyval";
import { ApiError } from "./api-error.ts";

const store = createStore("loa", "kept");

/** Rises with each forgetting, so that an answer that was under way then is not kept. */
let era = 0;

/** Lists that can be read without the hub, as they were when it last answered. */
const LISTS: readonly string[] = ["/announcements", "/schedules"];

/** Puts something into the browser's own storage; where that is refused, nothing is kept. */
export async function keep(name: string, value: unknown): Promise<void> {
  await set(name, value, store).catch(() => undefined);
}

/** What was kept under a name, unless it was forgotten or never there. */
export function kept<T>(name: string): Promise<T | undefined> {
  return get<T>(name, store).catch(() => undefined);
}

/** Forgets everything: the next person at this device must not read it. */
export async function forgetKept(): Promise<void> {
  era++;
  await clear(store).catch(() => undefined);
}

/** Asks the hub; a list that is kept is answered from there while the hub is away. @throws ApiError */
export async function askOrRecall<T>(path: string, address: string, ask: () => Promise<T>): Promise<T> {
  if (!LISTS.includes(path)) return ask();
  const asked = era;
  try {
    const answer = await ask();
    if (era === asked) void keep(address, answer);
    return answer;
  } catch (thrown) {
    const away = thrown instanceof ApiError && thrown.code === "HUB_AWAY";
    const last = away ? await kept<T>(address) : undefined;
    if (last === undefined) throw thrown;
    return last;
  }
}
