import type { UnixMs } from "@loa/kernel/clock";
import type { Ack } from "@loa/protocol/ack";
import { type Alert, type AlertKind, type AlertSound, roundMs } from "@loa/protocol/alert";
import {
  ALERT_STATION_STATES,
  type AlertOrigin,
  type AlertState,
  type AlertStationState,
  type AlertTarget,
  type AlertTone,
  type SirenPattern,
  type Translation,
} from "@loa/protocol/http/alerts";
import type { Target } from "@loa/protocol/http/schedules";
import type { StationId, ZoneId } from "@loa/protocol/identity";
import type { LiveSession } from "@loa/protocol/live-session";
import type { Receipt } from "@loa/protocol/receipt";
import type { CapOrigin } from "./cap-plan.ts";

/** Sounding ends after this by itself unless an update refreshes it. Source: docs/protocol-rules.md */
export const MAX_SOUND_MINUTES = 10;
/** Somebody who speaks live is heard out, within the alert's time. */
const MAX_VOICE_MINUTES = 60;
/** Stations hear of a recall for at least this long, also when the alert was about to expire. */
const RECALL_LIFE_MS = 60_000;

interface Person {
  readonly id: string;
  readonly name: string;
}

/** What an alert says, composed. `proposedBy`: who wrote it; another person confirms it where so configured. */
export interface AlertContent {
  readonly headline: string;
  readonly text: string | null;
  readonly announcementId: string | null;
  readonly tone: AlertTone;
  /** Absent: it wails. */
  readonly siren?: SirenPattern;
  /** Absent: it is. */
  readonly spoken?: boolean;
  readonly language: string;
  /** Spoken after the words above. Absent in alerts of before there were any. */
  readonly translations?: readonly Translation[];
  readonly repeat: number;
  readonly lifeMs: number;
  readonly sound: readonly AlertSound[];
  readonly speechCode: string | null;
  readonly proposedBy: Person;
  /** Of an update that is proposed: the version of the record that it came with. */
  readonly number?: number;
}

/** What stations were told last. */
export interface Issue {
  readonly revision: number;
  readonly action: Alert["action"];
  readonly issuedAt: UnixMs;
  readonly startAt: UnixMs;
  readonly expires: UnixMs;
  readonly sound: readonly AlertSound[];
  /** Of a recall; absent while it follows. */
  readonly correction?: readonly AlertSound[];
  /** The revision that silenced ahead of the correction. */
  readonly silence?: number;
}

/** An alert as the hub keeps it. `version` rises with every change, so that of two copies the newer is known. */
export interface AlertRecord {
  readonly id: string;
  readonly version: number;
  readonly kind: AlertKind;
  readonly targets: readonly Target[];
  /** Targets as they were asked for, with shapes and groups; absent where they are the same. */
  readonly asked?: readonly AlertTarget[];
  /** Absent: the desk. */
  readonly origin?: AlertOrigin;
  /** The message of another system that it was made from. */
  readonly cap?: CapOrigin;
  /** Why nobody took it up. */
  readonly dismissal?: string;
  /** When its alert and each update of it were sent, without recalls. Absent in alerts of before this was kept. */
  readonly tellings?: readonly UnixMs[];
  /** Zones by station; none: all. */
  readonly reach: readonly { readonly stationId: StationId; readonly zones: readonly ZoneId[] }[];
  readonly supersedes: readonly string[];
  readonly supersededBy: string | null;
  readonly createdAt: UnixMs;
  readonly createdBy: Person;
  readonly confirmedBy: Person | null;
  readonly content: AlertContent;
  /** Waits for a second person: the alert itself while `issue` is null, else an update. */
  readonly proposal: AlertContent | null;
  readonly issue: Issue | null;
  readonly recalledAt: UnixMs | null;
  readonly recalledBy: Person | null;
  /** What a recall says, made ready ahead of it; null: not yet. */
  readonly correction: readonly AlertSound[] | null;
  /** What is to be spoken instead, as whoever called it back wrote it; null: Loa's own words. */
  readonly correctionText?: string | null;
}

