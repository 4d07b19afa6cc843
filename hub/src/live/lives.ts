import { randomBytes } from "node:crypto";
import type { Clock, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { hours, minutes, seconds } from "@loa/kernel/units";
import type { LiveItem } from "@loa/protocol/alert";
import type { CreateLive, LiveDetail, LiveState, LiveSummary } from "@loa/protocol/http/live";
import type { StationId } from "@loa/protocol/identity";
import type { AlertActs } from "../alerts/alert-acts.ts";
import type { AlertRights } from "../alerts/alert-rights.ts";
import type { Alerts } from "../alerts/alerts.ts";
import type { TargetFinder } from "../alerts/target-finder.ts";
import { type AlertRecord, voiceOf } from "../core/alert.ts";
import { type LiveRecord, overlap, sessionOf } from "../core/live.ts";
import type { Territory } from "../core/targets.ts";
import { LiveRecording, recoverRecordings } from "../media/live-recording.ts";
import type { AssetStore } from "../media/store.ts";
import type { Actor } from "../ports.ts";
import { ifStoreTakes } from "../store/if-store-takes.ts";
import { placeOf } from "../store/repositories/line-live.ts";
import { auditOf, type HeldLive, isSpared, knownOf, type LiveBook } from "./live-book.ts";
import type { LiveDelivery } from "./live-delivery.ts";
import type { LiveEndings } from "./live-endings.ts";
import type { LiveNotices } from "./live-notices.ts";
import type { LiveRights } from "./live-rights.ts";
import type { KnownLive, LiveViews } from "./live-views.ts";
import { LiveVoice, type SpeakerSocket, sessionKey } from "./live-voice.ts";

/** A session holds for as long, and is renewed while somebody speaks. */
const BOUND_MS = minutes(30);
const RENEWED_BEFORE_MS = minutes(15);
/** No session outlives this. */
const LONGEST_MS = hours(3);
const TELL_EVERY_MS = seconds(1);
const LOOK_AT_ACCOUNT_EVERY = 10;

/** What live speech lives on. */
export interface LivesParts {
  readonly book: LiveBook;
  readonly delivery: LiveDelivery;
  readonly rights: LiveRights;
  readonly views: LiveViews;
  readonly targets: TargetFinder;
  readonly alerts: Pick<Alerts, "create">;
  readonly acts: Pick<AlertActs, "voiceEnded">;
  readonly alertRights: Pick<AlertRights, "demandTargets">;
  readonly assets: Pick<AssetStore, "put" | "path">;
  readonly notices: LiveNotices;
  readonly endings: LiveEndings;
  readonly territory: () => Territory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly data: string;
  readonly delayMs: number;
}

/** Live speech of people to stations: opened, spoken, ended, kept. */
export class Lives {
  readonly #parts: LivesParts;

  constructor(parts: LivesParts) {
    this.#parts = parts;
  }

  /**
   * Ends what another run of the hub left open: its keys are gone, and stations are told so. Recordings are closed and stored, also those that
   * found no room before.
   */
  async start(): Promise<void> {
    const { book, assets, data, log } = this.#parts;
    const recorded = await recoverRecordings(data, assets, (id, error) =>
      log.error({ id, err: error }, "the recording of live speech was not recovered"),
    );
    for (const record of await book.left()) await this.#endLeft(record, recorded.get(record.id) ?? null);
    await ifStoreTakes(log, "recordings of live speech are not added yet", async () => {
      for (const [id, recording] of recorded) await book.addRecording(id, recording);
    });
  }

  async #endLeft(record: LiveRecord, recording: LiveRecord["recording"]): Promise<void> {
    const { book, delivery, acts, clock, log } = this.#parts;
    const startedAt = record.startedAt ?? (recording ? record.createdAt : null);
    const ended = { ...record, startedAt, recording, endedAt: clock.now(), end: "hub" as const };
    const { alertId } = ended;
    for (const step of [
      () => book.keep(ended, auditOf("hub", "end", ended)),
      () => delivery.stop(ended),
      async () => void (alertId !== null && (await acts.voiceEnded(alertId))),
    ])
      await ifStoreTakes(log, "live speech is not on record as ended yet", step);
  }

  /** @throws LIVE_HELD · NO_TARGETS · NOT_FOUND · FORBIDDEN · SECOND_FACTOR_NEEDED · OUTSIDE_ENVELOPE · SIREN_NOT_ALLOWED */
  async create(actor: Actor, body: CreateLive): Promise<LiveDetail> {
    const { targets, rights, alertRights, territory, clock, book } = this.#parts;
    const resolved = await targets.of(actor, body.targets);
    if (body.alert) await alertRights.demandTargets(actor, resolved);
    else rights.demandTargets(actor, resolved);
    const reach = territory().reach(resolved);
    const now = clock.now();
    if (body.alert?.kind !== "actual") rights.demandHours(reach, now);
    const live = this.#make(
      actor,
      body,
      [...reach].map(([stationId, zones]) => ({ stationId, zones })),
      now,
    );
    this.#endUnclaimed(live.record);
    try {
      book.hold(live, body.alert !== undefined);
      if (body.alert) await this.#raiseAlert(actor, body, body.alert, live);
      else await this.#open(live);
    } catch (error) {
      await this.#discard(live);
      throw error;
    }
    return this.#parts.views.detail(knownOf(live));
  }

  /** Ends it: whoever speaks, or staff of its area. Again: nothing more. @throws NOT_FOUND · FORBIDDEN */
  async end(actor: Actor, id: string): Promise<LiveDetail> {
    const { record } = await this.#see(actor, id);
    this.#parts.rights.demandEnd(actor, record);
    const own = record.by.id === actor.userId;
    const held = this.#parts.book.held(id);
    if (held) await this.#parts.endings.end(held, own ? "speaker" : "stopped", actor.userId);
    return this.#parts.views.detail(await this.#see(actor, id));
  }

  /** One that the actor may see. @throws NOT_FOUND */
  async detail(actor: Actor, id: string): Promise<LiveDetail> {
    return this.#parts.views.detail(await this.#see(actor, id));
  }

  /** Those before the place `before` that the actor may see, newest first, with their places. */
  async list(
    actor: Actor,
    state: LiveState | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<{ place: string; live: LiveSummary }[]> {
    const { book, rights, views } = this.#parts;
    const found: KnownLive[] = [];
    const stations = rights.seenBy(actor);
    for (let from = before; found.length < limit; ) {
      const page = await book.page(from, limit, stations);
      found.push(
        ...page.filter(
          (one) => rights.sees(actor, one.record) && (state === undefined || one.state === state),
        ),
      );
      const last = page.at(-1);
      if (page.length < limit || !last) break;
      from = placeOf(last.record);
    }
    return found.slice(0, limit).map((one) => ({ place: placeOf(one.record), live: views.summary(one) }));
  }

  /** The file of what was said. @throws NOT_FOUND also once it is kept no longer · CONFLICT it is not over, or nothing was said */
  async recording(actor: Actor, id: string): Promise<{ path: string; sha256: string }> {
    const { recording, recordingRemovedAt } = (await this.#see(actor, id)).record;
    if (recordingRemovedAt !== undefined)
      throw new LoaError("NOT_FOUND", "its recording is kept no longer", { id });
    if (!recording) throw new LoaError("CONFLICT", "there is no recording of it, or not yet", { id });
    return { path: this.#parts.assets.path(recording.sha256), sha256: recording.sha256 };
  }

  /** @throws NOT_FOUND · FORBIDDEN */
  async transcribe(actor: Actor, id: string, transcript: string): Promise<LiveDetail> {
    const { book, rights } = this.#parts;
    const { record } = await this.#see(actor, id);
    rights.demandTranscript(actor);
    const next = { ...record, transcript };
    const held = book.held(id);
    if (held) held.record = { ...held.record, transcript };
    await book.keep(held?.record ?? next, auditOf(actor.userId, "transcript", next));
    this.#parts.notices.changed(id);
    return this.detail(actor, id);
  }

  /** Whether the actor may speak here. @throws NOT_FOUND · FORBIDDEN */
  async demandSpeaker(actor: Actor, id: string): Promise<void> {
    const { record } = await this.#see(actor, id);
    if (record.by.id !== actor.userId)
      throw new LoaError("FORBIDDEN", "somebody else opened this live speech");
  }

  /** Takes the speaker's connection; null: it is over, which the speaker is told. Call after `demandSpeaker`. */
  connect(id: string, socket: SpeakerSocket): LiveVoice | null {
    const held = this.#parts.book.held(id);
    if (held && held.record.end === null) {
      held.voice.connect(socket);
      this.#parts.notices.tellSpeaker(held);
      return held.voice;
    }
    const end = held?.record.end ?? "hub";
    socket.send(JSON.stringify({ kind: "ended", end, code: "LIVE_ENDED" }));
    socket.close();
    return null;
  }

  /** The speaker said that this was all. */
  async spoken(id: string): Promise<void> {
    const held = this.#parts.book.held(id);
    if (held) await this.#parts.endings.end(held, "speaker", held.speaker.userId);
  }

  /** All non-emergency sound at stations was stopped: speech to them alone is over, other speech goes on without them. */
  stopped(actor: Actor, stations: readonly StationId[]): void {
    const silent = new Set(stations);
    for (const held of this.#parts.book.open()) {
      if (held.record.alertId !== null) continue;
      const left = held.record.reach.filter(({ stationId }) => !silent.has(stationId));
      if (left.length === held.record.reach.length) continue;
      if (left.length === 0) this.#parts.endings.endSoon(held, "stopped", actor.userId);
      this.#spare(held, silent);
      this.#parts.notices.changed(held.record.id);
    }
  }

  #spare(held: HeldLive, stations: ReadonlySet<StationId>): void {
    const { book, delivery } = this.#parts;
    const { id, reach } = held.record;
    const spared = reach.map(({ stationId }) => stationId).filter((one) => stations.has(one));
    delivery.withdraw(id, spared);
    for (const station of spared)
      book.note(id, station, (before) => ({ ...before, state: "done", code: "STOPPED" }));
  }

  /** An alert changed; its voice follows it. */
  alertChanged(alert: AlertRecord): void {
    const { book, endings } = this.#parts;
    const voice = voiceOf(alert.issue?.sound ?? []) ?? voiceOf((alert.proposal ?? alert.content).sound);
    const held = (voice && book.held(voice.sessionId)) ?? book.ofAlert(alert.id);
    if (!held || held.record.end !== null) return;
    if (held.record.alertId === null) held.record = { ...held.record, alertId: alert.id };
    const { issue, recalledAt, recalledBy } = alert;
    if (recalledAt !== null) endings.endSoon(held, "recalled", recalledBy?.id ?? "hub");
    else if (issue !== null && voiceOf(issue.sound)?.sessionId !== held.record.id)
      endings.endSoon(held, "stopped", "hub");
    if (issue === null || held.isOut || held.record.end !== null) return;
    held.record = { ...held.record, endsBy: Math.min(held.record.endsBy, issue.expires) };
    this.#goOut(held).catch((error) =>
      this.#parts.log.error({ id: alert.id, err: error }, "the voice of an alert was not let out"),
    );
  }

  /** The hub ends: so does all speech. */
  async close(): Promise<void> {
    await Promise.all(this.#parts.book.open().map((held) => this.#parts.endings.end(held, "hub", "hub")));
    await this.#parts.endings.close();
  }

  #make(actor: Actor, body: CreateLive, reach: LiveRecord["reach"], now: UnixMs): HeldLive {
    const { clock, delivery } = this.#parts;
    const id = randomBytes(16).toString("hex");
    const { key, publicKey } = sessionKey();
    const delayMs = body.delayMs ?? this.#parts.delayMs;
    const life = body.alert ? 2 * seconds(body.alert.expiresInSeconds) : BOUND_MS;
    const record: LiveRecord = {
      ...{ id, by: { id: actor.userId, name: actor.name }, targets: body.targets, reach, publicKey, delayMs },
      ...{ alertId: null, createdAt: now, startedAt: null, endedAt: null, end: null, endsBy: now + life },
      ...{ recording: null, transcript: null, stations: {} },
    };
    const gone = () => this.#parts.endings.endSoon(held, "lost", "hub");
    const publish = (packet: Uint8Array) => delivery.publish(record, packet);
    const changed = () => {
      this.#parts.notices.changed(id);
      this.#parts.notices.tellSpeaker(held);
    };
    const voice = new LiveVoice({ sessionId: id, startAt: now, delayMs, clock, publish, changed, gone }, key);
    const held: HeldLive = { record, speaker: actor, voice, progress: new Map(), isOut: false, timers: [] };
    let ticks = 0;
    held.timers.push(clock.every(`live ${id}`, TELL_EVERY_MS, () => this.#tick(held, ++ticks)));
    return held;
  }

  /** Who asks again for stations never got the answer to what they asked before: nobody else is kept from those by it either. */
  #endUnclaimed({ by, reach }: LiveRecord): void {
    for (const held of this.#parts.book.open())
      if (held.voice.unclaimed && held.record.by.id === by.id && overlap(held.record.reach, reach))
        this.#parts.endings.endSoon(held, "lost", by.id);
  }

  /** It never came to be. */
  async #discard({ record, voice, timers }: HeldLive): Promise<void> {
    this.#parts.book.forget(record.id);
    for (const cancel of timers) cancel();
    voice.finish("hub");
    await finished({ voice }, this.#parts.assets);
  }

  async #open(held: HeldLive): Promise<void> {
    const { book, delivery } = this.#parts;
    held.isOut = true;
    await book.keep(held.record, auditOf(held.speaker.userId, "open", held.record));
    await this.#goOut(held);
    if (held.record.end === null) await delivery.tell(held.record, () => true);
  }

  async #raiseAlert(
    actor: Actor,
    { targets }: CreateLive,
    { kind, headline, tone, siren, expiresInSeconds }: NonNullable<CreateLive["alert"]>,
    held: HeldLive,
  ): Promise<void> {
    const { alerts, book, log } = this.#parts;
    const session = sessionOf(held.record, []);
    const voice: LiveItem = { kind: "live", durationMs: seconds(expiresInSeconds), session };
    const sound = { repeat: 1, ...(tone && { tone }), ...(siren && { siren }) };
    await alerts.create(actor, { kind, headline, targets, expiresInSeconds, ...sound }, voice);
    // No fault of the disk holds up an alert.
    await book
      .keep(held.record, auditOf(actor.userId, "open", held.record))
      .catch((error) => log.error({ id: held.record.id, err: error }, "live speech was not stored"));
    this.#parts.notices.changed(held.record.id);
  }

  /** From now on what is said goes to the stations. What an alert's voice takes over wholly is over. */
  async #goOut(held: HeldLive): Promise<void> {
    const { data, log, book } = this.#parts;
    held.isOut = true;
    const { id, reach, alertId } = held.record;
    if (alertId !== null)
      for (const other of book.open())
        if (other.record.alertId === null && within(other.record.reach, reach))
          this.#parts.endings.endSoon(other, "preempted", held.speaker.userId);
    const recording = await LiveRecording.begin(data, id).catch((error) => {
      log.error({ id, err: error }, "live speech cannot be recorded");
      return null;
    });
    held.voice.open(recording);
    // It may have ended while the disk was busy.
    if (held.record.end !== null) await finished(held, this.#parts.assets);
    this.#parts.notices.changed(id);
  }

  #tick(held: HeldLive, ticks: number): void {
    const { clock, rights, log, delivery, book } = this.#parts;
    const { record, voice, speaker } = held;
    const now = clock.now();
    if (record.end !== null) return;
    if (now >= record.endsBy) {
      this.#parts.endings.endSoon(held, "time", "hub");
      return;
    }
    this.#parts.notices.tellSpeaker(held, true);
    const most = record.createdAt + LONGEST_MS;
    const dueForMore = record.endsBy - now < RENEWED_BEFORE_MS && record.endsBy < most;
    if (record.alertId === null && voice.state === "speaking" && dueForMore) {
      held.record = { ...record, endsBy: Math.min(now + BOUND_MS, most) };
      const told = delivery.tell(held.record, (station) => !isSpared(held, station));
      Promise.all([told, book.save(held)]).catch((error) =>
        log.error({ id: record.id, err: error }, "live speech was not renewed"),
      );
    }
    if (ticks % LOOK_AT_ACCOUNT_EVERY === 0)
      rights
        .stands(speaker)
        .then((stands) => (stands ? undefined : this.#parts.endings.endSoon(held, "stopped", "hub")))
        .catch((error) => log.error({ err: error }, "a speaker's account was not looked at"));
  }

  async #see(actor: Actor, id: string): Promise<KnownLive> {
    const found = await this.#parts.book.find(id);
    if (!found || !this.#parts.rights.sees(actor, found.record))
      throw new LoaError("NOT_FOUND", `there is no live speech ${id} in your area`, { id });
    return found;
  }
}

/** Closes a recording that nobody waits for. */
async function finished(
  { voice }: Pick<HeldLive, "voice">,
  assets: Pick<AssetStore, "put">,
): Promise<unknown> {
  return voice
    .takeRecording()
    ?.finish(assets)
    .catch(() => null);
}

/** Whether all that sounds in one sounds in the other. */
function within(part: LiveRecord["reach"], whole: LiveRecord["reach"]): boolean {
  const zones = new Map(whole.map((one) => [one.stationId, one.zones]));
  return part.every((one) => one.zones.every((zone) => zones.get(one.stationId)?.includes(zone)));
}
