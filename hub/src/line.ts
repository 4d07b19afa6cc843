import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { days } from "@loa/kernel/units";
import type { StationId } from "@loa/protocol/identity";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { EmbeddedBroker } from "./broker/embedded.ts";
import type { HubConfig } from "./config.ts";
import { DEFAULT_ENVELOPE } from "./core/envelope.ts";
import { NEVER_SEEN } from "./core/station-view.ts";
import { Territory } from "./core/targets.ts";
import type { RouteSet } from "./http/api.ts";
import { broadcastRoutes } from "./http/routes/broadcasts.ts";
import { scheduleRoutes } from "./http/routes/schedules.ts";
import { stopRoutes } from "./http/routes/stop.ts";
import { createStationServer } from "./http/station-server.ts";
import { Commands } from "./link/commands.ts";
import { Enrolment } from "./link/enrolment.ts";
import { Gate } from "./link/gate.ts";
import { PlanDelivery } from "./link/plan-delivery.ts";
import { PresenceKeeper } from "./link/presence-keeper.ts";
import { ReceiptIntake } from "./link/receipt-intake.ts";
import { StationBook } from "./link/station-book.ts";
import { StationLink } from "./link/station-link.ts";
import type { Broker, Line, RegistryChange, StationLive } from "./ports.ts";
import { Broadcasts } from "./schedule/broadcasts.ts";
import { Calendar } from "./schedule/calendar.ts";
import { Drafts } from "./schedule/drafts.ts";
import { Planning } from "./schedule/planning.ts";
import { Previews } from "./schedule/preview.ts";
import { Recorder } from "./schedule/recorder.ts";
import { Schedules } from "./schedule/schedules.ts";
import { Stops } from "./schedule/stops.ts";
import { history } from "./store/repositories/history.ts";
import { playout, receipts } from "./store/repositories/line-receipts.ts";
import { lineDatabase } from "./store/repositories/line-tables.ts";
import { EpochKeeper } from "./trust/epoch-keeper.ts";
import { openTrust } from "./trust/hub-trust.ts";
import { createUrgent, type UrgentNeeds } from "./urgent-line.ts";

const SHOWN_PLAYOUTS = 20;

/** What the line is built over. */
export interface LineNeeds
  extends Omit<
    UrgentNeeds,
    "config" | "broker" | "trust" | "stations" | "commands" | "broadcasts" | "territory" | "defaultEnvelope"
  > {
  readonly config: UrgentNeeds["config"] & Pick<HubConfig, "mqttPort" | "stationPort" | "tls">;
  /** In force where no area has an envelope. */
  readonly defaultEnvelope?: TimeEnvelope;
}

/** Where stations reach the hub, and the file of the CA they pin. */
export interface LineAddresses extends Record<string, string> {
  readonly mqtt: string;
  readonly stations: string;
  readonly ca: string;
}

/** The line, composed. */
export interface LineParts {
  readonly line: Line;
  readonly broker: Broker;
  readonly routes: readonly RouteSet[];
  start(): Promise<LineAddresses>;
  stop(): Promise<void>;
  /** Whether stations may connect and plans are served. */
  ready(): boolean;
  addresses(): LineAddresses;
}