/** Sends content: the alert itself, or an update of it. Pure. */
export function issued(
  record: AlertRecord,
  content: AlertContent,
  at: { readonly now: UnixMs; readonly leadMs: number },
): AlertRecord {
  const { now, leadMs } = at;
  const issue: Issue = {
    revision: (record.issue?.revision ?? 0) + 1,
    action: record.issue === null ? "alert" : "update",
    issuedAt: now,
    startAt: now + leadMs,
    expires: now + leadMs + content.lifeMs,
    sound: content.sound,
  };
  const tellings = [...(record.tellings ?? []), now];
  return { ...record, version: record.version + 1, content, proposal: null, issue, tellings };
}

/** Who stands behind alerts of other systems, whichever they are. */
export const OTHER_SYSTEMS = "cap";

/** Whether somebody here handed it in as a message of another system: it is that person's own, whatever it says of its sender. */
export const isByHand = ({ origin, createdBy }: AlertRecord): boolean =>
  origin === "cap" && createdBy.id !== OTHER_SYSTEMS;

/** Whether it came from elsewhere, and nobody has taken it up or dismissed it. */
export function isDraft({ origin, issue, proposal, recalledAt, createdBy }: AlertRecord): boolean {
  return (
    origin === "cap" && issue === null && recalledAt === null && proposal?.proposedBy.id === createdBy.id
  );
}

/** The part of what an alert says that may still be sent: what came from elsewhere never sounds after its own end. Pure. */
export function within({ cap }: AlertRecord, content: AlertContent, startAt: UnixMs): AlertContent {
  return cap ? { ...content, lifeMs: Math.min(content.lifeMs, cap.expiresAt - startAt) } : content;
}

/** Calls an alert back for good. `correction` null: it follows in another recall, so that nothing holds up the silence. Pure. */
export function recalled(
  record: AlertRecord,
  correction: readonly AlertSound[] | null,
  by: Person,
  now: UnixMs,
): AlertRecord {
  const { issue, version, recalledAt, recalledBy } = record;
  const next = { ...record, version: version + 1, proposal: null };
  const over = { ...next, recalledAt: recalledAt ?? now, recalledBy: recalledBy ?? by };
  if (issue === null) return over;
  const recall: Issue = {
    ...{ revision: issue.revision + 1, action: "recall", issuedAt: now, startAt: now, sound: [] },
    expires: Math.max(issue.expires, now + roundMs(correction ?? []) + RECALL_LIFE_MS),
    ...(correction && { correction }),
    ...(isToBeCorrected(issue) && { silence: issue.revision }),
  };
  return { ...over, issue: recall };
}

/** A recall that only silences. */
const isToBeCorrected = ({ action, correction }: Issue) => action === "recall" && correction === undefined;

/** Whether a recall has silenced, and its correction is still to be sent. */
export function lacksCorrection({ recalledAt, issue }: AlertRecord): boolean {
  return recalledAt !== null && issue !== null && issue.correction === undefined;
}

/** What goes ahead of a correction to whoever may not have it yet: some hundred bytes. Null where nothing does. Pure. */
export function silenceOf({ silence, correction: _, ...issue }: Issue): Issue | null {
  return silence === undefined ? null : { ...issue, revision: silence };
}

/** The message as stations get it. */
export function messageOf(
  { id, kind, content, supersedes }: AlertRecord,
  issue: Issue,
  where: Pick<Alert, "zones" | "except">,
): Alert {
  const { revision, action, startAt, expires, sound, correction } = issue;
  return {
    ...{ alertId: id, revision, kind, action, supersedes: [...supersedes], sound: [...sound] },
    ...{ repeat: content.repeat, startAt, headline: content.headline, language: content.language, expires },
    ...{ maxSoundMinutes: voiceOf(sound) ? MAX_VOICE_MINUTES : MAX_SOUND_MINUTES, ...where },
    ...(correction && { correction: [...correction] }),
  };
}

