import {
  AlertDetail,
  AlertList,
  AlertQuery,
  AlertTemplateList,
  ConfirmAlert,
  CreateAlert,
  RecallAlert,
  Rehearsal,
  UpdateAlert,
} from "@loa/protocol/http/alerts";
import { Id } from "@loa/protocol/identity";
import { Type } from "typebox";
import type { AlertLists } from "../../alerts/alert-lists.ts";
import type { Alerts } from "../../alerts/alerts.ts";
import type { Rehearsals } from "../../alerts/rehearsal.ts";
import { BUILT_IN_ALERTS } from "../../core/built-in-alerts.ts";
import { type Api, actorOf } from "../api.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";

const Params = Type.Object({ id: Id });
const tags = ["alerts"];

/** Whoever confirms or recalls in a hurry sends no body at all. */
const bodyMayLack = async (request: { body: unknown }) => {
  request.body ??= {};
};

/** What the routes of alerts need. */
export interface AlertRouteNeeds {
  readonly alerts: Alerts;
  readonly lists: AlertLists;
  readonly rehearsals: Rehearsals;
}

/** `/alerts`. */
export function alertRoutes(app: Api, { alerts, lists, rehearsals }: AlertRouteNeeds): void {
  app.get(
    "/alerts",
    {
      schema: {
        querystring: AlertQuery,
        response: { 200: AlertList },
        summary: "Alerts, newest first",
        tags,
      },
    },
    async (request) => {
      const { kind, cursor, limit = PAGE } = request.query;
      const found = await lists.page(actorOf(request), kind, keyOf(cursor), limit + 1);
      return pageOf(found, limit, ({ id }) => id);
    },
  );

  app.get(
    "/alerts/templates",
    { schema: { response: { 200: AlertTemplateList }, summary: "Wordings for dangers", tags } },
    async () => ({ items: [...BUILT_IN_ALERTS], next: null }),
  );

  app.get(
    "/alerts/:id",
    { schema: { params: Params, response: { 200: AlertDetail }, summary: "One alert, by station", tags } },
    (request) => alerts.detail(actorOf(request), request.params.id),
  );

  app.post(
    "/alerts",
    { schema: { body: CreateAlert, response: { 201: AlertDetail }, summary: "Send an alert", tags } },
    async (request, reply) => reply.code(201).send(await alerts.create(actorOf(request), request.body)),
  );

  app.post(
    "/alerts/rehearse",
    {
      config: { idempotency: false },
      schema: {
        body: CreateAlert,
        response: { 200: Rehearsal },
        summary: "Who would hear it, and what it would override",
        tags,
      },
    },
    (request) => rehearsals.of(actorOf(request), request.body),
  );

  app.post(
    "/alerts/:id/confirm",
    {
      preValidation: bodyMayLack,
      schema: {
        params: Params,
        body: ConfirmAlert,
        response: { 200: AlertDetail },
        summary: "Send what another person wrote",
        tags,
      },
    },
    (request) => alerts.confirm(actorOf(request), request.params.id, request.body.proposal),
  );

  app.post(
    "/alerts/:id/update",
    {
      schema: {
        params: Params,
        body: UpdateAlert,
        response: { 200: AlertDetail },
        summary: "Say it anew",
        tags,
      },
    },
    (request) => alerts.update(actorOf(request), request.params.id, request.body),
  );

  app.post(
    "/alerts/:id/recall",
    {
      preValidation: bodyMayLack,
      schema: {
        params: Params,
        body: RecallAlert,
        response: { 200: AlertDetail },
        summary: "Silence it and speak a correction",
        tags,
      },
    },
    (request) => alerts.recall(actorOf(request), request.params.id, request.body.text ?? null),
  );
}
