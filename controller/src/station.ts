import { randomBytes } from "node:crypto";
import type { Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { parseJson } from "@loa/protocol/parse";
import { HubPresence } from "@loa/protocol/presence";
import type { Receipt } from "@loa/protocol/receipt";
import { plainProof } from "@loa/protocol/uplink";
import { AlertKeeper } from "./alert-keeper.ts";
import type { StationConfig } from "./config.ts";
import { type Candidate, isAlert, isLive } from "./core/candidate.ts";
import type { Moment } from "./core/moment.ts";
import { endOf, startOf } from "./core/time-guard.ts";
import { Interlock } from "./hardware/interlock.ts";
import { AssetCache, type AssetSource } from "./link/asset-cache.ts";
import type { Identity } from "./link/identity.ts";
import { Journal } from "./link/journal.ts";
import { MqttLink } from "./link/mqtt-link.ts";
import { Reception } from "./link/reception.ts";
import { STEP_MS, TimeSync } from "./link/time-sync.ts";
import { LiveEar } from "./live-ear.ts";
import { Playing } from "./playing.ts";
import { PlayoutBook } from "./playout-book.ts";
import { Pole } from "./pole/pole.ts";
import type { AudioEngine, Hardware } from "./ports.ts";
import { Reporting } from "./reporting.ts";

/** What the composition root gives a station. */
export interface StationDeps {
  readonly config: StationConfig;
  readonly identity: Identity;
  readonly software: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly hardware: Hardware;
  readonly audio: AudioEngine;
  /** By the machine's own count; null: it does not tell. */
  readonly moment: () => Moment | null;
}

const REMEMBER_TIME_MS = 60_000;
/** A new epoch of the hub makes all stations speak; they spread over this time. */
const EPOCH_SPREAD_MS = 5_000;

/** The station daemon: joins link, reception, playing and reporting. It plays what it holds whether or not a hub answers. */
export class Station {
  readonly #deps: StationDeps;
  readonly #journal: Journal;
  readonly #assets: AssetCache;
  readonly #time: TimeSync;
  readonly #reception: Reception;
  readonly #alerts: AlertKeeper;
  readonly #live: LiveEar;
  readonly #playing: Playing;
  readonly #reporting: Reporting;
  readonly #pole: Pole;
  readonly #link: MqttLink;
  #hubEpoch: number | null = null;
  #birthDue = false;
  #programmeDb = Number.NEGATIVE_INFINITY;

  constructor(deps: StationDeps) {
    this.#deps = deps;
    const { config, identity, clock, log, audio, software } = deps;
    const hardware: Hardware = new Interlock(deps.hardware, () => this.#pole.lockOut.active);
    this.#journal = new Journal(config.data, log);
    this.#assets = new AssetCache(config.data, clock, log);
    this.#time = this.#makeTime();
    const time = () => ({ ...this.#time.state(), now: this.#time.now() });
    const nonce = randomBytes(18).toString("base64url");
    this.#reception = new Reception(
      {
        identity,
        journal: this.#journal,
        assets: this.#assets,
        log,
        time,
        nonce,
        ack: (ack) => this.#reporting.ack(ack),
        rejected: () => this.#reporting.rejected(),
      },
      {
        planChanged: () => this.#playing.decide(),
        stop: (id) => this.#playing.stop(id),
        areaChanged: (path) => this.#link.moveTo(path),
        alert: (alert, ownTime) => {
          this.#alerts.take(alert, identity.station, ownTime);
          this.#followAlerts();
        },
        live: (session) => this.#live.open(session, "command"),
      },
    );
    const plan = () => this.#reception.plan;
    const gainDb = () => Math.min(0, config.hardEnvelope.maxGainDb, plan()?.envelope.maxGainDb ?? 0);
    const book = new PlayoutBook({
      journal: this.#journal,
      log,
      time,
      gainDb,
      timeZone: () => plan()?.timeZone ?? "UTC",
      hornOhms: Object.fromEntries(config.zones.map(({ id, hornOhms }) => [id, hornOhms])),
      whyGone: (alertId) => this.#alerts.whyGone(alertId),
      begun: (candidate) => {
        if (isLive(candidate)) this.#live.begun(candidate);
      },
      started: (candidate) => {
        if (isAlert(candidate)) this.#alerts.started(candidate);
        if (isLive(candidate)) this.#live.started(candidate);
      },
      settled: (receipt, candidate) => this.#settled(receipt, candidate),
    });
    this.#alerts = new AlertKeeper({
      ...{ journal: this.#journal, assets: this.#assets, log },
      now: () => this.#time.now(),
      synchronised: () => this.#time.state().synchronised,
      soundableAt: () => this.#playing.soundableAt,
      liveEnds: () => this.#live.ends,
      moment: deps.moment,
      ack: (ack) => this.#reporting.ack(ack),
      changed: () => this.#playing.decide(),
    });
    this.#live = new LiveEar({
      ...{ clock, journal: this.#journal, log, audio },
      now: () => this.#time.now(),
      ack: (ack) => this.#reporting.ack(ack),
      tell: (event) => this.#reporting.tell(event),
      changed: () => this.#playing.decide(),
    });
    const shared = {
      config,
      clock,
      log,
      journal: this.#journal,
      assets: this.#assets,
      hardware,
      audio,
      time,
    };
    this.#pole = new Pole({
      ...{ config, clock, log, journal: this.#journal, hardware, alerts: this.#alerts, time },
      soundableAt: () => this.#playing.soundableAt,
      sounding: () => this.#playing.onAir !== null,
      tell: (event) => this.#reporting.tell(event),
      changed: () => this.#poleChanged(),
    });
    this.#playing = new Playing({
      ...{ ...shared, book, plan, gainDb },
      alerts: () => this.#alerts.stretches,
      live: () => this.#live.stretches,
      lockedOut: () => this.#pole.lockOut.active,
      heldBack: (stretch) =>
        isLive(stretch) ? this.#live.heldBack(stretch) : this.#alerts.heldBack(stretch),
      onAirChanged: () => this.#reporting.health(),
    });
    const session = this.#nextSession();
    this.#link = new MqttLink(identity, { session, areaPath: this.#reception.areaPath, clock, log }, this);
    this.#reporting = new Reporting({
      ...shared,
      software,
      nonce,
      playing: this.#playing,
      reception: this.#reception,
      lockOut: this.#pole.lockOut,
      link: () => this.#link,
      live: () => this.#live.reception,
      programmeDb: () => this.#programmeDb,
    });
    audio.onProgress(({ rmsDb }) => {
      this.#programmeDb = rmsDb ?? this.#programmeDb;
    });
    this.#assets.onChange(() => {
      this.#reception.reportReady();
      this.#alerts.assetsChanged();
      this.#playing.decide();
    });
  }

  /** Resolves when the kept plan is taken up and the station would play it; the link comes up by itself. */
  async start(): Promise<void> {
    const { audio, hardware, clock } = this.#deps;
    audio.start();
    audio.setClock(this.#time.state().line);
    hardware.start();
    this.#pole.restore();
    this.#live.restore();
    this.#alerts.restore();
    this.#followAlerts();
    await this.#reception.restore();
    this.#playing.start();
    this.#reporting.start();
    await this.#pole.start();
    this.#assets.connect(this.#assetSource());
    this.#link.start();
    clock.every("remember-time", REMEMBER_TIME_MS, () => this.#rememberTime());
  }

  /** Opens every relay and lets go of everything. */
  async close(): Promise<void> {
    this.#playing.close();
    this.#pole.close();
    await this.#deps.hardware.close();
    this.#live.close();
    this.#reporting.close();
    this.#time.pause();
    await this.#link.close();
    await this.#deps.audio.close();
    this.#assets.close();
    this.#rememberTime();
    this.#journal.close();
  }

  get planRevision(): number | null {
    return this.#reception.plan?.revision ?? null;
  }

  /** The link is up. */
  online(): void {
    this.#reporting.birth();
    this.#time.start();
    this.#assets.kick();
  }

  /** The link is down. */
  offline(): void {
    this.#time.pause();
  }

  /**
   * Rises with every start. A disk that took nothing, or a journal that was damaged, forgot the last ones; the hub did not, and would
   * listen no more. So it rises by the seconds since the disk took the time.
   */
  #nextSession(): number {
    const { clock } = this.#deps;
    const known = this.#journal.renewed ? 0 : Number(this.#journal.fact("lastInstant") ?? clock.now());
    return this.#journal.next("session", Math.max(1, Math.floor((clock.now() - known) / 1_000)));
  }

  /** Something arrived from the broker; it proves nothing by itself. */
  message(topic: string, payload: Uint8Array): void {
    try {
      if (topic.endsWith("/plan")) this.#reception.take("plan", payload);
      else if (topic.endsWith("/command")) this.#reception.take("command", payload);
      else if (topic.endsWith("/alert")) this.#reception.take("alert", payload);
      else if (topic.endsWith("/live")) this.#live.packet(payload);
      else if (topic.endsWith("/time")) this.#time.take(payload);
      else if (topic === "loa/1/hub") this.#hub(parseJson(HubPresence, payload, "hub presence"));
    } catch (error) {
      this.#deps.log.debug({ topic, error: String(error) }, "a message was dropped");
    }
  }

  #hub({ hubEpoch }: HubPresence): void {
    const changed = this.#hubEpoch !== null && this.#hubEpoch !== hubEpoch;
    this.#hubEpoch = hubEpoch;
    if (!changed || this.#birthDue) return;
    const { clock } = this.#deps;
    this.#birthDue = true;
    clock.at("birth-again", clock.now() + Math.random() * EPOCH_SPREAD_MS, () => {
      this.#birthDue = false;
      this.#reporting.birth();
    });
  }

  /** Silence first, then the news of it. */
  #poleChanged(): void {
    this.#playing.decide();
    this.#reporting.judge();
    this.#reporting.health();
  }

  /** An alert's own speech is listened for as long as the alert stands. */
  #followAlerts(): void {
    for (const session of this.#alerts.liveSessions) this.#live.open(session, "alert");
  }

  #settled(receipt: Receipt, candidate: Candidate): void {
    if (isAlert(candidate)) this.#alerts.settled(candidate, receipt);
    if (isLive(candidate)) this.#live.settled(candidate, receipt);
    this.#reporting.receipts();
    this.#reporting.health();
  }

  #makeTime(): TimeSync {
    const { clock, log, identity, config, audio } = this.#deps;
    return new TimeSync({
      ...{ clock, log, rtc: config.clock.rtc, secret: Buffer.from(identity.secret, "base64url") },
      floor: Number(this.#journal.fact("lastInstant") ?? 0),
      soundInMs: () => this.#soundInMs(),
      chance: Math.random,
      send: (request) => this.#link.send("time", request, 0),
      changed: ({ line }, movedMs) => {
        const stepped = Math.abs(movedMs) > STEP_MS;
        if (stepped) this.#playing.timeMoved(movedMs);
        audio.setClock(line);
        if (stepped) this.#alerts.timeMoved(movedMs);
        this.#playing.decide();
      },
    });
  }

  /** Until something is due, ms; 0 while something sounds, Infinity when nothing is planned. */
  #soundInMs(): number {
    if (this.#playing.onAir) return 0;
    const now = this.#time.now();
    const ahead = [...(this.#reception.plan?.segments ?? []), ...this.#alerts.stretches].filter(
      (one) => endOf(one) > now,
    );
    return Math.max(0, Math.min(...ahead.map((one) => startOf(one) - now)));
  }

  #assetSource(): AssetSource {
    const { ca, certificate, key, station, secret, assets: url } = this.#deps.identity;
    if (!url.startsWith("http:")) return { url, tls: { ca, cert: certificate, key }, headers: {} };
    const password = plainProof(Buffer.from(secret, "base64url"), "assets");
    return { url, tls: null, headers: { authorization: `Station ${station}:${password}` } };
  }

  #rememberTime(): void {
    const now = this.#time.now();
    this.#alerts.keepAgain();
    try {
      if (this.#time.state().synchronised) this.#journal.setFact("lastInstant", String(Math.floor(now)));
      this.#journal.prune(now);
    } catch (error) {
      this.#deps.log.error({ error: String(error) }, "the journal takes nothing; memory serves");
    }
  }
}