/** The live speech in a sound, if there is one. */
export function voiceOf(sound: readonly AlertSound[]): LiveSession | null {
  const last = sound.at(-1);
  return last?.kind === "live" ? last.session : null;
}

/** Ends the live voice in an alert: what stations are told from now on is `after`. Pure. */
export function voiceless(
  record: AlertRecord,
  issue: Issue,
  after: readonly AlertSound[],
  now: UnixMs,
): AlertRecord {
  const next: Issue = {
    ...issue,
    revision: issue.revision + 1,
    action: "update",
    issuedAt: now,
    startAt: now,
    sound: after,
  };
  return { ...record, version: record.version + 1, issue: next };
}

/** Until when anything about it may still happen. */
export function endOf({ issue, createdAt, content, cap }: AlertRecord): UnixMs {
  return issue?.expires ?? cap?.expiresAt ?? createdAt + content.lifeMs;
}

/** What a station said of one revision. Instants by its own word. */
export interface Progress {
  readonly revision: number;
  readonly receivedAt: UnixMs | null;
  readonly readyAt: UnixMs | null;
  readonly soundingAt: UnixMs | null;
  readonly doneAt: UnixMs | null;
  readonly failedCode: string | null;
  /** It refused what it got. That may have been a forgery, so the true alert is still sent. */
  readonly rejectedCode: string | null;
}

const NOTHING: Omit<Progress, "revision"> = {
  receivedAt: null,
  readyAt: null,
  soundingAt: null,
  doneAt: null,
  failedCode: null,
  rejectedCode: null,
};

/**
 * Takes in an ack. What an older revision says changes nothing, a newer one begins anew, and what was once said stays. Pure; the same object
 * when nothing is new. `at` lies between the issue and now, whatever the station's clock says.
 */
export function advance(
  before: Progress | undefined,
  ack: Pick<Ack, "state" | "code" | "revision">,
  issue: Issue,
  at: UnixMs,
): Progress | undefined {
  const revision = ack.revision ?? issue.revision;
  if (revision > issue.revision || revision < (before?.revision ?? 1)) return before;
  const base = before?.revision === revision ? before : { ...NOTHING, revision };
  const next = { ...base, ...changeOf(base, ack, at) };
  return before !== undefined && same(before, next) ? before : next;
}

function changeOf(before: Progress, { state, code }: Pick<Ack, "state" | "code">, at: UnixMs) {
  const receivedAt = before.receivedAt ?? at;
  const settled = before.doneAt !== null;
  switch (state) {
    case "rejected":
      return before.receivedAt === null ? { rejectedCode: code ?? "INTERNAL" } : {};
    case "received":
      return { receivedAt, rejectedCode: null };
    case "ready":
      return { receivedAt, readyAt: before.readyAt ?? at, rejectedCode: null };
    case "started": {
      // Whoever worked at the pole is done: what still stood, sounds.
      const failedCode = before.failedCode === "LOCKED_OUT" ? null : before.failedCode;
      return { receivedAt, soundingAt: before.soundingAt ?? at, failedCode, rejectedCode: null };
    }
    case "finished":
      return { receivedAt, doneAt: before.doneAt ?? at, failedCode: null, rejectedCode: null };
    case "failed":
      // Some of its first round was lost while the amplifier warmed up; the rest sounded.
      if (code === "JOINED_LATE" && before.soundingAt !== null) return { doneAt: before.doneAt ?? at };
      return settled ? {} : { receivedAt, failedCode: code ?? "INTERNAL", rejectedCode: null };
  }
}

/** What a receipt proves, as acks: they may have been lost while the hub was away. Even segments are of the tone that stood in. */
export function acksOf({
  segment,
  startedAt,
  outcome,
  code,
}: Receipt): Pick<Ack, "state" | "code" | "revision">[] {
  const revision = Math.floor(segment / 2);
  const started = startedAt === null ? [] : [{ state: "started" as const, revision }];
  if (segment % 2 === 0) return started;
  if (outcome === "played" || outcome === "partial") return [...started, { state: "finished", revision }];
  return [...started, { state: "failed", revision, code: code ?? "INTERNAL" }];
}

