import { statfsSync } from "node:fs";
import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import type { Ack } from "@loa/protocol/ack";
import type { Fault, StationEvent } from "@loa/protocol/faults";
import type { Health } from "@loa/protocol/health";
import type { LiveReception } from "@loa/protocol/live-session";
import type { Birth } from "@loa/protocol/presence";
import type { StationConfig } from "./config.ts";
import { type FaultState, type FaultView, judgeFaults, NO_FAULTS } from "./core/fault-rules.ts";
import { startOf } from "./core/time-guard.ts";
import type { AssetCache } from "./link/asset-cache.ts";
import type { Journal } from "./link/journal.ts";
import type { MqttLink } from "./link/mqtt-link.ts";
import type { Reception } from "./link/reception.ts";
import type { TimeState } from "./link/time-sync.ts";
import type { Playing } from "./playing.ts";
import type { LockOut } from "./pole/lock-out.ts";
import type { AudioEngine, Hardware } from "./ports.ts";

/** What reports are made of. */
export interface ReportingDeps {
  readonly config: StationConfig;
  readonly software: string;
  /** Fresh for each session. */
  readonly nonce: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly assets: AssetCache;
  readonly hardware: Hardware;
  readonly audio: AudioEngine;
  readonly playing: Playing;
  readonly reception: Reception;
  readonly lockOut: Pick<LockOut, "standing" | "state">;
  readonly link: () => MqttLink | null;
  time(): TimeState & { readonly now: number };
  /** How live speech goes that is open. */
  live(): LiveReception | null;
  /** Loudness of the last second given to the card, dBFS. */
  programmeDb(): number;
}

const IDLE_HEALTH_MS = 30_000;
const ON_AIR_HEALTH_MS = 5_000;
const LIVE_HEALTH_MS = 2_000;
const FAULT_PERIOD_MS = 1_000;
/** Receipts that the hub has not answered are sent again after this. */
const RECEIPT_RETRY_MS = 5_000;
const RECEIPT_BATCH = 20;
/** Journal fact: events that the broker has not taken. */
const LASTING_EVENTS = "lastingEvents";

/** Tells the hub who is here, how it is, and what sounded. Everything that must arrive is sent until it is answered. */
export class Reporting {
  readonly #deps: ReportingDeps;
  #faults: FaultState = NO_FAULTS;
  #rejectedAt: number | null = null;
  #healthTimer: Cancel = () => {};
  #receiptTimer: Cancel = () => {};
  #timers: Cancel[] = [];
  #lasting: StationEvent[];

  constructor(deps: ReportingDeps) {
    this.#deps = deps;
    this.#lasting = JSON.parse(deps.journal.fact(LASTING_EVENTS) ?? "[]") as StationEvent[];
  }

  start(): void {
    const { clock } = this.#deps;
    this.#timers = [clock.every("judge-faults", FAULT_PERIOD_MS, () => this.judge())];
  }

