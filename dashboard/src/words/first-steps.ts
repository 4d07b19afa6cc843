import type { Announcement } from "@loa/protocol/http/announcements";
import type { Schedule } from "@loa/protocol/http/schedules";
import type { Role } from "@loa/protocol/http/session";

/** What somebody new does first. */
export type StepName =
  | "listen"
  | "make"
  | "submit"
  | "schedule"
  | "approve"
  | "look"
  | "area"
  | "register"
  | "user";

/** What the hub and this device know of a user's deeds. */
export interface Deeds {
  readonly userId: string;
  readonly announcements: readonly Announcement[];
  readonly schedules: readonly Pick<Schedule, "createdBy">[];
  /** Own entries of the audit: `area.create` … */
  readonly audited: readonly string[];
  /** What was done on this device and leaves no trace at the hub. */
  readonly here: ReadonlySet<StepName>;
}

const STEPS: Record<Role, readonly StepName[]> = {
  staff: ["listen", "make", "submit", "schedule"],
  approver: ["listen", "approve"],
  operator: ["listen", "make", "submit", "schedule"],
  technician: ["look"],
  admin: ["area", "register", "user"],
  auditor: [],
};

/** The first steps of a role, in their order. */
export const stepsOf = (role: Role): readonly StepName[] => STEPS[role];

const own = ({ announcements, userId }: Deeds) =>
  announcements.filter(({ createdBy }) => createdBy.id === userId);

const DONE: Record<StepName, (deeds: Deeds) => boolean> = {
  listen: ({ here }) => here.has("listen"),
  make: (deeds) => own(deeds).length > 0,
  submit: (deeds) => own(deeds).some(({ state }) => state !== "draft" && state !== "archived"),
  schedule: ({ schedules, userId }) => schedules.some(({ createdBy }) => createdBy.id === userId),
  approve: ({ announcements, userId }) =>
    announcements.some(({ state, decidedBy }) => state === "approved" && decidedBy?.id === userId),
  look: ({ here }) => here.has("look"),
  area: ({ audited }) => audited.includes("area.create"),
  register: ({ audited }) => audited.includes("station.register"),
  user: ({ audited }) => audited.includes("user.create"),
};

/** Which of the steps are done, by what is known to have happened. */
export const doneSteps = (steps: readonly StepName[], deeds: Deeds): ReadonlySet<StepName> =>
  new Set(steps.filter((step) => DONE[step](deeds)));

/** Where a step is done, with the control to point at. */
export function stepAddress(step: StepName, { announcements, userId }: Deeds): string {
  const first = (fits: (one: Announcement) => boolean) => announcements.find(fits)?.id;
  const at = (id: string | undefined, guide: string) =>
    `/announcements${id === undefined ? "" : `/${encodeURIComponent(id)}`}?guide=${guide}`;
  switch (step) {
    case "listen":
      return at(
        first(({ state, ingest }) => state === "approved" && ingest.state === "ready"),
        "play",
      );
    case "make":
      return at(undefined, "new");
    case "submit":
      return at(
        first(({ state, createdBy }) => state === "draft" && createdBy.id === userId),
        "submit",
      );
    case "approve":
      return at(
        first(({ state, createdBy }) => state === "submitted" && createdBy.id !== userId),
        "approve",
      );
    case "schedule":
      return "/schedules?guide=schedule";
    case "look":
      return "/?guide=station";
    case "area":
      return "/admin/areas?guide=area";
    case "register":
      return "/admin/stations?guide=register";
    case "user":
      return "/admin/users?guide=user";
  }
}
