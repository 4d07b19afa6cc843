import type { UnixMs } from "@loa/kernel/clock";
import { days } from "@loa/kernel/units";
import {
  CreateSchedule,
  PatchSchedule,
  Preview,
  PreviewDraft,
  PreviewQuery,
  Schedule,
  ScheduleList,
  ScheduleQuery,
} from "@loa/protocol/http/schedules";
import { Id } from "@loa/protocol/identity";
import { Type } from "typebox";
import { demand } from "../../core/access.ts";
import type { Calendar } from "../../schedule/calendar.ts";
import { instantOf } from "../../schedule/drafts.ts";
import type { Previews } from "../../schedule/preview.ts";
import type { Schedules } from "../../schedule/schedules.ts";
import { type Api, actorOf } from "../api.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";

const Params = Type.Object({ id: Id });
const tags = ["schedules"];

/** What the routes of schedules need. */
export interface ScheduleNeeds {
  readonly schedules: Schedules;
  readonly previews: Previews;
  readonly calendar: Calendar;
  now(): UnixMs;
}

/** `/schedules` and the read-back. */
export function scheduleRoutes(app: Api, { schedules, previews, calendar, now }: ScheduleNeeds): void {
  app.get(
    "/schedules",
    {
      schema: {
        querystring: ScheduleQuery,
        response: { 200: ScheduleList },
        summary: "Schedules that sound in your area, by id",
        tags,
      },
    },
    async (request) => {
      const { area, cursor, limit = PAGE } = request.query;
      const after = keyOf(cursor) ?? "";
      const read = schedules
        .visible(actorOf(request), area)
        .filter(({ record }) => record.id > after)
        .slice(0, limit + 1)
        .map((entry) => schedules.view(entry));
      return pageOf(read, limit, ({ id }) => id);
    },
  );

  app.get(
    "/schedules/preview",
    {
      schema: {
        querystring: PreviewQuery,
        response: { 200: Preview },
        summary: "What will sound where",
        tags,
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { area = actor.areaId, from, to } = request.query;
      demand(actor, "schedule.read", calendar.territory.path(area));
      const start = from === undefined ? now() : instantOf(from, "from");
      const end = to === undefined ? start + days(1) : instantOf(to, "to");
      return previews.area(area, start, Math.min(end, start + days(31)));
    },
  );

  app.post(
    "/schedules/preview",
    {
      schema: {
        body: PreviewDraft,
        response: { 200: Preview },
        summary: "What a draft would do to the next 24 h",
        tags,
      },
    },
    (request) => previews.draft(actorOf(request), request.body),
  );

  app.get(
    "/schedules/:id",
    { schema: { params: Params, response: { 200: Schedule }, summary: "One schedule", tags } },
    async (request) => schedules.view(schedules.see(actorOf(request), request.params.id)),
  );

  app.post(
    "/schedules",
    { schema: { body: CreateSchedule, response: { 201: Schedule }, summary: "Schedule a programme", tags } },
    async (request, reply) => {
      const entry = await schedules.create(actorOf(request), request.body);
      return reply.code(201).send(schedules.view(entry));
    },
  );

  app.patch(
    "/schedules/:id",
    {
      schema: {
        params: Params,
        body: PatchSchedule,
        response: { 200: Schedule },
        summary: "Change a schedule",
        tags,
      },
    },
    async (request) =>
      schedules.view(await schedules.patch(actorOf(request), request.params.id, request.body)),
  );

  app.delete(
    "/schedules/:id",
    { schema: { params: Params, response: { 204: Type.Null() }, summary: "End a schedule", tags } },
    async (request, reply) => {
      await schedules.remove(actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
