import type { Clock } from "@loa/kernel/clock";
import { codeOf } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { HubConfig } from "../config.ts";
import type { CapRecord } from "../core/cap-record.ts";
import type { Territory } from "../core/targets.ts";
import { carefulGet } from "../interop/cap/careful-get.ts";
import { CapPoller } from "../interop/cap/poller.ts";
import { type CapSource, needsTls } from "../interop/cap/source-schema.ts";
import type { AlertSpeech } from "../media/alert-speech.ts";
import type { Actor, Audit } from "../ports.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import type { AlertActs } from "./alert-acts.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { Alerts } from "./alerts.ts";
import { CapBook } from "./cap-book.ts";
import { CapDecisions } from "./cap-decisions.ts";
import { CapDesk } from "./cap-desk.ts";
import { type CapFrom, CapIntake } from "./cap-intake.ts";
import { CapViews } from "./cap-views.ts";

/** What CAP is built over. */
export interface CapNeeds {
  readonly config: Pick<
    HubConfig,
    | "capSources"
    | "capPrograms"
    | "capInbox"
    | "capConfirmation"
    | "capFeed"
    | "capSender"
    | "alertConfirmation"
    | "publicHost"
    | "host"
    | "timeZone"
  >;
  readonly db: LineDatabase;
  readonly clock: Clock;
  readonly log: Logger;
  readonly audit: Audit;
  readonly alerts: Alerts;
  readonly acts: AlertActs;
  readonly alertBook: AlertBook;
  readonly rights: AlertRights;
  readonly speech: Pick<AlertSpeech, "recorded">;
  readonly territory: () => Territory;
}

/** CAP, composed. `start` after the alerts; `ask` once stations may connect. */
export interface CapParts {
  readonly desk: CapDesk;
  readonly decisions: CapDecisions;
  start(): Promise<void>;
  ask(): void;
  close(): Promise<void>;
}

/** Composes what takes CAP in and gives it out. */
export function createCap(needs: CapNeeds): CapParts {
  const { config, db, clock, log, audit, alerts, acts, alertBook, rights, speech, territory } = needs;
  const { capSources, capPrograms, capInbox, timeZone } = config;
  const sender = config.capSender ?? `loa@${config.publicHost ?? config.host}`;
  const rules = { confirmation: config.alertConfirmation, capConfirmation: config.capConfirmation };
  const programs = capPrograms.map((program) => ({ ...program, from: fromOf("program", program) }));
  const sources = capSources.map((source) => ({ source, from: fromOf("source", source) }));
  const named = new Map([...sources, ...programs].map(({ from }) => [from.scope, from]));
  const byHand = (author: CapFrom["author"], name: string, areaId: string): CapFrom => ({
    ...{ name, author, scope: inboxOf(areaId), bounds: { ...capInbox, areaId } },
    ...{ allowPrivate: false, tlsOnly: false },
  });
  // What a source said that is not named any more waits like everything that nobody vouches for.
  const known = ({ scope, author, source, areaId }: CapRecord) =>
    named.get(scope) ?? { ...byHand(author ?? null, source, areaId), scope };
  const posting = ({ tokenId, userId: id, name, areaId }: Actor) =>
    programs.find((one) => one.tokenId === tokenId)?.from ?? byHand({ id, name }, name, areaId);
  const book = new CapBook({ db, clock, log });
  const intake = new CapIntake({
    ...{ book, alerts, acts, alertBook, territory, clock, log, self: sender, fromOf: known, rules },
    recording: { get: carefulGet, speech, log },
  });
  const pollers = sources.map(({ source, from }) => {
    const receive = (xml: Uint8Array) =>
      void intake.receive(xml, from).catch((error) => {
        log.warn(
          { source: source.name, code: codeOf(error), err: error },
          "a message of a source is refused",
        );
      });
    return new CapPoller({ source, get: carefulGet, clock, log, receive });
  });
  const now = () => clock.now();
  const views = new CapViews({
    ...{ book, alerts: alertBook, territory, now, rules, boundsOf: (record) => known(record).bounds },
  });
  const decisions = new CapDecisions({ book, intake, views, rights, audit, rules, now });
  const desk = new CapDesk({
    ...{ intake, views, pollers, alerts: alertBook, rights, audit, territory, now, posting, sender },
    offsetMinutes: (at) => offsetOf(timeZone, at),
    open: config.capFeed === "public",
  });
  return {
    ...{ desk, decisions },
    async start() {
      for (const { name, areaId } of [...capSources, ...capPrograms])
        if (territory().path(areaId).length === 0)
          log.error(
            { source: name, areaId },
            "the area of a source does not exist; nothing of it will sound",
          );
      await book.start();
      await intake.start();
    },
    ask() {
      for (const poller of pollers) poller.start();
    },
    async close() {
      for (const poller of pollers) poller.close();
      intake.close();
      await book.close();
    },
  };
}

/** Those who share an area stand for the same systems. */
const inboxOf = (areaId: string): string => `inbox ${areaId}`;

function fromOf(
  what: "source" | "program",
  named: Omit<CapSource, "url" | "everySeconds" | "allowPrivate"> & { readonly allowPrivate?: boolean },
): CapFrom {
  const { name, areaId, rules, otherwise, geocodes, languages, allowPrivate = false } = named;
  const bounds = { areaId, rules, otherwise, geocodes, languages };
  const tlsOnly = needsTls({ rules, allowPrivate });
  return { name, scope: `${what} ${name}`, bounds, allowPrivate, tlsOnly, author: null };
}

/** Minutes that local time is ahead of UTC. */
function offsetOf(timeZone: string, at: number): number {
  return (
    Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone).offsetNanoseconds /
    6e10
  );
}
