import type { UnixMs } from "@loa/kernel/clock";
import { days } from "@loa/kernel/units";
import { type CapAlert, type CapKey, type CapWord, instantOf, keyOf } from "./cap-alert.ts";
import { type CapStage, stagesOf, validityOf } from "./cap-stages.ts";

/** Messages sent longer ago are refused, so that what was forgotten cannot be played again. */
export const OLDEST_MS = days(30);

/** What is remembered of one message; the message itself is kept by whoever airs it. */
export interface CapEntry {
  readonly key: CapKey;
  readonly sender: string;
  readonly sentAt: UnixMs;
  readonly status: CapWord<"status">;
  readonly msgType: CapWord<"msgType">;
  /** Messages that this one refers to, known or not, as wholes. */
  readonly references: readonly CapKey[];
  /** Of a message with several stages: the whole, and which of them this is. Absent: the first or only one. */
  readonly stage?: { readonly of: CapKey; readonly number: number };
  /** When it holds; null when it says nothing that could be aired, or somebody withheld it. `to` excluded. */
  readonly holds: { readonly from: UnixMs; readonly to: UnixMs } | null;
}

/**
 * All messages that count, by key, and the time up to which effects were told. What is in force follows from the messages and the time
 * alone, so the order in which they came makes no difference.
 */
export interface CapMemory {
  readonly at: UnixMs;
  readonly messages: Messages;
}

type Messages = ReadonlyMap<CapKey, CapEntry>;

/** Nothing was received yet. */
export const EMPTY_CAP_MEMORY: CapMemory = { at: 0, messages: new Map() };

/** Why a message changes nothing on air. */
export type CapIgnored =
  | "draft"
  | "acknowledgement"
  | "duplicate"
  | "too-old"
  | "expired"
  | "superseded"
  | "nothing-to-say";

/**
 * What follows. `start`: it came into force, in place of `replaces`; `status` says as what it may be heard. `end`: it no longer holds;
 * `by` is the message that ended it. `wait`: it holds from `at` on. `remember`: a cancel or update came before what it refers to.
 */
export type CapEffect =
  | {
      readonly do: "start";
      readonly key: CapKey;
      readonly status: CapWord<"status">;
      readonly replaces: readonly CapKey[];
    }
  | {
      readonly do: "end";
      readonly key: CapKey;
      readonly because: "cancelled" | "updated" | "expired";
      readonly by: CapKey | null;
    }
  | { readonly do: "wait"; readonly key: CapKey; readonly at: UnixMs }
  | { readonly do: "remember"; readonly key: CapKey; readonly unknown: readonly CapKey[] }
  | { readonly do: "ignore"; readonly key: CapKey; readonly because: CapIgnored };

/** Memory after an event, and what follows from the event. */
export interface CapStep {
  readonly memory: CapMemory;
  readonly effects: readonly CapEffect[];
}

/** Takes in a message. Source: OASIS CAP 1.2, 3.2.1, msgType and references. */
export function receiveCap(memory: CapMemory, alert: CapAlert, now: UnixMs): CapStep {
  const entries = stagesOf(alert, now).map(entryOf);
  const [first] = entries as [CapEntry];
  const unfit = unfitness(memory.messages, first, now);
  if (unfit !== null) return { memory, effects: [{ do: "ignore", key: first.key, because: unfit }] };
  const messages = new Map([...memory.messages, ...entries.map((one) => [one.key, one] as const)]);
  const after = { at: now, messages };
  const fates = entries.flatMap((entry) => fateOf(messages, entry, now));
  return { memory: after, effects: [...changes(memory, after), ...fates] };
}

/** Somebody here decided that what is still to come is not aired: it neither starts nor ends anything, and is not taken for new again. */
export function withholdCap({ at, messages }: CapMemory, key: CapKey): CapMemory {
  const entry = messages.get(key);
  if (!entry) return { at, messages };
  return { at, messages: new Map(messages).set(key, { ...entry, holds: null }) };
}

/** What a message takes the place of when it starts: stages of those it refers to, and its own earlier ones. */
export function forerunnersOf({ messages }: CapMemory, entry: CapEntry): CapKey[] {
  return [...messages.values()].filter((one) => concerns(entry, one)).map(({ key }) => key);
}

/** Time went on: what was waiting starts, what is over ends, and what cannot matter any more is forgotten. */
export function advanceCap(memory: CapMemory, now: UnixMs): CapStep {
  const after = { at: now, messages: memory.messages };
  const ended = endings(memory.messages, now);
  const isNeeded = ({ key, sentAt, holds }: CapEntry) =>
    sentAt + OLDEST_MS >= now || (holds !== null && now < holds.to && !ended.has(key));
  const messages = new Map([...memory.messages].filter(([, one]) => isNeeded(one)));
  return { memory: { at: now, messages }, effects: changes(memory, after) };
}

/** Messages that hold at the memory's time, by time of sending. Those of different status never end each other. */
export function inForce({ at, messages }: CapMemory): CapEntry[] {
  const ended = endings(messages, at);
  return [...messages.values()]
    .filter(({ key, holds }) => holds !== null && holds.from <= at && at < holds.to && !ended.has(key))
    .sort((a, b) => a.sentAt - b.sentAt || (a.key < b.key ? -1 : 1));
}

/** What ended each message by the memory's time, by the key of what was ended. */
export const endingsIn = ({ at, messages }: CapMemory): ReadonlyMap<CapKey, CapEntry> =>
  endings(messages, at);

