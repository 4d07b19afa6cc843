import { createHash, randomBytes } from "node:crypto";
import { codeOf } from "@loa/kernel/errors";
import { Command } from "@loa/protocol/command";
import { kindOf, type Trust } from "@loa/protocol/envelope";
import { KeySet } from "@loa/protocol/key-set";
import { sessionOfLive } from "@loa/protocol/live";
import { parseJson } from "@loa/protocol/parse";
import { Plan } from "@loa/protocol/plan";
import { HubPresence } from "@loa/protocol/presence";
import { TIME_BURST, TIME_BURST_GAP_MS } from "@loa/protocol/time-pace";
import { HUB_TOPIC, stationSubscriptions, type UpKind, upTopic } from "@loa/protocol/topics";
import { plainProof, wrapUplink } from "@loa/protocol/uplink";
import { fetchAsset } from "./asset-fetch.ts";
import { alertOnAir } from "./core/alerts.ts";
import { soundInMs } from "./core/playouts.ts";
import type { Deed } from "./core/script.ts";
import { step } from "./core/station-machine.ts";
import {
  type FleetEffect,
  type FleetEvent,
  type FleetState,
  SWITCHED_ON,
  type TimerName,
} from "./core/station-state.ts";
import type { Crew } from "./crew.ts";
import { type ConnectionListener, LightConnection } from "./light-connection.ts";
import { birthOf, healthOf, type LightTime } from "./light-reports.ts";
import { refusalOf, type Signed } from "./refusal.ts";
import { TimeExchange } from "./time-exchange.ts";

const RECEIPT_BATCH = 20;
/** What a hub says instead of a plan that did not change. */
const UNCHANGED = Buffer.from("unchanged");
const NOTABLE_STEP_MS = 10;
const REFUSED = "ECONNREFUSED";

/** What one station of a fleet got at its enrolment; the rest is the same for all. */
export interface LightIdentity {
  readonly station: string;
  readonly certificate: string;
  readonly key: string;
  /** base64url */
  readonly secret: string;
  readonly areaPath: readonly string[];
  readonly areaRevision: number;
}

/** One light station: carries out what its machine decides, on a real connection, with real proofs. */
export class LightStation implements ConnectionListener {
  readonly #crew: Crew;
  readonly #identity: LightIdentity;
  readonly #secret: Buffer;
  readonly #fetches: boolean;
  readonly #timers: Partial<Record<TimerName, number>> = {};
  readonly #time = new TimeExchange();
  #state: FleetState = { ...SWITCHED_ON, nonce: randomBytes(12).toString("base64url") };
  #connection: LightConnection | null = null;
  #connectedAt = 0;
  #counter = 0;
  #areaPath: readonly string[];
  #areaRevision: number;
  #keySetVersion: number;
  #missing: readonly string[] = [];
  #receiptsSentAt = 0;
  /** Signed messages are judged one after the other; null: none is being judged. */
  #turn: Promise<void> = Promise.resolve();

  /** `fetches`: this one really fetches the audio of its plans. */
  constructor(identity: LightIdentity, crew: Crew, fetches: boolean) {
    this.#crew = crew;
    this.#identity = identity;
    this.#secret = Buffer.from(identity.secret, "base64url");
    this.#fetches = fetches;
    this.#areaPath = identity.areaPath;
    this.#areaRevision = identity.areaRevision;
    this.#keySetVersion = crew.hub.keySet.version;
  }

  get id(): string {
    return this.#identity.station;
  }
  get state(): FleetState {
    return this.#state;
  }

  /** Connects for the first time, at a moment within `withinMs`. */
  start(withinMs: number): void {
    this.#happens({ on: "start", withinMs });
  }

  do(deed: Deed): void {
    this.#happens({ on: "deed", deed });
  }

  /** Says goodbye. */
  end(): void {
    this.#send("death", { reason: "lost" }, 1);
    this.#connection?.close(true);
  }

