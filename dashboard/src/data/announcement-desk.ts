import type {
  Announcement,
  AnnouncementDiff,
  AnnouncementVersion,
  CreateSpokenAnnouncement,
  PatchAnnouncement,
  ReviseAnnouncement,
} from "@loa/protocol/http/announcements";
import { address, api } from "./api.ts";
import { world } from "./world.ts";

const path = (id: string, rest = "") => `/announcements/${encodeURIComponent(id)}${rest}`;

/** Shows everywhere what the hub answered. */
function shown(announcement: Announcement): Announcement {
  world.announcements.merge([announcement]);
  return announcement;
}

/** What one can do with a stored announcement. Each throws ApiError. */
export const desk = {
  get: async (id: string) => shown(await api.get<Announcement>(path(id))),
  speak: async (body: CreateSpokenAnnouncement) =>
    shown(await api.post<Announcement>("/announcements", body)),
  revise: async (id: string, body: ReviseAnnouncement) =>
    shown(await api.post<Announcement>(path(id, "/revisions"), body)),
  /** Drops what came after the approved version. */
  revert: async (id: string) => shown(await api.post<Announcement>(path(id, "/revert"))),
  patch: async (id: string, body: PatchAnnouncement) => shown(await api.patch<Announcement>(path(id), body)),
  submit: async (id: string) => shown(await api.post<Announcement>(path(id, "/submit"))),
  /** Decides on the version that was looked at; a newer one answers CONFLICT. */
  approve: async (id: string, version: number) =>
    shown(await api.post<Announcement>(path(id, `/approve?version=${version}`))),
  reject: async (id: string, version: number, reason: string) =>
    shown(await api.post<Announcement>(path(id, `/reject?version=${version}`), { reason })),
  archive: async (id: string) => {
    await api.delete(path(id));
    return desk.get(id);
  },
  restore: async (id: string) => shown(await api.post<Announcement>(path(id, "/restore"))),
  versions: async (id: string): Promise<readonly AnnouncementVersion[]> =>
    (await api.get<{ items: AnnouncementVersion[] }>(path(id, "/versions"))).items,
  diff: (id: string) => api.get<AnnouncementDiff>(path(id, "/diff")),
};

/** Where the sound of a version is, and its peaks; without `version` the newest. */
export const audioAddress = (id: string, version?: number): string =>
  address(path(id, "/audio"), { version });
export const peaksPath = (id: string, version?: number): string =>
  path(id, `/peaks${version === undefined ? "" : `?version=${version}`}`);
