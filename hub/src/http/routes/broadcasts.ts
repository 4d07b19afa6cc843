import type { UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { days } from "@loa/kernel/units";
import { BroadcastDetail, BroadcastList, BroadcastQuery, StopAnswer } from "@loa/protocol/http/broadcasts";
import { Id } from "@loa/protocol/identity";
import { Type } from "typebox";
import { demand } from "../../core/access.ts";
import type { Broadcasts } from "../../schedule/broadcasts.ts";
import type { Calendar } from "../../schedule/calendar.ts";
import { instantOf } from "../../schedule/drafts.ts";
import type { Stops } from "../../schedule/stops.ts";
import { type Api, actorOf } from "../api.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";

const LONGEST_LIST_MS = days(92);
const Params = Type.Object({ id: Id });
const tags = ["broadcasts"];

/** What the routes of broadcasts need. */
export interface BroadcastNeeds {
  readonly broadcasts: Broadcasts;
  readonly stops: Stops;
  readonly calendar: Calendar;
  now(): UnixMs;
}

/** `/broadcasts`. */
export function broadcastRoutes(app: Api, { broadcasts, stops, calendar, now }: BroadcastNeeds): void {
  app.get(
    "/broadcasts",
    {
      schema: {
        querystring: BroadcastQuery,
        response: { 200: BroadcastList },
        summary: "Broadcasts by start; without times, the last and the next 24 h",
        tags,
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { scheduleId = null, area = actor.areaId, from, to, cursor, limit = PAGE } = request.query;
      demand(actor, "broadcast.read", calendar.territory.path(area));
      const start = from === undefined ? now() - days(1) : instantOf(from, "from");
      const end = to === undefined ? Math.max(now(), start) + days(1) : instantOf(to, "to");
      if (end - start > LONGEST_LIST_MS) throw new LoaError("BAD_REQUEST", "ask for at most 92 days at once");
      const after = keyOf(cursor) ?? "";
      const found = await broadcasts.between(area, start, end, scheduleId);
      const page = pageOf(
        found.filter((record) => keyOfRow(record) > after).slice(0, limit + 1),
        limit,
        keyOfRow,
      );
      return { items: await broadcasts.rows(page.items), next: page.next };
    },
  );

  app.get(
    "/broadcasts/:id",
    {
      schema: {
        params: Params,
        response: { 200: BroadcastDetail },
        summary: "One broadcast with delivery and proof at each station",
        tags,
      },
    },
    async (request) => broadcasts.detail(await broadcasts.see(actorOf(request), request.params.id)),
  );

  app.delete(
    "/broadcasts/:id",
    { schema: { params: Params, response: { 204: Type.Null() }, summary: "Cancel one occurrence", tags } },
    async (request, reply) => {
      await stops.cancel(actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/broadcasts/:id/stop",
    {
      schema: { params: Params, response: { 202: StopAnswer }, summary: "Silence a broadcast now", tags },
    },
    async (request, reply) =>
      reply.code(202).send(await stops.broadcast(actorOf(request), request.params.id)),
  );
}

/** Starts have 13 digits until the year 2286, so keys sort as starts do. */
const keyOfRow = ({ startAt, id }: { startAt: UnixMs; id: string }) =>
  `${String(Math.round(startAt)).padStart(15, "0")} ${id}`;