  online(): void {
    this.#crew.measure("connect", this.#crew.clock.now() - this.#connectedAt);
    this.#happens({ on: "online" });
  }

  lost(reason: string): void {
    this.#connection = null;
    this.#crew.count(`lost: ${reason}`);
    if (reason.includes(REFUSED)) this.#crew.refused();
    this.#happens({ on: "lost" });
  }

  taken(afterMs: number): void {
    this.#crew.measure("taken", afterMs);
  }

  /** Something arrived from the broker; it proves nothing by itself. */
  message(topic: string, payload: Buffer): void {
    const kind = topic.slice(topic.lastIndexOf("/") + 1);
    this.#crew.count(`received ${kind}`);
    try {
      if (topic === HUB_TOPIC)
        this.#happens({ on: "hub", hubEpoch: parseJson(HubPresence, payload, "hub presence").hubEpoch });
      else if (kind === "live") this.#takeLive(payload);
      else if (kind === "time") this.#takeTime(payload);
      else if (kind === "plan" && payload.equals(UNCHANGED)) this.#happens({ on: "unchanged" });
      else if (kind === "plan" || kind === "command" || kind === "alert")
        this.#judge(kind, payload.toString());
    } catch (error) {
      this.#crew.count(`dropped ${kind} ${codeOf(error)}`);
    }
  }

  #judge(kind: Signed, compact: string): void {
    const take = { plan: this.#takePlan, command: this.#takeCommand, alert: this.#takeAlert }[kind];
    this.#turn = this.#turn
      .then(() => take.call(this, compact))
      .catch((error: unknown) => this.#refuse(kind, compact, codeOf(error)));
  }

  async #takePlan(compact: string): Promise<void> {
    const { reception } = this.#crew;
    const { body, signedAt } = await reception.take("plan", Plan, compact, this.#trust("plan"));
    this.#crew.measure("plan", this.#now() - signedAt);
    const { hubEpoch, revision, validUntil } = body;
    const plan = { hubEpoch, revision, validUntil, segments: reception.shared(body.segments) };
    this.#happens({ on: "plan", plan, fetch: this.#fetches });
    if (body.areaRevision > this.#areaRevision) this.#moveTo(body.areaPath, body.areaRevision);
  }

  async #takeCommand(compact: string): Promise<void> {
    const { reception } = this.#crew;
    const { body, signedAt, expiresAt } = await reception.take(
      "command",
      Command,
      compact,
      this.#trust("command"),
    );
    this.#crew.measure("command", this.#now() - signedAt);
    if (body.kind === "key-set") await this.#takeKeySet(body.keySet);
    if (body.kind === "receipts-stored")
      this.#crew.measure("receipt", this.#crew.clock.now() - this.#receiptsSentAt);
    const unsent = this.#state.unsent.length;
    this.#happens({ on: "command", command: body, expiresAt });
    this.#crew.count("receipts stored", unsent - this.#state.unsent.length);
  }

  /** An exercise travels under its own kind and key. */
  async #takeAlert(compact: string): Promise<void> {
    const { reception } = this.#crew;
    const kind = kindOf(compact) === "exercise" ? "exercise" : "alert";
    const { body, signedAt } = await reception.takeAlert(kind, compact, this.#trust("alert"));
    this.#crew.measure("alert", this.#now() - signedAt);
    const sounding = alertOnAir(this.#state)?.alert;
    this.#happens({ on: "alert", alert: body, own: this.id });
    const cutOff = sounding?.alertId === body.alertId && sounding.revision < body.revision;
    if (cutOff) this.#crew.measure("silent", this.#now() - signedAt);
  }

  /** Packets are counted, and timed from when their first sample was spoken; nothing is verified or decoded. */
  #takeLive(packet: Buffer): void {
    const sessionId = sessionOfLive(packet);
    const { live } = this.#state;
    if (sessionId === null || live?.sessionId !== sessionId) {
      this.#crew.count("live of no session");
      return;
    }
    const spokenAt = live.startAt + Number(packet.readBigUInt64BE(22)) / 1_000;
    this.#crew.measure("live", this.#now() - spokenAt);
    const last = (packet.readUInt8(1) & 1) !== 0;
    if (last || !live.sounding) this.#happens({ on: "live", sessionId, last });
  }

  async #takeKeySet(compact: string): Promise<void> {
    const crew = this.#crew;
    const { body } = await crew.reception.take("key-set", KeySet, compact, this.#trust("plan"));
    this.#keySetVersion = body.version;
    if (body.version > crew.keySet.version) crew.keySet = body;
  }

  #refuse(kind: Signed, compact: string, code: string): void {
    this.#crew.count(`refused ${kind} ${code}`);
    const ack = refusalOf(kind, compact, code);
    if (ack) this.#happens({ on: "refused", ack });
  }

