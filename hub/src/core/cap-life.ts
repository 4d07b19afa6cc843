import type { UnixMs } from "@loa/kernel/clock";
import { days, hours } from "@loa/kernel/units";
import { type CapAlert, type CapInfo, type CapKey, type CapWord, instantOf, keyOf } from "./cap-alert.ts";

/** A message that names no end holds for this long from its effective time. CAP leaves it to the reader (3.2.2, expires). */
export const DEFAULT_VALIDITY_MS = hours(24);

/** Messages sent longer ago are refused, so that what was forgotten cannot be played again. */
export const OLDEST_MS = days(30);

/** What is remembered of one message; the message itself is kept by whoever airs it. */
export interface CapEntry {
  readonly key: CapKey;
  readonly sender: string;
  readonly sentAt: UnixMs;
  readonly status: CapWord<"status">;
  readonly msgType: CapWord<"msgType">;
  /** Messages that this one refers to, known or not. */
  readonly references: readonly CapKey[];
  /** When it holds; null when it says nothing that could be aired. `to` excluded. */
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
  const entry = entryOf(alert);
  const unfit = unfitness(memory.messages, entry, now);
  if (unfit !== null) return { memory, effects: [{ do: "ignore", key: entry.key, because: unfit }] };
  const after = { at: now, messages: new Map(memory.messages).set(entry.key, entry) };
  return { memory: after, effects: [...changes(memory, after), ...fateOf(after.messages, entry, now)] };
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

/** The message that ended the one of a key by the memory's time; null when none did. */
export function endedBy({ at, messages }: CapMemory, key: CapKey): CapEntry | null {
  return endings(messages, at).get(key) ?? null;
}

/** When to call `advanceCap` next; null when nothing waits or holds. */
export function nextCapChange({ at, messages }: CapMemory): UnixMs | null {
  const times = [...messages.values()].flatMap(({ holds }) => (holds ? [holds.from, holds.to] : []));
  const next = Math.min(...times.filter((time) => time > at));
  return Number.isFinite(next) ? next : null;
}

function entryOf(alert: CapAlert): CapEntry {
  return {
    key: keyOf(alert),
    sender: alert.sender,
    sentAt: instantOf(alert.sent),
    status: alert.status,
    msgType: alert.msgType,
    references: alert.references.map(keyOf),
    holds: validity(alert),
  };
}

/** From the first effective to the last expires of its info blocks. */
function validity({ msgType, sent, infos }: CapAlert): CapEntry["holds"] {
  if (!saysSomething(msgType) || infos.length === 0) return null;
  const spans = infos.map((info) => validityOf(info, sent));
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

/** When one info block of a message holds; `to` excluded. */
export function validityOf({ effective, expires }: CapInfo, sent: string): { from: UnixMs; to: UnixMs } {
  const from = instantOf(effective ?? sent);
  return { from, to: expires === null ? from + DEFAULT_VALIDITY_MS : instantOf(expires) };
}

const saysSomething = (msgType: CapEntry["msgType"]) => msgType === "Alert" || msgType === "Update";

function unfitness(messages: Messages, entry: CapEntry, now: UnixMs): CapIgnored | null {
  if (entry.status === "Draft") return "draft";
  if (entry.msgType === "Ack" || entry.msgType === "Error") return "acknowledgement";
  if (messages.has(entry.key)) return "duplicate";
  if (entry.sentAt + OLDEST_MS < now) return "too-old";
  // An update without content must not silence what it refers to.
  return entry.holds === null && entry.msgType !== "Cancel" ? "nothing-to-say" : null;
}

/**
 * What ended each message by `now`. A cancel acts at once, an update from when it holds itself: until then its forerunner goes on.
 * Only a message of the same sender and status counts, and none that is older than what it refers to.
 */
function endings(messages: Messages, now: UnixMs): Map<CapKey, CapEntry> {
  const ended = new Map<CapKey, CapEntry>();
  for (const one of messages.values())
    if (one.msgType === "Cancel" || (one.holds !== null && one.holds.from <= now))
      for (const key of one.references) {
        const target = messages.get(key);
        if (target && ends(one, target) && outranks(one, ended.get(key))) ended.set(key, one);
      }
  return ended;
}

const ends = (one: CapEntry, target: CapEntry) =>
  (one.msgType === "Update" || one.msgType === "Cancel") &&
  one.key !== target.key &&
  one.sender === target.sender &&
  one.status === target.status &&
  one.sentAt >= target.sentAt;

/** Of several that end the same message, the one that is told of does not depend on which came first. */
const outranks = (one: CapEntry, other: CapEntry | undefined) =>
  !other || one.sentAt > other.sentAt || (one.sentAt === other.sentAt && one.key > other.key);

function changes(before: CapMemory, after: CapMemory): CapEffect[] {
  const old = inForce(before);
  const current = inForce(after);
  const ended = endings(after.messages, after.at);
  const gone = old.filter(({ key }) => !current.some((one) => one.key === key));
  const come = current.filter(({ key }) => !old.some((one) => one.key === key));
  return [
    ...gone.map(({ key }) => ending(key, ended.get(key))),
    ...come.map(
      ({ key, status, references }): CapEffect => ({
        ...{ do: "start", key, status },
        replaces: gone.filter((one) => references.includes(one.key)).map((one) => one.key),
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
  const unknown = references.filter((one) => !messages.has(one));
  const remembered: CapEffect[] = unknown.length > 0 ? [{ do: "remember", key, unknown }] : [];
  if (holds === null) return remembered;
  if (now >= holds.to) return [...remembered, { do: "ignore", key, because: "expired" }];
  if (endings(messages, now).has(key)) return [...remembered, { do: "ignore", key, because: "superseded" }];
  return now < holds.from ? [...remembered, { do: "wait", key, at: holds.from }] : remembered;
}
