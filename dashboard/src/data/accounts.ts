import type { Account, PatchUser } from "@loa/protocol/http/users";
import { api } from "./api.ts";
import { Signal } from "./signal.ts";

/** Rises when an account was changed here: the event stream does not tell of people. */
export const accountsChanged = new Signal(0);

/** Changes an account. @throws ApiError */
export async function patchUser(id: string, patch: PatchUser): Promise<void> {
  await api.patch<Account>(`/users/${id}`, patch);
  accountsChanged.set(accountsChanged.value + 1);
}
