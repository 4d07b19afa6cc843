import type { UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { Ack } from "@loa/protocol/ack";
import type { Alert, AlertSound } from "@loa/protocol/alert";
import type { LiveSession } from "@loa/protocol/live-session";
import type { Receipt } from "@loa/protocol/receipt";
import {
  type AlertMemory,
  type AlertStretch,
  afterRestart,
  endedNow,
  forgetExpired,
  type HeldAlert,
  isStandIn,
  type LiveEnds,
  noteAudio,
  soundsOf,
  stretchesOf,
  takeAlert,
  timeMoved,
  toldAgain,
} from "./core/alerts.ts";
import { type Moment, movedSince, type NotedMoment } from "./core/moment.ts";
import type { AssetCache } from "./link/asset-cache.ts";
import type { Journal } from "./link/journal.ts";

/** What the keeper needs around it. */
export interface AlertKeeperDeps {
  readonly journal: Journal;
  readonly assets: AssetCache;
  readonly log: Logger;
  now(): UnixMs;
  /** Whether the clock is believed. */
  synchronised(): boolean;
  /** When the amplifier would sound if it were wanted now, station time. */
  soundableAt(): UnixMs;
  /** When live sessions ended that have. */
  liveEnds(): LiveEnds;
  ack(ack: Ack): void;
  /** What should sound has changed. */
  changed(): void;
  /** By the machine's own count; null: it does not tell. */
  moment(): Moment | null;
}

/**
 * The alerts that the station holds, until each expires. What was believed sounds first and is written down right after: a disk that is
 * slow, full or broken must not hold up an alert.
 */
export class AlertKeeper {
  readonly #deps: AlertKeeperDeps;
  #memory: AlertMemory = new Map();
  /** Alerts of which the hub was told that a lock-out keeps them silent: `<alertId>/<revision>`. */
  readonly #heldBack = new Set<string>();
  /** The journal has what memory has. */
  #isKept = true;

  constructor(deps: AlertKeeperDeps) {
    this.#deps = deps;
  }

  /** Takes up what was held when the process ended. */
  restore(): void {
    const { journal, moment, now, synchronised, log } = this.#deps;
    const kept = JSON.parse(journal.fact("alerts") ?? "[]") as HeldAlert[];
    const noted = JSON.parse(journal.fact("alertsNoted") ?? "null") as NotedMoment | null;
    const movedMs = movedSince(noted, moment(), now());
    this.#memory = afterRestart(kept, { movedMs, synchronised: synchronised() });
    const lost = kept.flatMap(({ alert: { alertId } }) => (this.#memory.has(alertId) ? [] : [alertId]));
    if (lost.length > 0) log.warn({ lost }, "nobody knows how long ago these alerts were; they are over");
    this.#wantAudio();
    if (kept.length > 0) this.#keep();
  }

  /** What may sound now or later. */
  get stretches(): readonly AlertStretch[] {
    this.#memory = forgetExpired(this.#memory, this.#deps.now());
    return stretchesOf(this.#memory, this.#deps.liveEnds());
  }

  /** Sessions of live speech within the alerts that stand. */
  get liveSessions(): readonly LiveSession[] {
    const sounds = [...this.#memory.values()].flatMap(({ alert }) => soundsOf(alert));
    return sounds.flatMap((sound) => (sound.kind === "live" ? [sound.session] : []));
  }

  /** Why what sounded of an alert is not to sound any more: it was called back, something else of it is, or a restart lost it. */
  whyGone(alertId: string): "RECALLED" | "CANCELLED" | "INTERRUPTED" {
    const held = this.#memory.get(alertId);
    if (held === undefined) return "INTERRUPTED";
    return held.alert.action === "recall" ? "RECALLED" : "CANCELLED";
  }

  /**
   * Takes in a believed alert, update or recall. `ownTime`: its times count from now. One that excepts this station is none of its: what
   * is meant for it comes on its own topic, and until then the hub must not hear that it has it.
   * @throws SIREN_NOT_ALLOWED · KEY_USE_WRONG
   */
  take(received: Alert, station: string, ownTime = false): void {
    if (received.except.includes(station)) return;
    const { ack, now, soundableAt, changed, synchronised } = this.#deps;
    const alert = { ...received, ...this.#laidDown(received) };
    const { alertId: id, revision } = alert;
    const memory = synchronised() ? this.#memory : toldAgain(this.#memory, alert);
    const verdict = takeAlert(memory, alert, this.#has, now(), { soundableAt: soundableAt(), ownTime });
    if (verdict.is === "refused")
      throw new LoaError(verdict.code, `an alert of kind ${alert.kind} may not do this`, { id });
    ack({ id, revision, state: "received", at: now() });
    if (verdict.is === "taken") {
      this.#memory = verdict.memory;
      this.#ackReady(verdict.memory.get(id), revision);
      changed();
      this.#wantAudio();
      this.#keep();
    } else {
      this.#ackReady(this.#memory.get(id), revision);
      if (this.#heldBack.delete(`${id}/${revision}`)) changed();
    }
  }

  /** An alert made here, at the pole: it sounds first, and is written down right after. */
  raise(alert: Alert): void {
    const { now, changed, synchronised } = this.#deps;
    const verdict = takeAlert(this.#memory, alert, this.#has, now(), { ownTime: !synchronised() });
    if (verdict.is !== "taken") return;
    this.#memory = verdict.memory;
    changed();
    this.#keep();
  }

  /** An alert that was made here ends before its time. */
  end(alertId: string): void {
    this.#memory = endedNow(this.#memory, alertId, this.#deps.now());
    this.#deps.changed();
    this.#keep();
  }

  /** Station time was set, `byMs` later. */
  timeMoved(byMs: number): void {
    this.#memory = timeMoved(this.#memory, byMs);
    this.#deps.changed();
    this.#keep();
  }

  /** Writes down what the disk did not take before. */
  keepAgain(): void {
    if (!this.#isKept) this.#keep();
  }

  /** Audio arrived, or was lost. */
  assetsChanged(): void {
    const { now, changed } = this.#deps;
    const before = this.#memory;
    this.#memory = noteAudio(before, this.#has, now());
    if (this.#memory === before) return;
    changed();
    this.#keep();
    for (const [id, held] of this.#memory)
      if (held !== before.get(id)) this.#ackReady(held, held.alert.revision);
  }

  /** An alert's first sample sounded. */
  started(stretch: AlertStretch): void {
    const { alertId: id, revision } = stretch.alert;
    this.#heldBack.delete(`${id}/${revision}`);
    this.#deps.ack({ id, revision, state: "started", at: this.#deps.now() });
  }

  /** A lock-out keeps an alert silent. It is told once, and again when the hub sent the alert again. */
  heldBack(stretch: AlertStretch): void {
    const { alertId: id, revision } = stretch.alert;
    if (this.#heldBack.has(`${id}/${revision}`)) return;
    this.#heldBack.add(`${id}/${revision}`);
    this.#deps.ack({ id, revision, state: "failed", code: "LOCKED_OUT", at: this.#deps.now() });
  }

  /** A stretch of an alert ended. While the attention tone stood in, the message itself is still to come. */
  settled(stretch: AlertStretch, { outcome, code }: Pick<Receipt, "outcome" | "code">): void {
    const { alertId: id, revision } = stretch.alert;
    this.#heldBack.delete(`${id}/${revision}`);
    const held = this.#memory.get(id);
    if (isStandIn(stretch) && held?.alert.revision === revision && held.messageFrom !== null) return;
    const at = this.#deps.now();
    if (outcome === "played" && !isStandIn(stretch)) this.#deps.ack({ id, revision, state: "finished", at });
    else this.#deps.ack({ id, revision, state: "failed", code: code ?? "ASSET_MISSING", at });
  }

  readonly #has = (sound: AlertSound): boolean =>
    sound.kind !== "asset" || this.#deps.assets.has(sound.sha256);

  /** Speech that came within the message becomes an asset like any other. */
  #laidDown({ sound, correction }: Alert): Pick<Alert, "sound" | "correction"> {
    const lay = (one: AlertSound): AlertSound => {
      if (one.kind !== "opus") return one;
      const bytes = Buffer.from(one.data, "base64");
      return {
        kind: "asset",
        sha256: this.#deps.assets.put(bytes),
        bytes: bytes.length,
        durationMs: one.durationMs,
      };
    };
    return { sound: sound.map(lay), ...(correction && { correction: correction.map(lay) }) };
  }

  /** What says nothing is finished with that. */
  #ackReady(held: HeldAlert | undefined, revision: number): void {
    if (!held || held.messageFrom === null || held.alert.revision !== revision) return;
    const state = soundsOf(held.alert).length > 0 ? "ready" : "finished";
    this.#deps.ack({ id: held.alert.alertId, revision, state, at: this.#deps.now() });
  }

  #wantAudio(): void {
    const sounds = [...this.#memory.values()].flatMap(({ alert }) => soundsOf(alert));
    const hashes = sounds.flatMap((sound) => (sound.kind === "asset" ? [sound.sha256] : []));
    this.#deps.assets.keepOnly(hashes, "alerts").then(
      () => this.assetsChanged(),
      (error: unknown) =>
        this.#deps.log.error({ error: String(error) }, "an alert's audio could not be looked for"),
    );
  }

  #keep(): void {
    const { journal, moment, now } = this.#deps;
    const passed = moment();
    const noted: NotedMoment | null = passed && { ...passed, at: now() };
    try {
      journal.setFacts({
        alerts: JSON.stringify([...this.#memory.values()]),
        alertsNoted: JSON.stringify(noted),
      });
      this.#isKept = true;
    } catch (error) {
      this.#isKept = false;
      this.#deps.log.error({ error: String(error) }, "the journal takes no alert; memory serves");
    }
  }
}
