import type { AlertKind } from "@loa/protocol/alert";
import type {
  AlertDetail,
  AlertList,
  AlertTemplate,
  AlertTemplateList,
  CreateAlert,
  Rehearsal,
  UpdateAlert,
} from "@loa/protocol/http/alerts";
import type { CreateGroup, Group, GroupList, UpdateGroup } from "@loa/protocol/http/groups";
import type { DrillKind, DrillTone } from "../words/alert-draft.ts";
import { api } from "./api.ts";
import { Signal } from "./signal.ts";
import { world } from "./world.ts";

/** What the page of exercises can send at all: neither a real alarm nor the siren. */
export type DrillBody = CreateAlert & { readonly kind: DrillKind; readonly tone: DrillTone };
/** What the emergency console sends. */
export type ActualBody = CreateAlert & { readonly kind: "actual" };

/** Saved targets, once they were asked for. */
export const groups = new Signal<readonly Group[] | null>(null);

/** Puts what the hub answered where the pages look, so that nobody waits for the event. */
function known(alert: AlertDetail): AlertDetail {
  const { stations: _, playouts: __, ...summary } = alert;
  world.alerts.merge([summary]);
  return alert;
}

const path = (id: string) => `/alerts/${encodeURIComponent(id)}`;

/** `/alerts`. @throws ApiError */
export const alertDesk = {
  templates: async (): Promise<AlertTemplate[]> =>
    (await api.get<AlertTemplateList>("/alerts/templates")).items,
  page: (kind: AlertKind | undefined, cursor: string | undefined): Promise<AlertList> =>
    api.get("/alerts", { kind, cursor, limit: 30 }),
  detail: (id: string): Promise<AlertDetail> => api.get(path(id)),
  rehearse: (body: ActualBody | DrillBody): Promise<Rehearsal> => api.post("/alerts/rehearse", body),
  sendActual: async (body: ActualBody): Promise<AlertDetail> => known(await api.post("/alerts", body)),
  sendDrill: async (body: DrillBody): Promise<AlertDetail> => known(await api.post("/alerts", body)),
  /** `proposal`: number of the update that was read; none: the alert itself waits. */
  confirm: async (id: string, proposal: number | undefined): Promise<AlertDetail> =>
    known(await api.post(`${path(id)}/confirm`, proposal === undefined ? {} : { proposal })),
  update: async (id: string, body: UpdateAlert): Promise<AlertDetail> =>
    known(await api.post(`${path(id)}/update`, body)),
  recall: async (id: string, text?: string): Promise<AlertDetail> =>
    known(await api.post(`${path(id)}/recall`, text === undefined ? {} : { text })),
};

/** Reads the groups again. @throws ApiError */
export async function loadGroups(): Promise<void> {
  groups.set((await api.get<GroupList>("/groups")).items);
}

async function regrouped<T>(work: Promise<T>): Promise<T> {
  const done = await work;
  await loadGroups();
  return done;
}

/** `/groups`. @throws ApiError */
export const groupDesk = {
  create: (body: CreateGroup): Promise<Group> => regrouped(api.post("/groups", body)),
  change: (id: string, body: UpdateGroup): Promise<Group> =>
    regrouped(api.patch(`/groups/${encodeURIComponent(id)}`, body)),
  remove: (id: string): Promise<void> => regrouped(api.delete(`/groups/${encodeURIComponent(id)}`)),
};