  close(): void {
    for (const stop of this.#timers) stop();
    this.#healthTimer();
    this.#receiptTimer();
  }

  /** Something signed was refused. */
  rejected(): void {
    this.#rejectedAt = this.#deps.clock.now();
  }

  ack(ack: Ack): void {
    this.#deps.link()?.send("ack", ack, 1);
  }

  /** Sent at every connection; what was not acknowledged follows. */
  birth(): void {
    const { config, software, journal, assets, reception, time } = this.#deps;
    const { now } = time();
    const plan = reception.plan;
    const birth: Birth = {
      nonce: this.#deps.nonce,
      at: now,
      software,
      hardware: `${process.arch} firmata`,
      zones: config.zones.map(({ id, name, horns }) => ({ id, name, horns })),
      hardEnvelope: config.hardEnvelope,
      plan: plan && { hubEpoch: plan.hubEpoch, revision: plan.revision, validUntil: plan.validUntil },
      areaRevision: reception.areaRevision,
      keySetVersion: reception.keySetVersion,
      missingAssets: assets.missing(),
      faults: Object.values(this.#faults.standing),
      clock: this.#clockState(),
      unsentReceipts: journal.countUnsent(),
    };
    this.#deps.link()?.send("birth", birth, 1);
    this.#sendLasting();
    this.health();
    this.receipts();
    reception.reportReady();
  }

  /** Sends health now and settles when the next one is due. */
  health(): void {
    const { clock, playing, live, link } = this.#deps;
    this.#healthTimer();
    const period = live() ? LIVE_HEALTH_MS : playing.onAir ? ON_AIR_HEALTH_MS : IDLE_HEALTH_MS;
    this.#healthTimer = clock.at("health", clock.now() + period, () => this.health());
    link()?.send("health", this.#health(), 0);
  }

  /** Sends what the hub has not stored yet, oldest first, and again until it answers. */
  receipts(): void {
    const { clock, journal, link } = this.#deps;
    this.#receiptTimer();
    const receipts = journal.unsentReceipts(RECEIPT_BATCH);
    if (receipts.length === 0 || !link()?.send("receipt", { receipts }, 1)) return;
    this.#receiptTimer = clock.at("receipts-again", clock.now() + RECEIPT_RETRY_MS, () => this.receipts());
  }

  /** Tells the hub of something that must not be lost: it is kept until the broker has taken it. */
  tell(event: StationEvent): void {
    this.#lasting.push(event);
    this.#keepLasting();
    this.#sendLasting();
  }

  #sendLasting(): void {
    for (const event of this.#lasting)
      this.#deps.link()?.send("event", event, 1, () => {
        this.#lasting = this.#lasting.filter((one) => one !== event);
        this.#keepLasting();
      });
  }

  #keepLasting(): void {
    const { journal, log } = this.#deps;
    try {
      journal.setFact(LASTING_EVENTS, JSON.stringify(this.#lasting));
    } catch (error) {
      log.error({ error: String(error) }, "the journal takes no event; memory serves");
    }
  }

  #health(): Health {
    const { hardware, audio, playing, config, time, lockOut } = this.#deps;
    const { buttonPressed: _, lockOutSwitch: __, ...readings } = hardware.readings();
    const { live: ___, ...card } = audio.health();
    const live = this.#deps.live();
    const { until } = lockOut.state;
    return {
      at: time().now,
      onAir: playing.onAir,
      board: hardware.state,
      amplifier: playing.amplifierOn,
      zonesClosed: [...playing.zonesClosed],
      readings,
      clock: this.#clockState(),
      audio: card,
      ...(live && { live }),
      ...(until !== null && { lockedOutUntil: until }),
      storageFreeBytes: freeBytes(config.data),
      rssBytes: process.memoryUsage.rss(),
    };
  }

  #clockState(): Birth["clock"] {
    const { line, errorMs, synchronised, source } = this.#deps.time();
    return { synchronised, errorMs: Math.min(errorMs, 1e12), offsetMs: line.offsetMs, source };
  }

  /** Judges the faults; every second anyway, and at once where somebody waits for it. */
  judge(): void {
    const { config, time } = this.#deps;
    const { now } = time();
    const zones = config.zones.map(({ id }) => id);
    const { state, raised, cleared } = judgeFaults(this.#faults, this.#view(now), zones, now);
    this.#faults = state;
    for (const fault of raised) this.#event("fault-raised", fault, now);
    for (const fault of cleared) this.#event("fault-cleared", fault, now);
  }

  #event(kind: "fault-raised" | "fault-cleared", fault: Fault, at: number): void {
    this.#deps.log.info({ kind, ...fault }, "fault");
    this.#deps.link()?.send("event", { kind, at, fault }, 1);
  }

  #view(now: number): FaultView {
    const { hardware, playing, config, assets, reception, clock, audio, programmeDb, time, lockOut } =
      this.#deps;
    const { plan } = reception;
    const missing = new Set(assets.missing());
    const due = plan?.segments.find(({ items }) =>
      items.some((item) => item.kind === "announcement" && missing.has(item.sha256)),
    );
    const onAir = playing.onAir;
    return {
      board: hardware.state,
      readings: hardware.readings(),
      sounding: onAir
        ? config.zones
            .filter(({ id }) => playing.zonesClosed.includes(id))
            .map(({ id, horns, hornOhms }) => ({ zone: id, horns, hornOhms }))
        : [],
      programmeDb: onAir ? programmeDb() : Number.NEGATIVE_INFINITY,
      synchronised: time().synchronised,
      missingAssetDueInMs: due ? startOf(due) - now : null,
      planEndsInMs: plan ? plan.validUntil - now : null,
      storageFreeBytes: freeBytes(config.data),
      lastRejectionAgoMs: this.#rejectedAt === null ? null : clock.now() - this.#rejectedAt,
      outputLost: audio.health().state !== "running",
      lockedOut: lockOut.standing,
    };
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
