import { LoaError } from "@loa/kernel/errors";
import {
  ChangePassword,
  ConfirmPassword,
  ConfirmTotp,
  type MapTiles,
  RecoveryCodes,
  SessionAnswer,
  TotpOffer,
} from "@loa/protocol/http/session";
import { Type } from "typebox";
import type { ChainedAudit } from "../../store/audit.ts";
import type { Database } from "../../store/database.ts";
import { users } from "../../store/repositories/users.ts";
import { type Api, actorOf } from "../api.ts";
import type { Sessions } from "../auth.ts";
import { hashPassword, refuseWeak } from "../passwords.ts";
import type { SecondFactors } from "../second-factor.ts";

const tags = ["session"];
/** Secrets pass through here: no answer is stored, and a token does not suffice. */
const config = { idempotency: false, access: "person" } as const;

/** What the routes of one's own account need. */
export interface MeNeeds {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly secondFactors: SecondFactors;
  readonly audit: ChainedAudit;
  /** The tile server that the configuration names. */
  readonly map?: MapTiles | undefined;
}

/** `/me`: one's own account, its password and second factor. */
export function meRoutes(app: Api, { database, sessions, secondFactors, audit, map }: MeNeeds): void {
  const audited = (userId: string, action: string, work: (transaction: Database) => Promise<void>) =>
    database.transaction().execute(async (transaction) => {
      await work(transaction);
      await audit.recordIn(transaction, { actor: userId, action, subject: userId });
    });

  app.get(
    "/me",
    { schema: { response: { 200: SessionAnswer }, summary: "Who is logged in", tags } },
    async (request) => {
      const user = await sessions.user(request);
      if (!user) throw new LoaError("UNAUTHENTICATED", "the session has just ended");
      return { user, ...(map && { map }) };
    },
  );

  app.post(
    "/me/password",
    {
      schema: { body: ChangePassword, response: { 204: Type.Null() }, summary: "Change your password", tags },
      config,
    },
    async (request, reply) => {
      const { current, next } = request.body;
      const user = await sessions.confirmPassword(request, current);
      refuseWeak(next, user);
      const passwordHash = await hashPassword(next);
      await audited(user.id, "user.password", async (transaction) => {
        await users.setPassword(transaction, user.username, passwordHash);
        await sessions.endOthers(transaction, request, user.id);
      });
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/me/totp",
    {
      schema: { body: ConfirmPassword, response: { 200: TotpOffer }, summary: "Begin a second factor", tags },
      config,
    },
    async (request) => secondFactors.offer(await sessions.confirmPassword(request, request.body.password)),
  );

  app.post(
    "/me/totp/confirm",
    {
      schema: {
        body: ConfirmTotp,
        response: { 200: RecoveryCodes },
        summary: "Put it in force by its digits",
        tags,
      },
      config,
    },
    async (request) => {
      const { userId } = actorOf(request);
      let recoveryCodes: string[] = [];
      await audited(userId, "user.totp-on", async (transaction) => {
        recoveryCodes = await secondFactors.confirm(transaction, userId, request.body.code);
      });
      return { recoveryCodes };
    },
  );

  app.delete(
    "/me/totp",
    {
      schema: {
        body: ConfirmPassword,
        response: { 204: Type.Null() },
        summary: "Log in without a second factor again",
        tags,
      },
      config,
    },
    async (request, reply) => {
      const { id } = await sessions.confirmPassword(request, request.body.password);
      await audited(id, "user.totp-off", (transaction) => secondFactors.remove(transaction, id));
      return reply.code(204).send(null);
    },
  );
}
