import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import {
  AccountList,
  Account as AccountSchema,
  CreateUser,
  PatchUser,
  type Account as ShownAccount,
} from "@loa/protocol/http/users";
import { Id } from "@loa/protocol/identity";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { demand, RIGHTS } from "../../core/access.ts";
import type { Actor } from "../../ports.ts";
import type { ChainedAudit } from "../../store/audit.ts";
import type { Database } from "../../store/database.ts";
import type { DeskRegistry } from "../../store/registry.ts";
import { type Account, users } from "../../store/repositories/users.ts";
import { type Api, actorOf } from "../api.ts";
import type { LoginBackoff } from "../login-backoff.ts";
import { hashPassword, refuseWeak } from "../passwords.ts";
import type { SecondFactors } from "../second-factor.ts";

const Params = Type.Object({ id: Id });
const tags = ["users"];
/** Nothing made from a password is stored beside its slow hash, and no token makes or changes accounts. */
const config = { idempotency: false, access: "person" } as const;

/** What the routes of accounts need. */
export interface UserNeeds {
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly audit: ChainedAudit;
  readonly backoff: LoginBackoff;
  readonly secondFactors: SecondFactors;
  now(): number;
}

/** `/users`, for admins within their area. A change ends the account's sessions. */
export function userRoutes(app: Api, needs: UserNeeds): void {
  const { database, registry, audit, backoff, secondFactors, now } = needs;
  const managed = async (actor: Actor, id: string): Promise<Account> => {
    const account = await users.find(database, id);
    if (!account) throw new LoaError("NOT_FOUND", "there is no such account in your area");
    demand(actor, "user.manage", registry.tree.path(account.areaId));
    return account;
  };
  const shown = async (accounts: readonly Account[]): Promise<ShownAccount[]> => {
    const locked = await backoff.locked(now());
    return accounts.map((account) => {
      const lockedUntil = locked.get(account.username.toLowerCase());
      return { ...account, ...(lockedUntil !== undefined && { lockedUntil }) };
    });
  };

  app.get(
    "/users",
    { schema: { response: { 200: AccountList }, summary: "Accounts within your area", tags } },
    async (request) => {
      const { areaId } = admin(request);
      const { tree } = registry;
      return { items: await shown(await users.within(database, tree.below(areaId))), next: null };
    },
  );

  app.post(
    "/users",
    {
      schema: { body: CreateUser, response: { 201: AccountSchema }, summary: "Add an account", tags },
      config,
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { password, ...rest } = request.body;
      demand(actor, "user.manage", registry.tree.path(rest.areaId));
      refuseWeak(password, rest);
      const id = newId("user", now());
      const passwordHash = await hashPassword(password);
      await database.transaction().execute(async (transaction) => {
        if (await users.taken(transaction, rest.username))
          throw new LoaError("CONFLICT", `the user name ${rest.username} is taken`);
        registry.tree.path(rest.areaId);
        const user = { id, ...rest, passwordHash, demo: 0, disabled: 0, createdAt: now() } as const;
        await users.insert(transaction, user);
        const entry = { actor: actor.userId, action: "user.create", subject: id, detail: { ...rest } };
        await audit.recordIn(transaction, entry);
      });
      return reply.code(201).send({ id, ...rest, totp: false, disabled: false });
    },
  );

  app.patch(
    "/users/:id",
    {
      schema: {
        params: Params,
        body: PatchUser,
        response: { 200: AccountSchema },
        summary: "Change an account",
        tags,
      },
      config,
    },
    async (request) => {
      const actor = actorOf(request);
      const before = await managed(actor, request.params.id);
      const { password, disabled = before.disabled, totp, unlock, ...rest } = request.body;
      const after = { ...before, ...rest, disabled, totp: before.totp && totp !== false };
      demand(actor, "user.manage", registry.tree.path(after.areaId));
      if (before.id === actor.userId && (disabled || after.role !== "admin"))
        throw new LoaError("CONFLICT", "nobody takes their own rights away; ask another admin");
      if (password !== undefined) refuseWeak(password, after);
      const secret = password === undefined ? {} : { passwordHash: await hashPassword(password) };
      const change = { ...rest, ...secret, disabled: disabled ? (1 as const) : (0 as const) };
      await database.transaction().execute(async (transaction) => {
        await users.update(transaction, before.id, change);
        if (totp === false) await secondFactors.remove(transaction, before.id);
        if (unlock) await backoff.unlock(transaction, before.username);
        const detail = { ...rest, disabled, password: password !== undefined, totp, unlock };
        const entry = { actor: actor.userId, action: "user.change", subject: before.id, detail };
        await audit.recordIn(transaction, entry);
      });
      return (await shown([after]))[0]!;
    },
  );
}

function admin(request: FastifyRequest): Actor {
  const actor = actorOf(request);
  if (!RIGHTS[actor.role].has("user.manage"))
    throw new LoaError("FORBIDDEN", `the role ${actor.role} does not allow this`);
  return actor;
}
