import type { CreateTemplate, PatchTemplate, Template } from "@loa/protocol/http/templates";
import { api, getAll } from "./api.ts";

const PATH = "/announcement-templates";

/** Texts with blanks. Each throws ApiError; TEMPLATE_INVALID when blanks and fields do not fit. */
export const templates = {
  all: () => getAll<Template>(PATH),
  create: (body: CreateTemplate) => api.post<Template>(PATH, body),
  patch: (id: string, body: PatchTemplate) => api.patch<Template>(`${PATH}/${id}`, body),
  remove: (id: string) => api.delete<void>(`${PATH}/${id}`),
};