/** The message that ended the one of a key by the memory's time; null when none did. */
export const endedBy = (memory: CapMemory, key: CapKey): CapEntry | null =>
  endingsIn(memory).get(key) ?? null;

/** When to call `advanceCap` next; null when nothing waits or holds. */
export function nextCapChange({ at, messages }: CapMemory): UnixMs | null {
  const times = [...messages.values()].flatMap(({ holds }) => (holds ? [holds.from, holds.to] : []));
  const next = Math.min(...times.filter((time) => time > at));
  return Number.isFinite(next) ? next : null;
}

function entryOf({ key, number, from, alert }: CapStage): CapEntry {
  const holds = validity(alert);
  return {
    key,
    sender: alert.sender,
    sentAt: instantOf(alert.sent),
    status: alert.status,
    msgType: alert.msgType,
    references: alert.references.map(keyOf),
    ...(number > 1 && { stage: { of: keyOf(alert), number } }),
    holds: holds && { from: from ?? holds.from, to: holds.to },
  };
}

const wholeOf = ({ key, stage }: CapEntry) => stage?.of ?? key;
const numberOf = ({ stage }: CapEntry) => stage?.number ?? 1;

/** From the first effective to the last expires of its info blocks. */
function validity({ msgType, sent, infos }: CapAlert): CapEntry["holds"] {
  if (!saysSomething(msgType) || infos.length === 0) return null;
  const spans = infos.map((info) => validityOf(info, sent));
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

const saysSomething = (msgType: CapEntry["msgType"]) => msgType === "Alert" || msgType === "Update";

function unfitness(messages: Messages, entry: CapEntry, now: UnixMs): CapIgnored | null {
  if (entry.status === "Draft") return "draft";
  if (entry.msgType === "Ack" || entry.msgType === "Error") return "acknowledgement";
  if (byWhole(messages).has(wholeOf(entry))) return "duplicate";
  if (entry.sentAt + OLDEST_MS < now) return "too-old";
  // An update without content must not silence what it refers to.
  return entry.holds === null && entry.msgType !== "Cancel" ? "nothing-to-say" : null;
}

/** Stages of each message that are known. */
const byWhole = (messages: Messages) => Map.groupBy(messages.values(), wholeOf);

/**
 * What ended each message by `now`. A cancel acts at once, an update and a later stage from when it holds itself: until then its forerunner
 * goes on. Only a message of the same sender and status counts, and none that is older than what it refers to.
 */
function endings(messages: Messages, now: UnixMs): Map<CapKey, CapEntry> {
  const ended = new Map<CapKey, CapEntry>();
  const stages = byWhole(messages);
  for (const one of messages.values())
    if (one.msgType === "Cancel" || (one.holds !== null && one.holds.from <= now))
      for (const whole of one.stage ? [...one.references, one.stage.of] : one.references)
        for (const target of stages.get(whole) ?? [])
          if (concerns(one, target) && outranks(one, ended.get(target.key))) ended.set(target.key, one);
  return ended;
}

/** Whether one ends the other once it holds: an update or cancel what it refers to, a stage the earlier ones of its own message. */
function concerns(one: CapEntry, target: CapEntry): boolean {
  if (wholeOf(one) === wholeOf(target)) return numberOf(one) > numberOf(target);
  return (
    (one.msgType === "Update" || one.msgType === "Cancel") &&
    one.references.includes(wholeOf(target)) &&
    one.sender === target.sender &&
    one.status === target.status &&
    one.sentAt >= target.sentAt
  );
}

/** Of several that end the same message, the one that is told of does not depend on which came first. */
const outranks = (one: CapEntry, other: CapEntry | undefined) =>
  !other || one.sentAt > other.sentAt || (one.sentAt === other.sentAt && one.key > other.key);

const keysOf = (entries: readonly CapEntry[]) => new Set(entries.map(({ key }) => key));

function changes(earlier: CapMemory, after: CapMemory): CapEffect[] {
  const old = inForce(earlier);
  const current = inForce(after);
  const ended = endings(after.messages, after.at);
  const [before, now] = [keysOf(old), keysOf(current)];
  const gone = old.filter(({ key }) => !now.has(key));
  const come = current.filter(({ key }) => !before.has(key));
  return [
    ...gone.map(({ key }) => ending(key, ended.get(key))),
    ...come.map(
      (entry): CapEffect => ({
        ...{ do: "start", key: entry.key, status: entry.status },
        replaces: gone.filter((one) => concerns(entry, one)).map((one) => one.key),
      }),
    ),
  ];
}

function ending(key: CapKey, by: CapEntry | undefined): CapEffect {
  if (!by) return { do: "end", key, because: "expired", by: null };
  return { do: "end", key, because: by.msgType === "Cancel" ? "cancelled" : "updated", by: by.key };
}

/** What becomes of a message that does not start now. */
function fateOf(messages: Messages, { key, holds, references }: CapEntry, now: UnixMs): CapEffect[] {
  const known = byWhole(messages);
  const unknown = references.filter((one) => !known.has(one));
  const remembered: CapEffect[] = unknown.length > 0 ? [{ do: "remember", key, unknown }] : [];
  if (holds === null) return remembered;
  if (now >= holds.to) return [...remembered, { do: "ignore", key, because: "expired" }];
  if (endings(messages, now).has(key)) return [...remembered, { do: "ignore", key, because: "superseded" }];
  return now < holds.from ? [...remembered, { do: "wait", key, at: holds.from }] : remembered;
}
