import { setImmediate } from "node:timers/promises";
import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { seconds } from "@loa/kernel/units";
import type { Ack } from "@loa/protocol/ack";
import type { Alert } from "@loa/protocol/alert";
import type { AreaId, StationId, ZoneId } from "@loa/protocol/identity";
import type { Receipt } from "@loa/protocol/receipt";
import { areaTopic, toTopic } from "@loa/protocol/topics";
import type { AlertBook, KnownAlert } from "../alerts/alert-book.ts";
import {
  type AlertRecord,
  acksOf,
  hasTaken,
  type Issue,
  messageOf,
  type Progress,
  silenceOf,
} from "../core/alert.ts";
import { type Leg, legsOf } from "../core/alert-legs.ts";
import type { Territory } from "../core/targets.ts";
import type { Broker } from "../ports.ts";
import type { HubTrust } from "../trust/hub-trust.ts";
import { SharedAlerts } from "./shared-alerts.ts";
import type { StationBook, StationState } from "./station-book.ts";

const LONGEST_WAIT_MS = seconds(60);
/** Of stations that are told again, so many in one go. */
const OTHERS_AFTER = 100;

/** What delivering alerts needs. */
export interface AlertDeliveryParts {
  readonly broker: Broker;
  readonly trust: HubTrust;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stations: StationBook;
  readonly alerts: AlertBook;
  readonly territory: () => Territory;
  /** What is known of an alert changed. */
  readonly changed: (id: string) => void;
}

/**
 * Brings alerts to stations: signed once for each area that they cover and for each hundred stations besides, and again after 1, 2, 4, 8 … s
 * to those that have not said that they have it, until it expires. A station that comes back gets every alert that stands.
 */
export class AlertDelivery {
  readonly #parts: AlertDeliveryParts;
  readonly #waiting = new Map<string, { attempt: number; cancel: Cancel }>();
  readonly #silences = new WeakMap<Issue, Issue>();
  readonly #shared = new SharedAlerts((record, issue, leg) => this.#signed(record, issue, leg));

  constructor(parts: AlertDeliveryParts) {
    this.#parts = parts;
  }

  /** Takes up what stood when the hub ended; stations hear of it as they come back. */
  resume(): void {
    for (const { record } of this.#parts.alerts.standing())
      if (record.issue && isSent(record)) this.#wait(record.id, 0);
  }

  /** Sends what was issued last, and keeps at it. */
  async send(id: string): Promise<void> {
    const found = this.#parts.alerts.held(id);
    const issue = found?.record.issue;
    if (!found || !issue || !isSent(found.record)) return;
    this.#wait(id, 0);
    const { record } = found;
    const legs = legsOf(this.#parts.territory(), record.reach, this.#unsettled());
    await Promise.all(legs.map((leg) => this.#publish(record, issue, leg)));
    await this.#tellThoseWithoutTime(found, issue);
  }

  /** A station said how far an alert came. False when there is no such alert. */
  acked(station: StationId, ack: Ack): boolean {
    const { alerts, changed } = this.#parts;
    if (!alerts.held(ack.id)) return false;
    if (alerts.note(ack.id, station, ack, ack.at)) changed(ack.id);
    return true;
  }

  /** A receipt proves how an alert ended there. */
  proven(station: StationId, receipt: Receipt): void {
    const { alerts, changed } = this.#parts;
    const id = receipt.alertId;
    if (id === undefined) return;
    const at = { started: receipt.startedAt ?? receipt.endedAt, finished: receipt.endedAt };
    const news = acksOf(receipt).map((ack) =>
      alerts.note(id, station, ack, ack.state === "started" ? at.started : at.finished),
    );
    if (news.includes(true)) changed(id);
  }

  /** A station came back: it gets every alert that stands, echoing its session where it does not know the time. */
  async born(state: StationState): Promise<void> {
    const { alerts } = this.#parts;
    for (const { record } of alerts.standing()) {
      const zones = alerts.zonesOf(record.id, state.id);
      if (record.issue && isSent(record) && zones) await this.#tell(record, record.issue, state, zones);
    }
  }

  close(): void {
    for (const { cancel } of this.#waiting.values()) cancel();
  }

  #wait(id: string, attempt: number): void {
    const { clock, log, alerts, changed } = this.#parts;
    this.#waiting.get(id)?.cancel();
    const issue = alerts.held(id)?.record.issue;
    if (!issue) return;
    const next = clock.now() + Math.min(LONGEST_WAIT_MS, seconds(2 ** Math.min(attempt, 10)));
    const cancel =
      next < issue.expires
        ? clock.at(`alert ${id}`, next, () => {
            this.#again(id, attempt).catch((error) =>
              log.error({ id, err: error }, "an alert was not sent again"),
            );
          })
        : clock.at(`alert ${id} ends`, Math.max(issue.expires, clock.now()), () => {
            this.#waiting.delete(id);
            this.#shared.forget(issue);
            changed(id);
          });
    this.#waiting.set(id, { attempt, cancel });
  }

  async #again(id: string, attempt: number): Promise<void> {
    const found = this.#parts.alerts.held(id);
    const issue = found?.record.issue;
    if (!found || !issue) return;
    this.#wait(id, attempt + 1);
    let told = 0;
    for (const { stationId, zones } of found.record.reach) {
      // An update or a recall that came meanwhile goes its own way, and nothing older after it.
      if (found.record.issue !== issue) return;
      const said = found.progress.get(stationId);
      const state = this.#parts.stations.get(stationId);
      if (!state?.connected || hasTaken(said, issue)) continue;
      await this.#tell(found.record, issue, state, zones, said);
      if (++told % OTHERS_AFTER === 0) await setImmediate();
    }
  }

  /** What came by the area's topic is refused by a station that does not know the time. */
  async #tellThoseWithoutTime({ record, progress }: KnownAlert, issue: Issue): Promise<void> {
    for (const { stationId, zones } of record.reach) {
      const state = this.#parts.stations.get(stationId);
      if (state?.connected && lacksTime(state))
        await this.#tell(record, issue, state, zones, progress.get(stationId));
    }
  }

  /** Tells one station on its own topic; of a recall first the silence, unless it `said` that it has that. */
  async #tell(
    record: AlertRecord,
    issue: Issue,
    state: StationState,
    zones: readonly ZoneId[],
    said?: Progress,
  ): Promise<void> {
    const silence = this.#silenceOf(issue);
    if (silence && !hasTaken(said, silence)) await this.#tellOne(record, silence, state, zones);
    await this.#tellOne(record, issue, state, zones);
  }

