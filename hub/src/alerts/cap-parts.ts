import type { Clock } from "@loa/kernel/clock";
import { codeOf } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { HubConfig } from "../config.ts";
import type { CapRecord } from "../core/cap-record.ts";
import type { Territory } from "../core/targets.ts";
import { carefulGet } from "../interop/cap/careful-get.ts";
import { CapPoller } from "../interop/cap/poller.ts";
import type { CapSource } from "../interop/cap/source-schema.ts";
import type { AlertSpeech } from "../media/alert-speech.ts";
import type { Audit } from "../ports.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { Alerts } from "./alerts.ts";
import { CapBook } from "./cap-book.ts";
import { CapDesk } from "./cap-desk.ts";
import { type CapFrom, CapIntake } from "./cap-intake.ts";
import { CapViews } from "./cap-views.ts";

/** What CAP is built over. */
export interface CapNeeds {
  readonly config: Pick<
    HubConfig,
    "capSources" | "capInbox" | "capFeed" | "capSender" | "publicHost" | "host" | "timeZone"
  >;
  readonly db: LineDatabase;
  readonly clock: Clock;
  readonly log: Logger;
  readonly audit: Audit;
  readonly alerts: Alerts;
  readonly alertBook: AlertBook;
  readonly rights: AlertRights;
  readonly speech: Pick<AlertSpeech, "recorded">;
  readonly territory: () => Territory;
}

/** CAP, composed. `start` after the alerts; `ask` once stations may connect. */
export interface CapParts {
  readonly desk: CapDesk;
  start(): Promise<void>;
  ask(): void;
  close(): Promise<void>;
}

/** Composes what takes CAP in and gives it out. */
export function createCap(needs: CapNeeds): CapParts {
  const { config, db, clock, log, audit, alerts, alertBook, rights, speech, territory } = needs;
  const { capSources, capInbox, timeZone } = config;
  const sender = config.capSender ?? `loa@${config.publicHost ?? config.host}`;
  const sources = new Map(capSources.map((source) => [scopeOf(source), fromOf(source)]));
  const stranger = ({
    source: name,
    scope,
    areaId,
  }: Pick<CapRecord, "source" | "scope" | "areaId">): CapFrom => ({
    ...{ name, scope, bounds: { ...capInbox, areaId }, allowPrivate: false },
  });
  const known = (record: Pick<CapRecord, "source" | "scope" | "areaId">) =>
    sources.get(record.scope) ?? stranger(record);
  const book = new CapBook({ db, clock, log });
  const intake = new CapIntake({
    ...{ book, alerts, alertBook, territory, clock, log, self: sender, fromOf: known },
    recording: { get: carefulGet, speech, log },
  });
  const pollers = capSources.map((source) => {
    const from = fromOf(source);
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
    ...{ book, alerts: alertBook, territory, now, boundsOf: (record) => known(record).bounds },
  });
  const desk = new CapDesk({
    ...{ intake, views, pollers, alerts: alertBook, rights, audit, territory, now, inbox: capInbox, sender },
    offsetMinutes: (at) => offsetOf(timeZone, at),
    open: config.capFeed === "public",
  });
  return {
    desk,
    async start() {
      for (const { name, areaId } of capSources)
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

const scopeOf = ({ name }: CapSource) => `source ${name}`;

const fromOf = (source: CapSource): CapFrom => {
  const { name, areaId, rules, otherwise, geocodes, languages, allowPrivate } = source;
  return {
    name,
    scope: scopeOf(source),
    allowPrivate,
    bounds: { areaId, rules, otherwise, geocodes, languages },
  };
};

/** Minutes that local time is ahead of UTC. */
function offsetOf(timeZone: string, at: number): number {
  return (
    Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone).offsetNanoseconds /
    6e10
  );
}
