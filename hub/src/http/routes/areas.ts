import { LoaError } from "@loa/kernel/errors";
import { type Area, AreaList, Area as AreaSchema, CreateArea, PatchArea } from "@loa/protocol/http/areas";
import { AreaId } from "@loa/protocol/identity";
import { reversedWindows, type TimeEnvelope } from "@loa/protocol/time-envelope";
import { Type } from "typebox";
import { demand } from "../../core/access.ts";
import type { AreaRecord, Audit } from "../../ports.ts";
import type { DeskRegistry } from "../../store/registry.ts";
import { type Api, actorOf } from "../api.ts";

const Params = Type.Object({ id: AreaId });
const tags = ["areas"];

/** What the routes of areas need. */
export interface AreaNeeds {
  readonly registry: DeskRegistry;
  readonly audit: Audit;
  /** Zone of new areas whose parent gives none. */
  readonly timeZone: string;
}

/** `/areas`. */
export function areaRoutes(app: Api, { registry, audit, timeZone }: AreaNeeds): void {
  app.get(
    "/areas",
    { schema: { response: { 200: AreaList }, summary: "The tree within your area, parents first", tags } },
    async (request) => {
      const actor = actorOf(request);
      const visible = registry.tree.areas.filter((area) => registry.tree.within(area.id, actor.areaId));
      const counts = stationCounts(registry);
      return { items: visible.map((area) => view(area, registry, counts)), next: null };
    },
  );

  app.get(
    "/areas/:id",
    { schema: { params: Params, response: { 200: AreaSchema }, summary: "One area", tags } },
    async (request) => {
      demand(actorOf(request), "area.read", registry.tree.path(request.params.id));
      return view(found(await registry.area(request.params.id)), registry, stationCounts(registry));
    },
  );

  app.post(
    "/areas",
    { schema: { body: CreateArea, response: { 201: AreaSchema }, summary: "Add an area", tags } },
    async (request, reply) => {
      const actor = actorOf(request);
      const { id, name, parentId, envelope } = request.body;
      checkEnvelope(envelope);
      const parent = parentId === null ? null : found(await registry.area(parentId));
      demand(actor, "area.manage", parentId === null ? [actor.areaId] : registry.tree.path(parentId));
      const zone = request.body.timeZone ?? parent?.timeZone ?? timeZone;
      checkZone(zone);
      const area = { id, name, parentId, timeZone: zone, envelope: envelope ?? null, revision: 1 };
      await registry.addArea(area);
      await audit.record({
        actor: actor.userId,
        action: "area.create",
        subject: id,
        detail: { name, parentId },
      });
      return reply.code(201).send(view(area, registry, stationCounts(registry)));
    },
  );

  app.patch(
    "/areas/:id",
    {
      schema: {
        params: Params,
        body: PatchArea,
        response: { 200: AreaSchema },
        summary: "Change an area",
        tags,
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id } = request.params;
      demand(actor, "area.manage", registry.tree.path(id));
      const before = found(await registry.area(id));
      const { name = before.name, envelope = before.envelope } = request.body;
      checkEnvelope(envelope);
      const area = { ...before, name, envelope };
      await registry.changeArea(area);
      await audit.record({
        actor: actor.userId,
        action: "area.change",
        subject: id,
        detail: { ...request.body },
      });
      return view(area, registry, stationCounts(registry));
    },
  );
}

/** @throws BAD_REQUEST when a window would never open */
function checkEnvelope(envelope: TimeEnvelope | null | undefined): void {
  const reversed = reversedWindows(envelope?.windows ?? {});
  if (reversed.length === 0) return;
  const problems = reversed.map((window) => ({
    path: "/envelope/windows",
    message: `${window} ends before it begins`,
  }));
  throw new LoaError("BAD_REQUEST", `${reversed.join(", ")} would never open`, { problems });
}

function view(area: AreaRecord, registry: DeskRegistry, counts: ReadonlyMap<string, number>): Area {
  const { id, name, parentId, timeZone, envelope } = area;
  const path = [...registry.tree.path(id)];
  return { id, name, parentId, path, timeZone, envelope, stations: counts.get(id) ?? 0 };
}

/** Stations in each area and all below it. */
function stationCounts({ tree, stationsNow }: DeskRegistry): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const station of stationsNow.values())
    for (const id of tree.path(station.areaId)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function found(area: AreaRecord | null): AreaRecord {
  if (!area) throw new LoaError("NOT_FOUND", "there is no such area");
  return area;
}

function checkZone(name: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch (cause) {
    throw new LoaError("TIME_ZONE_INVALID", `${name} is no time zone`, { timeZone: name }, { cause });
  }
}