  /** The same for all who are told of an issue: it is signed for many at once. */
  #silenceOf(issue: Issue): Issue | null {
    const silence = this.#silences.get(issue) ?? silenceOf(issue);
    if (silence) this.#silences.set(issue, silence);
    return silence;
  }

  /** One that counts from its arrival gets what is left of the alert's time, and its birth's nonce. */
  async #tellOne(
    record: AlertRecord,
    issue: Issue,
    { id, birth, ...state }: StationState,
    zones: readonly ZoneId[],
  ): Promise<void> {
    const now = this.#parts.clock.now();
    if (now >= issue.expires) return;
    if (!birth || !lacksTime({ birth, ...state })) {
      const signed = await this.#shared.for(record, issue, id, zones);
      return this.#put(toTopic(id, "alert"), signed, record, issue);
    }
    const { nonce } = birth;
    const own = { ...issue, startAt: Math.max(issue.startAt, now) };
    const signed = await this.#signed(record, own, { to: { stationIds: [id] }, zones, except: [] }, nonce);
    await this.#put(toTopic(id, "alert"), signed, record, issue, nonce);
  }

  async #publish(record: AlertRecord, issue: Issue, leg: Leg): Promise<void> {
    const { to } = leg;
    if (this.#parts.clock.now() >= issue.expires) return;
    const signed = await this.#signed(record, issue, leg);
    const topics =
      "areaId" in to ? [areaTopic(to.areaId, "alert")] : to.stationIds.map((id) => toTopic(id, "alert"));
    await Promise.all(topics.map((topic) => this.#put(topic, signed, record, issue)));
  }

  async #signed(record: AlertRecord, issue: Issue, leg: Leg, nonce?: string): Promise<Buffer> {
    const { trust, clock } = this.#parts;
    const { to } = leg;
    const audience = "areaId" in to ? [to.areaId] : to.stationIds;
    const where = { zones: [...leg.zones], except: [...leg.except] };
    const message: Alert = { ...messageOf(record, issue, where), ...(nonce !== undefined && { nonce }) };
    const use = record.kind === "actual" ? "alert" : "exercise";
    return Buffer.from(await trust.sign(use, audience, issue.expires, clock.now(), message));
  }

  #put(topic: string, signed: Buffer, { id }: AlertRecord, { revision }: Issue, nonce = ""): Promise<void> {
    return this.#parts.broker.publish(topic, signed, 1, `${id} ${revision} ${nonce}`);
  }

  /** Stations that were moved and have not said that they know, with the areas that they may still listen to. */
  #unsettled(): Map<StationId, readonly AreaId[]> {
    const territory = this.#parts.territory();
    const found = new Map<StationId, readonly AreaId[]>();
    for (const { id, areaPath, leftAreas } of this.#parts.stations.all()) {
      const moving = areaPath.length > 0 && !isSame(areaPath, territory.pathOf(id));
      if (moving || leftAreas.length > 0) found.set(id, [...new Set([...areaPath, ...leftAreas])]);
    }
    return found;
  }
}

const isSame = (a: readonly AreaId[], b: readonly AreaId[]) =>
  a.length === b.length && a.every((area, depth) => area === b[depth]);

/** An alarm that a pole made itself is only recorded. */
const isSent = ({ origin }: AlertRecord) => origin !== "button";

/** By its last health, else by its birth. */
function lacksTime({ birth, health }: Pick<StationState, "birth" | "health">): boolean {
  if (!birth) return false;
  return !(health !== null && health.at >= birth.at ? health.clock : birth.clock).synchronised;
}
