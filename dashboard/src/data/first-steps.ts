import type { Announcement } from "@loa/protocol/http/announcements";
import type { Schedule } from "@loa/protocol/http/schedules";
import type { User } from "@loa/protocol/http/session";
import { go, route } from "../router.ts";
import { type Deeds, doneSteps, type StepName, stepsOf } from "../words/first-steps.ts";
import { api } from "./api.ts";
import { user } from "./session.ts";
import { Signal } from "./signal.ts";
import { world } from "./world.ts";

export { stepsOf } from "../words/first-steps.ts";

/** What this device remembers of a user's first run. */
interface Remembered {
  readonly here: readonly StepName[];
  /** Was new once: the steps were offered. */
  readonly begun: boolean;
  /** Put away; all steps may be done or not. */
  readonly closed: boolean;
}

/** The first steps of whoever is logged in. */
export interface FirstRun {
  readonly steps: readonly StepName[];
  readonly done: ReadonlySet<StepName>;
  readonly deeds: Deeds;
}

/** Shown on the overview; null where there is nothing to show, or it is not known yet. */
export const firstRun = new Signal<FirstRun | null>(null);

const NOTHING: Remembered = { here: [], begun: false, closed: false };
const keyOf = (who: User) => `loa.first.${who.id}`;

function recall(who: User): Remembered {
  try {
    return { ...NOTHING, ...JSON.parse(localStorage.getItem(keyOf(who)) ?? "{}") };
  } catch {
    return NOTHING;
  }
}

function remember(who: User, change: Partial<Remembered>): void {
  try {
    localStorage.setItem(keyOf(who), JSON.stringify({ ...recall(who), ...change }));
  } catch {}
}

function note(step: StepName): void {
  const who = user.value;
  if (!who || !stepsOf(who.role).includes(step)) return;
  const { here } = recall(who);
  if (here.includes(step)) return;
  remember(who, { here: [...here, step], begun: true });
  void review();
}

/** Looks at what the user did. Old hands, of whose work the hub knows already, are not bothered. */
async function review(): Promise<void> {
  const who = user.value;
  const steps = who ? stepsOf(who.role) : [];
  if (!who || steps.length === 0 || recall(who).closed) return firstRun.set(null);
  const deeds = await deedsOf(who, steps, new Set(recall(who).here)).catch(() => null);
  if (user.value?.id !== who.id || deeds === null) return;
  const done = doneSteps(steps, deeds);
  const { begun } = recall(who);
  const over = done.size === steps.length && firstRun.value === null;
  if (over || (!begun && done.size > 0)) return firstRun.set(null);
  if (!begun) remember(who, { begun: true });
  firstRun.set({ steps, done, deeds });
}

async function deedsOf(who: User, steps: readonly StepName[], here: ReadonlySet<StepName>): Promise<Deeds> {
  const list = async <T>(needed: boolean, path: string): Promise<readonly T[]> =>
    needed ? (await api.get<{ items: T[] }>(path)).items : [];
  const desk = steps.includes("listen");
  const [announcements, schedules, entries] = await Promise.all([
    list<Announcement>(desk, "/announcements"),
    list<Schedule>(steps.includes("schedule"), "/schedules"),
    list<{ actor: string; action: string }>(steps.includes("area"), "/audit").catch(() => []),
  ]);
  const audited = entries.filter(({ actor }) => actor === who.id).map(({ action }) => action);
  return { userId: who.id, announcements, schedules, audited, here };
}

/** Puts the steps away on this device. */
export function closeSteps(): void {
  if (user.value) remember(user.value, { closed: true });
  firstRun.set(null);
}

/** Shows the steps again, done or not. */
export function reopenSteps(): void {
  const who = user.value;
  if (!who) return;
  remember(who, { begun: true, closed: false });
  const nothing: Deeds = { userId: who.id, announcements: [], schedules: [], audited: [], here: new Set() };
  firstRun.set({ steps: stepsOf(who.role), done: new Set(), deeds: nothing });
  go("/");
  void review();
}

/** Follows what happens on the page; begins again for whoever logs in. */
export function followFirstSteps(): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    if (firstRun.value === null) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => void review(), 1_000);
  };
  user.subscribe(() => {
    firstRun.set(null);
    void review();
  });
  world.announcements.subscribe(soon);
  route.subscribe(() => {
    if (route.value.page === "station") note("look");
    if (route.value.page === "overview") soon();
  });
  document.addEventListener(
    "play",
    ({ target }) => {
      if (target instanceof HTMLAudioElement && target.src.includes("/announcements/")) note("listen");
    },
    true,
  );
  void review();
}
