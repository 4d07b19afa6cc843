import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { Cancel, Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { hours } from "@loa/kernel/units";
import { AnnouncementDecisions } from "./announcement-decisions.ts";
import { AnnouncementDrafts } from "./announcement-drafts.ts";
import { Announcements } from "./announcements.ts";
import { Areas } from "./areas.ts";
import { type HubConfig, isLoopback } from "./config.ts";
import { seedDemo } from "./demo.ts";
import { admitFirst } from "./first-start.ts";
import { Sessions } from "./http/auth.ts";
import { EventFeed } from "./http/events.ts";
import { IdempotencyKeys } from "./http/idempotency.ts";
import { LoginBackoff } from "./http/login-backoff.ts";
import { SecondFactors } from "./http/second-factor.ts";
import { Tokens } from "./http/tokens.ts";
import { Lexicons } from "./lexicons.ts";
import { AlertSpeech } from "./media/alert-speech.ts";
import { Ffmpeg } from "./media/ffmpeg.ts";
import { IngestQueue } from "./media/queue.ts";
import { ProgramSpeech, type Speech } from "./media/speech.ts";
import { AssetStore } from "./media/store.ts";
import { Voices } from "./media/voices.ts";
import { ChainedAudit } from "./store/audit.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { ifStoreTakes } from "./store/if-store-takes.ts";
import { DeskRegistry } from "./store/registry.ts";
import { users } from "./store/repositories/users.ts";
import { Templates } from "./templates.ts";
import { SecretBox } from "./trust/secret-box.ts";

/** The desk's parts: everything people work with. The line is built over it. */
export interface Desk {
  readonly config: HubConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly events: EventFeed;
  readonly audit: ChainedAudit;
  readonly areas: Areas;
  readonly assets: AssetStore;
  readonly queue: IngestQueue;
  readonly speech: Speech;
  readonly alertSpeech: AlertSpeech;
  readonly lexicons: Lexicons;
  readonly announcements: Announcements;
  readonly drafts: AnnouncementDrafts;
  readonly decisions: AnnouncementDecisions;
  readonly templates: Templates;
  readonly sessions: Sessions;
  readonly backoff: LoginBackoff;
  readonly secondFactors: SecondFactors;
  readonly tokens: Tokens;
  readonly idempotency: IdempotencyKeys;
  readonly demoPassword: string | null;
  close(): Promise<void>;
}

/** Opens the store and makes the desk's parts; nothing listens yet. @throws CONFIG_INVALID with demo accounts off loopback */
export async function buildDesk(config: HubConfig, clock: Clock, log: Logger): Promise<Desk> {
  chmodSync(config.data, 0o700);
  const database = await openDatabase(databasePath(config));
  if (!isLoopback(config.host) && (await users.hasDemo(database)))
    throw new LoaError(
      "CONFIG_INVALID",
      `the data folder holds demo accounts: ${config.host} is not loopback`,
    );
  const registry = await DeskRegistry.load(database);
  if (!config.demo) await admitFirst(config, database, registry, clock.now());
  const demoPassword = config.demo ? await seedDemo(config, database, registry, log, clock.now()) : null;
  const events = new EventFeed(clock, (id) => registry.tree.path(id));
  const audit = new ChainedAudit(database, clock);
  const { timeZone } = config;
  const areas = new Areas({ clock, database, registry, events, audit, log, timeZone });
  await areas.start();
  const assets = new AssetStore(config.data);
  const changed = (id: string) => {
    announcements
      .published(id)
      .catch((err) => log.error({ err, id }, "an announcement could not be published"));
  };
  const ffmpeg = () => Ffmpeg.find(config.ffmpeg);
  const lexicons = new Lexicons({ database, registry, audit });
  const lexicon = (areaId: string) => lexicons.entries(areaId);
  const voices = new Voices(config.espeak, config.speechCommands);
  for (const voice of voices.missing()) log.warn({ voice }, "the program of a configured voice is not there");
  const speech = new ProgramSpeech({ voices, lexicon, atOnce: config.speechAtOnce });
  const alertSpeech = new AlertSpeech({ speech, assets, ffmpeg, data: config.data });
  const queue = new IngestQueue({ database, assets, speech, data: config.data, ffmpeg, log, changed });
  const announcements = new Announcements({ clock, database, registry, events, queue });
  const templates = new Templates({ clock, database, registry, audit });
  const writing = { announcements, clock, database, registry, audit };
  const drafts = new AnnouncementDrafts({ ...writing, templates, queue });
  const decisions = new AnnouncementDecisions(writing);
  const backoff = new LoginBackoff(database);
  const secondFactors = new SecondFactors(
    database,
    clock,
    await SecretBox.open(join(config.data, "totp-key")),
  );
  const tokens = new Tokens(database, clock, audit);
  const sessions = new Sessions({ database, clock, backoff, secondFactors, tokens });
  const idempotency = new IdempotencyKeys(database, clock);
  const forget = () => Promise.all([idempotency.prune(), sessions.prune()]);
  await ifStoreTakes(log, "what is outdated stays", forget);
  const endPruning = prune(clock, log, forget);
  return {
    ...{ config, clock, log, database, registry, events, audit, areas, assets, queue },
    ...{ speech, alertSpeech, lexicons, announcements, drafts, decisions, templates },
    ...{ sessions, backoff, secondFactors, tokens, idempotency, demoPassword },
    async close() {
      endPruning();
      await areas.stop();
      await queue.stop();
      speech.close();
      await database.destroy();
    },
  };
}

function prune(clock: Clock, log: Logger, run: () => Promise<unknown>): Cancel {
  return clock.every("prune", hours(1), () => {
    run().catch((err) => log.warn({ err }, "old sessions and answers could not be forgotten"));
  });
}

function databasePath({ databaseUrl, data }: HubConfig): string {
  return databaseUrl === undefined ? join(data, "hub.db") : databaseUrl.slice("file:".length);
}