  #trust(kind: Signed): Trust {
    const { root, hubId } = this.#crew.hub;
    const { station } = this.#identity;
    const audience = kind === "plan" ? [station] : [station, ...this.#areaPath, hubId];
    return { root, keySet: this.#crew.keySet, audience, now: this.#now(), clockErrorMs: this.#time.errorMs };
  }

  #happens(event: FleetEvent): void {
    const around = {
      now: this.#now(),
      clockErrorMs: this.#time.errorMs,
      chance: Math.random(),
      receiptId: (key: string) =>
        `r-${createHash("sha256").update(`${this.id}/${key}`).digest("base64url").slice(0, 32)}`,
    };
    const [state, effects] = step(this.#state, event, around);
    const made = state.sequence - this.#state.sequence;
    if (made > 0) this.#crew.count("receipts made", made);
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: FleetEffect): void {
    switch (effect.do) {
      case "connect":
        this.#connect();
        break;
      case "close":
        this.#close(effect.politely);
        break;
      case "pause":
        this.#connection?.pause();
        break;
      case "resume":
        this.#connection?.resume();
        break;
      case "ping":
        this.#connection?.ping();
        break;
      case "birth":
        this.#birth();
        break;
      case "health":
        this.#send("health", healthOf(this.id, effect.onAir, this.#state, this.#lightTime()), 0);
        break;
      case "time":
        this.#askTime();
        break;
      case "resume-time":
        this.#wake(
          "time",
          this.#now() + this.#time.resumeMs(soundInMs(this.#state, this.#now()), Math.random()),
        );
        break;
      case "ack":
        this.#later(effect.afterMs, () => this.#send("ack", { ...effect.ack, at: this.#now() }, 1));
        break;
      case "event":
        this.#send("event", { kind: effect.kind, at: this.#now(), fault: effect.fault }, 1);
        break;
      case "receipts":
        this.#receiptsSentAt = this.#crew.clock.now();
        this.#send("receipt", { receipts: this.#state.unsent.slice(0, RECEIPT_BATCH) }, 1);
        break;
      case "fetch":
        this.#fetch(effect.hashes);
        break;
      case "move":
        this.#moveTo(effect.command.areaPath, effect.command.areaRevision);
        break;
      case "wake":
        this.#wake(effect.timer, effect.at);
        break;
      case "forget":
        for (const timer of effect.timers) delete this.#timers[timer];
    }
  }

  #connect(): void {
    const { mqtt, ca } = this.#crew.hub;
    const { station, certificate, key } = this.#identity;
    const { protocol, hostname, port } = new URL(mqtt);
    const plain = protocol === "mqtt:";
    this.#connectedAt = this.#crew.clock.now();
    if (this.#crew.isRefused) {
      this.lost("refused a moment ago");
      return;
    }
    this.#connection = new LightConnection(
      {
        ...{ host: hostname, port: Number(port), station },
        tls: plain ? null : { ca, cert: certificate, key },
        password: plain ? plainProof(this.#secret, "mqtt") : null,
        will: { topic: upTopic(station, "death"), payload: this.#wrap("death", { reason: "lost" }) },
        subscriptions: stationSubscriptions(station, this.#areaPath),
      },
      this,
      () => this.#crew.clock.now(),
    );
  }

  #close(politely: boolean): void {
    if (politely) this.#send("death", { reason: "lost" }, 1);
    this.#connection?.close(politely);
    this.#connection = null;
  }

