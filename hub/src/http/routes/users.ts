import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import { AccountList, Account as AccountSchema, CreateUser, PatchUser } from "@loa/protocol/http/users";
import { Id } from "@loa/protocol/identity";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { demand, RIGHTS } from "../../core/access.ts";
import type { Actor, Audit } from "../../ports.ts";
import type { Database } from "../../store/database.ts";
import type { DeskRegistry } from "../../store/registry.ts";
import { type Account, users } from "../../store/repositories/users.ts";
import { type Api, actorOf } from "../api.ts";
import { hashPassword } from "../passwords.ts";

const Params = Type.Object({ id: Id });
const tags = ["users"];
/** Nothing made from a password is stored beside its slow hash. */
const config = { idempotency: false } as const;

/** What the routes of accounts need. */
export interface UserNeeds {
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly audit: Audit;
  now(): number;
}

/** `/users`, for admins within their area. A change ends the account's sessions. */
export function userRoutes(app: Api, { database, registry, audit, now }: UserNeeds): void {
  const managed = async (actor: Actor, id: string): Promise<Account> => {
    const account = await users.find(database, id);
    if (!account) throw new LoaError("NOT_FOUND", "there is no such account in your area");
    demand(actor, "user.manage", registry.tree.path(account.areaId));
    return account;
  };

  app.get(
    "/users",
    { schema: { response: { 200: AccountList }, summary: "Accounts within your area", tags } },
    async (request) => {
      const { areaId } = admin(request);
      const areaIds = registry.tree.areas
        .map(({ id }) => id)
        .filter((id) => registry.tree.within(id, areaId));
      return { items: await users.within(database, areaIds), next: null };
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
      if (await users.taken(database, rest.username))
        throw new LoaError("CONFLICT", `the user name ${rest.username} is taken`);
      const id = newId("user", now());
      const passwordHash = await hashPassword(password);
      await users.insert(database, { id, ...rest, passwordHash, demo: 0, disabled: 0, createdAt: now() });
      await audit.record({ actor: actor.userId, action: "user.create", subject: id, detail: { ...rest } });
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
      const { password, disabled = before.disabled, totp: _, unlock: __, ...rest } = request.body;
      if (rest.areaId !== undefined) demand(actor, "user.manage", registry.tree.path(rest.areaId));
      if (before.id === actor.userId && (disabled || (rest.role ?? "admin") !== "admin"))
        throw new LoaError("CONFLICT", "nobody takes their own rights away; ask another admin");
      const change = { ...rest, disabled: disabled ? (1 as const) : (0 as const) };
      const secret = password === undefined ? {} : { passwordHash: await hashPassword(password) };
      await users.update(database, before.id, { ...change, ...secret });
      const detail = { ...rest, disabled, password: password !== undefined };
      await audit.record({ actor: actor.userId, action: "user.change", subject: before.id, detail });
      return { ...before, ...rest, disabled };
    },
  );
}

function admin(request: FastifyRequest): Actor {
  const actor = actorOf(request);
  if (!RIGHTS[actor.role].has("user.manage"))
    throw new LoaError("FORBIDDEN", `the role ${actor.role} does not allow this`);
  return actor;
}