/** Composes trust, broker, link and schedules over the desk; nothing listens before `start`. */
export async function createLine(needs: LineNeeds): Promise<LineParts> {
  const { config, clock, log, registry, events, audit, assets } = needs;
  const db = lineDatabase(needs.database);
  const keys = join(config.data, "keys");
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const publicHost = config.publicHost ?? config.host;
  const defaultEnvelope = needs.defaultEnvelope ?? DEFAULT_ENVELOPE;
  const trust = await openTrust(keys, [...new Set(["localhost", "127.0.0.1", publicHost])], clock.now());
  const epoch = await EpochKeeper.open({ db, file: join(keys, "store-mark"), clock, log });
  const book = await StationBook.load(db);
  if (epoch.restored) passAreaRevisions(book);

  const calendar = new Calendar();
  const pathOf = (station: StationId) => calendar.territory.pathOf(station);
  const gate = new Gate({ book, trust, clock, log, audit, pathOf });
  const tls = config.tls === "on" ? { ...trust.server, ca: trust.ca.pem } : null;
  const broker = new EmbeddedBroker({ host: config.host, port: config.mqttPort, tls, gate, log });

  const planning = new Planning({
    ...{ calendar, book, clock, log },
    epoch: () => epoch.epoch,
    defaultEnvelope,
    issued: (stations) => {
      for (const station of stations) {
        presence.changed(book.ensure(station));
        delivery.offer(station).catch((error) => log.error({ station, err: error }, "a plan was not sent"));
      }
    },
    moved: ({ id }) => broker.disconnect(id),
  });
  const commands = new Commands({
    ...{ broker, trust, clock, db, log },
    cover: (stations) => calendar.territory.cover(stations),
    isConnected: (station) => book.get(station)?.connected === true,
  });
  const delivery = new PlanDelivery({
    ...{ broker, trust, clock, log, book },
    source: (station) => planning.source(station),
    settled: (state) => presence.changed(state),
    overtaken: (_, head) => {
      link.lostHistory(head.hubEpoch).catch((error) => log.error({ err: error }, "the epoch was not raised"));
    },
  });
  const broadcasts = new Broadcasts({ db, calendar, planning, book, clock });
  const recorder = new Recorder({ db, calendar, broadcasts, events, clock, log });
  const presence = new PresenceKeeper({
    ...{ book, clock, events },
    record: (station) => calendar.territory.stations.get(station),
    onAirChanged: (before, after) => {
      for (const onAir of [before, after]) if (onAir?.broadcastId) recorder.changed(onAir.broadcastId);
    },
  });
  const urgent = createUrgent({
    ...{ ...needs, broker, trust, stations: book, commands, broadcasts, defaultEnvelope },
    territory: () => calendar.territory,
  });
  const intake = new ReceiptIntake({
    ...{ db, commands },
    stored: (received) => {
      const area = calendar.territory.stations.get(received.station)?.areaId;
      if (area !== undefined) events.publish({ kind: "playout", playout: playout(received) }, [area]);
      urgent.alertDelivery.proven(received.station, received.receipt);
      const { broadcastId } = received.receipt;
      if (broadcastId !== undefined) recorder.changed(broadcastId);
    },
  });
  const link: StationLink = new StationLink({
    ...{ broker, book, gate, trust, epoch, clock, log, presence, commands, delivery, receipts: intake },
    alerts: urgent.alertDelivery,
    buttonAlarms: urgent.buttonAlarms,
    lives: urgent.liveReports,
    replanAll: () => planning.issue([...book.all()].map(({ id }) => id)),
  });

  const { timeZone } = config;
  const drafts = new Drafts({ calendar, planning, registry, clock, timeZone });
  const schedules = new Schedules({
    ...{ db, calendar, planning, drafts, registry, clock, log, audit, events, timeZone },
    edited: (id) => recorder.edited(id),
  });
  const previews = new Previews({ calendar, planning, broadcasts, schedules, drafts, clock, timeZone });
  const stops = new Stops({
    ...{ db, calendar, planning, broadcasts, schedules, recorder, commands, clock, audit },
    stopped: (actor, stations) => urgent.lives.stopped(actor, stations),
  });

  let addresses: LineAddresses = { mqtt: "", stations: "", ca: join(keys, "ca.pem") };
  const enrolment = new Enrolment({
    ...{ book, trust, clock, audit, pathOf },
    addresses: () => ({ mqtt: addresses.mqtt, station: addresses.stations }),
    noted: (ids, at) =>
      needs.database.transaction().execute(async (transaction) => {
        for (const id of ids) {
          const by = { id, name: calendar.territory.stations.get(id)?.name ?? id };
          await history.add(transaction, "station", [id], { at, by, kind: "enrolled" });
        }
      }),
    revoked: ({ id }) => broker.disconnect(id),
    enrolled: ({ id }) => {
      broker.disconnect(id);
      planning.affected([id]);
    },
  });
  const server = await createStationServer({ clock, log, tls, gate, enrolment, assets });
  let ready = false;

  const territory = async () => new Territory(await registry.areas(), await registry.stations());
  const enter = async () => calendar.enter(await calendar.survey(await territory()), clock.now());
  await enter();
  await schedules.load();
  const revokeRetired = async (stations: Iterable<StationId>) => {
    for (const id of stations) if (!calendar.territory.stations.has(id)) await enrolment.revoke(id);
  };
  await revokeRetired([...book.all()].map(({ id }) => id));
  const follow = async (change: RegistryChange): Promise<void> => {
    if (change.kind === "announcement") return schedules.announcementChanged(change.id);
    const reached =
      change.kind === "merge"
        ? await schedules.areaMerged(change.id, change.into, await territory())
        : await enter();
    urgent.acts.widen();
    if (change.kind === "area" || change.kind === "merge")
      return planning.affected([...book.all()].map(({ id }) => id));
    const own = change.kind === "stations" ? change.ids : [change.id];
    await revokeRetired(own);
    planning.affected([...reached, ...own]);
  };
  let following: Promise<void> = Promise.resolve();
  registry.onChange((change) => {
    following = following
      .then(() => follow(change))
      .catch((error) => log.error({ ...change, err: error }, "a change of the desk was not followed"));
    return following;
  });

  const live = async (id: StationId): Promise<StationLive> => {
    const state = book.get(id);
    if (!state) return NEVER_SEEN;
    const glance = presence.glance(state);
    const segments = segmentsToCome(planning, id, state.wanted?.anchor ?? null, clock.now());
    const playouts = await receipts.ofStation(db, id, SHOWN_PLAYOUTS);
    return { ...glance, plan: { ...glance.plan, segments }, playouts };
  };

  return {
    line: {
      glance: (id) => {
        const state = book.get(id);
        return state ? presence.glance(state) : NEVER_SEEN;
      },
      live,
      enrolmentLabel: async (id) => (await enrolment.labels([id]))[0]!,
      enrolmentLabels: (ids) => enrolment.labels(ids),
    },
    broker,
    routes: [
      (app) => scheduleRoutes(app, { schedules, previews, calendar, now: () => clock.now() }),
      (app) => broadcastRoutes(app, { broadcasts, stops, calendar, now: () => clock.now() }),
      (app) => stopRoutes(app, { stops }),
      ...urgent.routes,
    ],
    async start() {
      await recorder.start();
      await commands.resume();
      await urgent.start();
      await planning.issue([...book.all()].map(({ id }) => id));
      planning.start();
      presence.start();
      const mqttPort = new URL(await broker.listen()).port;
      await server.listen({ host: config.host, port: config.stationPort, backlog: 4_096 });
      const { port: stationPort } = server.addresses()[0] as { port: number };
      const name = publicHost.includes(":") ? `[${publicHost}]` : publicHost;
      addresses = {
        mqtt: `${tls ? "mqtts" : "mqtt"}://${name}:${mqttPort}`,
        stations: `${tls ? "https" : "http"}://${name}:${stationPort}`,
        ca: addresses.ca,
      };
      await link.start();
      urgent.ask();
      ready = true;
      return addresses;
    },
    async stop() {
      ready = false;
      await urgent.stop();
      await planning.flush();
      for (const part of [planning, delivery, commands, presence, schedules, recorder, epoch]) part.close();
      await link.stop();
      await server.close();
      await broker.close();
      await book.save();
      await urgent.close();
    },
    ready: () => ready,
    addresses: () => addresses,
  };
}

/** An older copy of the store may have forgotten places that stations were told; their next place must count as newer. */
function passAreaRevisions(book: StationBook): void {
  for (const state of book.all()) {
    state.areaRevision += 1_000;
    book.touch(state);
  }
}

function segmentsToCome(
  planning: Planning,
  id: StationId,
  anchor: number | null,
  now: number,
): StationLive["plan"]["segments"] {
  const place = planning.placeOf(id);
  if (anchor === null || !place) return [];
  return planning
    .content(id, place, anchor)
    .segments.filter(({ startAt, durationMs }) => startAt + durationMs > now && startAt < now + days(1))
    .map(({ broadcastId, segment, startAt, durationMs, title = "" }) => ({
      ...{ broadcastId, segment, title, startAt, durationMs },
    }));
}
