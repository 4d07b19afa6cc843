import type { Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { AlertActs } from "./alerts/alert-acts.ts";
import { AlertBook } from "./alerts/alert-book.ts";
import { AlertComposer } from "./alerts/alert-composer.ts";
import { AlertJournal } from "./alerts/alert-journal.ts";
import { AlertLists } from "./alerts/alert-lists.ts";
import { AlertNotices } from "./alerts/alert-notices.ts";
import { AlertRights } from "./alerts/alert-rights.ts";
import { AlertViews } from "./alerts/alert-views.ts";
import { Alerts } from "./alerts/alerts.ts";
import { ButtonAlarms } from "./alerts/button-alarms.ts";
import { createCap } from "./alerts/cap-parts.ts";
import { Rehearsals } from "./alerts/rehearsal.ts";
import { TargetFinder } from "./alerts/target-finder.ts";
import { TargetGroups } from "./alerts/target-groups.ts";
import type { HubConfig } from "./config.ts";
import type { Territory } from "./core/targets.ts";
import type { RouteSet } from "./http/api.ts";
import { alertRoutes } from "./http/routes/alerts.ts";
import { capRoutes } from "./http/routes/cap.ts";
import { groupRoutes } from "./http/routes/groups.ts";
import { liveRoutes } from "./http/routes/live.ts";
import { AlertDelivery } from "./link/alert-delivery.ts";
import type { Commands } from "./link/commands.ts";
import type { StationBook } from "./link/station-book.ts";
import { LiveBook } from "./live/live-book.ts";
import { LiveDelivery } from "./live/live-delivery.ts";
import { LiveEndings } from "./live/live-endings.ts";
import { LiveNotices } from "./live/live-notices.ts";
import { LiveReports } from "./live/live-reports.ts";
import { LiveRights } from "./live/live-rights.ts";
import { LiveViews } from "./live/live-views.ts";
import { Lives } from "./live/lives.ts";
import { RecordingRetention } from "./live/recording-retention.ts";
import type { AlertSpeech } from "./media/alert-speech.ts";
import type { AssetStore } from "./media/store.ts";
import type { Audit, Broker, EventSink, Registry } from "./ports.ts";
import type { Broadcasts } from "./schedule/broadcasts.ts";
import type { Database } from "./store/database.ts";
import { lineDatabase } from "./store/repositories/line-tables.ts";
import { targetGroups } from "./store/repositories/target-groups.ts";
import type { HubTrust } from "./trust/hub-trust.ts";

/** What alerts, live speech and CAP are built over. */
export interface UrgentNeeds {
  readonly config: Pick<
    HubConfig,
    | "data"
    | "host"
    | "publicHost"
    | "timeZone"
    | "alertConfirmation"
    | "alertTotp"
    | "alertLeadMs"
    | "liveDelayMs"
    | "liveRecordingDays"
    | "capSources"
    | "capPrograms"
    | "capInbox"
    | "capConfirmation"
    | "capFeed"
    | "capSender"
  >;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  readonly events: EventSink;
  readonly audit: Audit;
  readonly assets: Pick<AssetStore, "path" | "put">;
  readonly alertSpeech: Pick<AlertSpeech, "say" | "stored" | "fitted" | "recorded">;
  readonly broker: Broker;
  readonly trust: HubTrust;
  readonly stations: StationBook;
  readonly commands: Commands;
  readonly broadcasts: Broadcasts;
  /** As it is in force. */
  readonly territory: () => Territory;
  /** In force where no area has an envelope. */
  readonly defaultEnvelope: TimeEnvelope;
}

/** What sounds without a plan, composed. */
export interface UrgentParts {
  readonly acts: AlertActs;
  readonly lives: Lives;
  /** Where acks, births, receipts and events of stations go. */
  readonly alertDelivery: AlertDelivery;
  readonly buttonAlarms: ButtonAlarms;
  readonly liveReports: LiveReports;
  readonly routes: readonly RouteSet[];
  /** Takes up what stood when the hub ended. */
  start(): Promise<void>;
  /** Stations may connect: sources of other systems are asked. */
  ask(): void;
  /** Ends speech and tells stations so; nothing is sent after. */
  stop(): Promise<void>;
  /** Stores what stations said last. Once none is connected any more. */
  close(): Promise<void>;
}

/** Composes alerts, live speech and CAP, which are not planned and go before everything that is. */
export function createUrgent(needs: UrgentNeeds): UrgentParts {
  const { config, database, clock, log, registry, events, audit, assets } = needs;
  const { broker, trust, stations, commands, broadcasts, territory, defaultEnvelope } = needs;
  const { alertSpeech: speech } = needs;
  const db = lineDatabase(database);
  const now = () => clock.now();
  const book = new AlertBook({ database, audit, journal: new AlertJournal(config.data), clock, log });
  const views = new AlertViews({ db, stations, territory, now });
  const notices = new AlertNotices({ alerts: book, views, events, clock, territory });
  const delivery = new AlertDelivery({
    ...{ broker, trust, clock, log, stations, alerts: book, territory },
    changed: (id) => notices.changed(id),
  });
  const rights = new AlertRights({ database, territory, registry, secondFactor: config.alertTotp });
  const targets = new TargetFinder({ territory, group: (id) => targetGroups.find(database, id) });
  const composer = new AlertComposer({ speech, registry, log });
  const acts = new AlertActs({
    ...{ book, composer, delivery, notices, territory, clock, log, leadMs: config.alertLeadMs },
    changed: (alert) => lives.alertChanged(alert),
  });
  const alerts = new Alerts({
    ...{ acts, book, composer, rights, views, targets, territory, clock },
    confirmation: config.alertConfirmation,
    capConfirmation: config.capConfirmation,
    leadMs: config.alertLeadMs,
  });
  const groups = new TargetGroups({ clock, database, audit, rights, finder: targets, territory });
  const liveBook = new LiveBook({ database, audit });
  const rehearsals = new Rehearsals({
    ...{ alerts, acts, rights, targets, broadcasts, stations, territory, now },
    ...{ live: liveBook, book },
  });

  const liveViews = new LiveViews({ db, stations, territory, now });
  const liveNotices = new LiveNotices({ book: liveBook, views: liveViews, events, clock, territory });
  const liveDelivery = new LiveDelivery({ broker, commands, clock, log, territory });
  const speaking = { book: liveBook, delivery: liveDelivery, notices: liveNotices, alerts, acts, assets };
  const lives: Lives = new Lives({
    ...{ ...speaking, views: liveViews, targets, alertRights: rights, territory, clock, log },
    endings: new LiveEndings({ ...speaking, clock, log }),
    rights: new LiveRights({ database, territory, defaultEnvelope }),
    ...{ data: config.data, delayMs: config.liveDelayMs },
  });

  const retention = new RecordingRetention({
    ...{ book: liveBook, assets, clock, log, keptDays: config.liveRecordingDays },
    standing: () => book.standing().map(({ record }) => record),
  });

  const cap = createCap({
    ...{ config, db, clock, log, audit, alerts, acts, alertBook: book, rights, speech, territory },
  });

  return {
    ...{ acts, lives, alertDelivery: delivery },
    buttonAlarms: new ButtonAlarms({
      book,
      notices,
      clock,
      log,
      record: (id) => territory().stations.get(id),
    }),
    liveReports: new LiveReports({ book: liveBook, delivery: liveDelivery, notices: liveNotices, log }),
    routes: [
      (app) => alertRoutes(app, { alerts, lists: new AlertLists({ book, rights, views }), rehearsals }),
      (app) => groupRoutes(app, { groups }),
      (app) => liveRoutes(app, { lives, clock }),
      (app) =>
        capRoutes(app, {
          cap: cap.desk,
          decisions: cap.decisions,
          alerts,
          open: config.capFeed === "public",
        }),
    ],
    async start() {
      await acts.start();
      await lives.start();
      retention.start();
      await cap.start();
    },
    ask: () => cap.ask(),
    async stop() {
      await cap.close();
      await retention.close();
      await lives.close();
      await acts.close();
      for (const part of [delivery, notices, liveNotices]) part.close();
    },
    close: () => book.close(),
  };
}