/** Whether a station has taken in what was issued last; until then it is sent again. */
export function hasTaken(progress: Progress | undefined, { revision }: Issue): boolean {
  return progress?.revision === revision && progress.receivedAt !== null;
}

/** Whether a station's word is about what was issued last, or about the silence ahead of that. */
export function isOf({ revision }: Progress, issue: Issue): boolean {
  return revision >= (issue.silence ?? issue.revision);
}

/** What of an older revision still tells how it is: whether that sounds, and of a silence that it was taken in. */
const overtaken = (before: Progress, issue: Issue): Progress => ({
  ...{ ...NOTHING, revision: before.revision },
  ...(isOf(before, issue) && { receivedAt: before.receivedAt, rejectedCode: before.rejectedCode }),
  soundingAt: before.doneAt === null && before.failedCode === null ? before.soundingAt : null,
});

/** How far what was issued last is with a station. `reachable`: it is connected now; `over`: nothing is sent any more. */
export function stationState(
  said: Progress | undefined,
  issue: Issue | null,
  { reachable, over }: { readonly reachable: boolean; readonly over: boolean },
): { state: AlertStationState; code?: string } {
  const more = issue !== null && isToBeCorrected(issue);
  const progress = said && issue && (more || said.revision < issue.revision) ? overtaken(said, issue) : said;
  if (progress?.doneAt != null) return { state: "done" };
  if (progress?.failedCode != null) return { state: "failed", code: progress.failedCode };
  if (progress?.soundingAt != null) return { state: "sounding" };
  const silent = issue !== null && isSilent(issue);
  if (progress?.readyAt != null) return { state: silent ? "done" : "ready" };
  if (progress?.receivedAt != null) return { state: "received" };
  const code = progress?.rejectedCode;
  if (code != null) return { state: over ? "failed" : "sent", code };
  return { state: reachable && !over ? "sent" : "unreachable" };
}

/** It says nothing: its voice has ended, or its words are still being made. */
const isSilent = ({ sound, correction }: Issue) => (correction ?? sound).length === 0;

/** Where an alert is in its life, by its stations. */
export function alertState(
  record: AlertRecord,
  stations: readonly { readonly state: AlertStationState; readonly soundingAt?: UnixMs }[],
  now: UnixMs,
): AlertState {
  const { recalledAt, issue } = record;
  if (recalledAt !== null) return "recalled";
  if (issue === null && now >= endOf(record)) return "expired";
  if (issue === null) return isDraft(record) ? "draft" : "awaitingConfirmation";
  if (issue.action === "update" && isSilent(issue)) return "done";
  if (stations.length > 0 && stations.every(({ state }) => state === "done" || state === "failed"))
    return "done";
  if (now < issue.expires) return "sent";
  return stations.some(({ state, soundingAt }) => state === "done" || soundingAt !== undefined)
    ? "done"
    : "expired";
}

/** Stations by state. */
export function countStates(
  stations: readonly { readonly state: AlertStationState }[],
): Record<"stations" | AlertStationState, number> {
  const counts = { stations: stations.length } as Record<"stations" | AlertStationState, number>;
  for (const state of ALERT_STATION_STATES) counts[state] = 0;
  for (const { state } of stations) counts[state]++;
  return counts;
}

/** All rounds, as long as they may sound, ms. */
export function wholeMs({
  sound,
  repeat,
  lifeMs,
}: Pick<AlertContent, "sound" | "repeat" | "lifeMs">): number {
  const rounds = repeat === 0 ? Number.POSITIVE_INFINITY : repeat * roundMs(sound);
  return Math.min(rounds, lifeMs, MAX_SOUND_MINUTES * 60_000);
}

function same(a: Progress, b: Progress): boolean {
  return (Object.keys(a) as (keyof Progress)[]).every((key) => a[key] === b[key]);
}
