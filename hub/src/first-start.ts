import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HubConfig } from "./config.ts";
import { hashPassword } from "./http/passwords.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { users } from "./store/repositories/users.ts";

/**
 * A hub without accounts gets a root area and the account `admin`; its password is written to `admin-password` (0600) in the data
 * folder before the account exists. Rename the area and add others in the dashboard.
 */
export async function admitFirst(
  { data, timeZone }: HubConfig,
  database: Database,
  registry: DeskRegistry,
  now: number,
): Promise<void> {
  if ((await users.count(database)) > 0) return;
  if (registry.tree.areas.length === 0)
    await registry.addArea({
      id: "root",
      name: "Loa",
      parentId: null,
      timeZone,
      envelope: null,
      revision: 1,
    });
  const areaId = (registry.tree.areas[0] as { id: string }).id;
  const password = randomBytes(12).toString("base64url");
  writeFileSync(join(data, "admin-password"), `${password}\n`, { mode: 0o600, flush: true });
  await users.insert(database, {
    ...{ id: "user-admin", username: "admin", name: "Administrator", role: "admin", areaId },
    ...{ passwordHash: await hashPassword(password), demo: 0, disabled: 0, createdAt: now },
  });
}
