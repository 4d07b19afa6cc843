import { LoaError } from "@loa/kernel/errors";
import { Next, PageQuery } from "@loa/protocol/http/problem";
import { Id, Instant } from "@loa/protocol/identity";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { RIGHTS } from "../../core/access.ts";
import type { ChainedAudit } from "../../store/audit.ts";
import type { DeskRegistry } from "../../store/registry.ts";
import { type Api, actorOf } from "../api.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";

const Entry = Type.Object({
  sequence: Type.Integer(),
  at: Instant,
  actor: Id,
  action: Type.String(),
  subject: Type.String(),
  detail: Type.Unknown(),
  previousHash: Type.String(),
  hash: Type.String(),
});
const Page = Type.Object({ items: Type.Array(Entry), next: Next });
const Verdict = Type.Object({
  intact: Type.Boolean(),
  entries: Type.Integer(),
  brokenAt: Type.Optional(Type.Integer()),
});

/** `/audit` and `/audit/verify`, for those who may read it in the whole tree. */
export function auditRoutes(
  app: Api,
  { audit, registry }: { audit: ChainedAudit; registry: DeskRegistry },
): void {
  const admit = (request: FastifyRequest) => {
    const actor = actorOf(request);
    const atRoot = registry.tree.path(actor.areaId).length === 1;
    if (!RIGHTS[actor.role].has("audit.read") || !atRoot)
      throw new LoaError("FORBIDDEN", "the audit is for admins and auditors of the whole tree");
  };

  app.get(
    "/audit",
    {
      schema: {
        querystring: Type.Object(PageQuery),
        response: { 200: Page },
        summary: "Who did what, newest first",
        tags: ["audit"],
      },
    },
    async (request) => {
      admit(request);
      const { cursor, limit = PAGE } = request.query;
      const before = keyOf(cursor);
      const rows = await audit.page(before === undefined ? undefined : Number(before), limit + 1);
      const items = rows.map(({ detailJson, ...row }) => ({ ...row, detail: JSON.parse(detailJson) }));
      return pageOf(items, limit, (entry) => String(entry.sequence));
    },
  );

  app.get(
    "/audit/verify",
    {
      schema: {
        response: { 200: Verdict },
        summary: "Whether the chain of hashes is whole",
        tags: ["audit"],
      },
    },
    async (request) => {
      admit(request);
      return audit.verify();
    },
  );
}