  #birth(): void {
    const facts = {
      nonce: this.#state.nonce,
      areaRevision: this.#areaRevision,
      keySetVersion: this.#keySetVersion,
      missingAssets: this.#missing,
    };
    this.#send("birth", birthOf(this.#state, facts, this.#lightTime()), 1);
  }

  #fetch(hashes: readonly string[]): void {
    this.#missing = hashes;
    const { hub, log } = this.#crew;
    const revision = this.#state.plan?.revision;
    const work = async () => {
      for (const hash of hashes)
        this.#crew.count("bytes fetched", await fetchAsset(hub, this.#identity, hash));
      if (revision !== this.#state.plan?.revision) return;
      this.#missing = [];
      this.#happens({ on: "assets-here" });
    };
    work().catch((error: unknown) => {
      this.#crew.count("fetch failed");
      log.warn({ station: this.id, error }, "audio could not be fetched");
    });
  }

  /** A changed path takes effect with the next connection, which is made at once. */
  #moveTo(path: readonly string[], revision: number): void {
    if (revision <= this.#areaRevision) return;
    const moved = path.join() !== this.#areaPath.join();
    this.#areaPath = path;
    this.#areaRevision = revision;
    if (moved) this.do({ do: "reconnect" });
  }

  #askTime(): void {
    this.#time.begin();
    for (let i = 0; i < TIME_BURST; i++)
      this.#later(i * TIME_BURST_GAP_MS, () => this.#send("time", this.#time.ask(this.#crew.clock.now()), 0));
    this.#wake("time", this.#now() + this.#time.pauseMs(soundInMs(this.#state, this.#now()), Math.random()));
  }

  #takeTime(payload: Buffer): void {
    const before = this.#time.offsetMs;
    const roundTripMs = this.#time.take(payload, this.#secret, this.#crew.clock.now());
    if (roundTripMs !== null) this.#crew.measure("time", roundTripMs);
    // The station's time went ahead: what was to come is due sooner.
    if (this.#time.offsetMs > before + NOTABLE_STEP_MS)
      for (const [timer, at] of Object.entries(this.#timers)) this.#wake(timer as TimerName, at);
  }

  #send(kind: UpKind, message: object, qos: 0 | 1): void {
    const connection = this.#connection;
    if (!connection || this.#state.behaviour.kind === "freeze") return;
    if (connection.publish(upTopic(this.id, kind), this.#wrap(kind, message), qos))
      this.#crew.count(`sent ${kind}`);
  }

  #wrap(kind: UpKind, message: object): string {
    return wrapUplink(this.#secret, upTopic(this.id, kind), this.#crew.session, ++this.#counter, message);
  }

  #wake(timer: TimerName, at: number): void {
    this.#timers[timer] = at;
    this.#crew.at(at - this.#time.offsetMs, () => {
      if (this.#timers[timer] !== at) return;
      delete this.#timers[timer];
      this.#happens({ on: "timer", timer });
    });
  }

  #later(afterMs: number, run: () => void): void {
    if (afterMs === 0) run();
    else this.#crew.at(this.#crew.clock.now() + afterMs, run);
  }

  #now(): number {
    return this.#crew.clock.now() + this.#time.offsetMs;
  }

  #lightTime(): LightTime {
    const { offsetMs, errorMs, heard } = this.#time;
    const source = this.#state.behaviour.kind === "unsynced" ? "none" : heard ? "hub" : "rtc";
    return { now: this.#now(), errorMs, offsetMs, source };
  }
}
